-- The audit log as a chain: each entry is sealed together with the one before it, so that one that is changed or gone is
-- missed. Entries are sealed a moment after they are written, so that no change waits for another.

ALTER TABLE audit_events ADD COLUMN seq BIGINT;
ALTER TABLE audit_events ADD COLUMN hash BYTEA;
CREATE UNIQUE INDEX audit_events_by_link ON audit_events (COALESCE(tenant_id, ''), seq);
CREATE INDEX audit_events_unsealed ON audit_events (at, id) WHERE seq IS NULL;

-- Both ends of each chain: a tenant's, or the server's own under the empty name. What was swept lies before the tail.
CREATE TABLE audit_chains (
    chain     TEXT NOT NULL PRIMARY KEY,
    head_seq  BIGINT NOT NULL,
    head_hash BYTEA NOT NULL,
    tail_seq  BIGINT NOT NULL,
    tail_hash BYTEA NOT NULL,
    mac       TEXT NOT NULL
);
