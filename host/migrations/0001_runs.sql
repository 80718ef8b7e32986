-- Runs: what was asked for, how far it is, and how it ended. Their inputs are not kept: they may hold PINs.
CREATE TABLE runs (
    id TEXT PRIMARY KEY NOT NULL,
    operation TEXT NOT NULL,
    plugin_version TEXT NOT NULL,
    plugin_digest TEXT NOT NULL,
    -- The portal's user name.
    account TEXT NOT NULL,
    session_id TEXT,
    -- What the operation says its effect is named by, normalised; null for operations without effects.
    effect_key TEXT,
    state TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    ended_ms INTEGER,
    -- JSON: the answer, or the failure.
    answer TEXT,
    failure TEXT
) STRICT;

CREATE INDEX runs_by_state ON runs (state);
CREATE INDEX runs_by_end ON runs (ended_ms);
CREATE INDEX runs_by_effect ON runs (account, operation, effect_key) WHERE effect_key IS NOT NULL;

-- What happened in a run, in order. Progress reports are not kept.
CREATE TABLE events (
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    -- JSON: kind and what belongs to it.
    event TEXT NOT NULL,
    PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

-- Keys that callers gave, and the request that each stands for.
CREATE TABLE idempotency_keys (
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    -- SHA-256 of the request.
    fingerprint TEXT NOT NULL,
    run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    PRIMARY KEY (operation, key)
) STRICT, WITHOUT ROWID;

-- Effects: written before anything can happen, and settled when it is known.
CREATE TABLE effects (
    run_id TEXT PRIMARY KEY NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    summary TEXT NOT NULL,
    -- What the operation needs to find it in the portal.
    memo TEXT NOT NULL,
    begun_ms INTEGER NOT NULL,
    -- open, confirmed, refused, unknown, absent
    state TEXT NOT NULL,
    evidence TEXT,
    settled_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX effects_by_key ON effects (account, key);
