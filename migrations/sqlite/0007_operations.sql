-- Who runs, and what operators have been told.

CREATE TABLE nodes (
    -- Drawn when the process starts.
    id              TEXT NOT NULL PRIMARY KEY,
    -- The machine's name, for people.
    name            TEXT NOT NULL,
    version         TEXT NOT NULL,
    key_fingerprint TEXT NOT NULL,
    config_hash     TEXT NOT NULL,
    started_at      INTEGER NOT NULL,
    -- The database's clock, so that nodes can be compared.
    seen_at         INTEGER NOT NULL,
    -- How far the node's clock is ahead of the database's, in seconds.
    clock_ahead     INTEGER NOT NULL
) STRICT;
CREATE INDEX nodes_by_time ON nodes (seen_at);

-- What was sent once and must not be sent again, on any node.
CREATE TABLE sent_notices (
    id      TEXT NOT NULL PRIMARY KEY,
    sent_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sent_notices_by_time ON sent_notices (sent_at);
