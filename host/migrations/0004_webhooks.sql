-- What receivers outside are told: written in one step with what it tells of, and sent afterwards.
CREATE TABLE messages (
    id TEXT PRIMARY KEY NOT NULL,
    -- Such as `operation.succeeded`.
    event TEXT NOT NULL,
    -- JSON, as it is sent each time.
    body TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX messages_by_time ON messages (created_ms);

-- A message on its way to one webhook of the configuration.
CREATE TABLE deliveries (
    -- In the order in which they were written.
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook TEXT NOT NULL,
    message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    -- waiting, delivered, failed
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When it is sent next, while it waits.
    next_ms INTEGER,
    -- The last attempt: when, the HTTP status if there was an answer, and what was wrong with it.
    last_ms INTEGER,
    last_status INTEGER,
    last_error TEXT,
    UNIQUE (webhook, message_id)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (webhook, next_ms) WHERE state = 'waiting';
CREATE INDEX deliveries_by_message ON deliveries (message_id);

-- Webhooks whose receiver has said that it is gone. Nothing is sent there until somebody enables them.
CREATE TABLE disabled_webhooks (
    webhook TEXT PRIMARY KEY NOT NULL,
    since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Accounts of which was told that they need a person, until is told that they do not any more.
CREATE TABLE accounts_in_need (
    -- The portal's user name.
    account TEXT PRIMARY KEY NOT NULL,
    since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
