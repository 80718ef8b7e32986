-- Versions of plugins that were served, each from a file of the plugin folder. Their components lie in `versions/`, by digest.
CREATE TABLE plugin_versions (
    name TEXT NOT NULL,
    -- SHA-256 of the component.
    digest TEXT NOT NULL,
    version TEXT NOT NULL,
    file TEXT NOT NULL,
    -- When it was served for the first time, and when it was put into service last.
    first_served_ms INTEGER NOT NULL,
    last_served_ms INTEGER NOT NULL,
    is_served INTEGER NOT NULL,
    -- Why it is not served again by itself.
    quarantined TEXT,
    PRIMARY KEY (name, digest)
) STRICT, WITHOUT ROWID;
