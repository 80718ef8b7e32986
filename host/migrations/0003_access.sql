-- Tokens by which callers show who they are. What is kept is a hash: a token is shown once, when it is made.
CREATE TABLE tokens (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    -- SHA-256 of the secret part, hexadecimal. The secret has 256 random bits, so that no slower hash is needed.
    secret_hash TEXT NOT NULL,
    -- JSON: names of scopes.
    scopes TEXT NOT NULL,
    -- JSON: accounts of the configuration that it may name; null for all.
    accounts TEXT,
    -- Runs at once, and requests in a minute.
    runs INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    -- A token that is revoked is kept, so that what it did keeps a name.
    revoked_ms INTEGER
) STRICT;

-- Which token made a run; null for callers without one.
ALTER TABLE runs ADD COLUMN owner TEXT;
CREATE INDEX runs_by_owner ON runs (owner, created_ms);

-- Which tokens have used a session with its credentials.
CREATE TABLE session_owners (
    session_id TEXT NOT NULL,
    token_id TEXT NOT NULL,
    PRIMARY KEY (session_id, token_id)
) STRICT, WITHOUT ROWID;

-- A key is a caller's own: two callers may choose the same.
CREATE TABLE owned_keys (
    -- The token, or the empty text for callers without one.
    owner TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    -- SHA-256 of the request.
    fingerprint TEXT NOT NULL,
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    PRIMARY KEY (owner, operation, key)
) STRICT, WITHOUT ROWID;
INSERT INTO owned_keys SELECT '', operation, key, fingerprint, run_id FROM idempotency_keys;
DROP TABLE idempotency_keys;
ALTER TABLE owned_keys RENAME TO idempotency_keys;
CREATE INDEX idempotency_keys_by_run ON idempotency_keys (run_id);

-- Who did what: each request that could change something, and each change of tokens.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    -- The token; null for callers without one.
    token_id TEXT,
    caller TEXT NOT NULL,
    -- Such as `POST /v1/plugins/{name}/rollback`.
    action TEXT NOT NULL,
    -- What it was done to: the path, or the name of a token.
    target TEXT NOT NULL,
    -- The HTTP status; null for what was not asked over HTTP.
    status INTEGER,
    run_id TEXT,
    request_id TEXT
) STRICT;
CREATE INDEX audit_by_time ON audit (at_ms);
