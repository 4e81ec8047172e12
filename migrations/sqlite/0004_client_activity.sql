-- What clients were seen to do lately. The same thing seen again within a slot of time counts up one row, so the table
-- grows with what there is to tell, not with the number of requests.
CREATE TABLE client_activity (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    slot      INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    -- The number of the reason it was refused for; 0 if it was not.
    reason    INTEGER NOT NULL,
    detail    TEXT NOT NULL,
    address   TEXT NOT NULL,
    agent     TEXT NOT NULL,
    -- Whether it took a credential of the client or of a user of it. Strangers' rows are kept apart, and fewer.
    proven    INTEGER NOT NULL CHECK (proven IN (0, 1)),
    reference TEXT NOT NULL,
    first_at  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    times     INTEGER NOT NULL,
    PRIMARY KEY (client_id, slot, kind, reason, detail, address, agent)
) STRICT;
CREATE INDEX client_activity_by_time ON client_activity (client_id, proven, last_at);
CREATE INDEX client_activity_by_end ON client_activity (last_at);

-- Answers of the token endpoint by the hour (seconds since 1970, of its beginning).
CREATE TABLE client_token_counts (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    hour      INTEGER NOT NULL,
    issued    INTEGER NOT NULL,
    refused   INTEGER NOT NULL,
    PRIMARY KEY (client_id, hour)
) STRICT;
CREATE INDEX client_token_counts_by_hour ON client_token_counts (hour);
CREATE TABLE tenant_token_counts (
    tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    hour      INTEGER NOT NULL,
    issued    INTEGER NOT NULL,
    refused   INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, hour)
) STRICT;
CREATE INDEX tenant_token_counts_by_hour ON tenant_token_counts (hour);

-- From where a secret was used, by the day (seconds since 1970, of its beginning).
CREATE TABLE client_secret_uses (
    client_id TEXT NOT NULL,
    secret_id INTEGER NOT NULL,
    day       INTEGER NOT NULL,
    address   TEXT NOT NULL,
    uses      INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    PRIMARY KEY (client_id, secret_id, day, address),
    FOREIGN KEY (client_id, secret_id) REFERENCES client_secrets (client_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX client_secret_uses_by_day ON client_secret_uses (day);

-- Logos that administrators uploaded: served from here, never fetched from elsewhere.
CREATE TABLE client_logos (
    client_id  TEXT NOT NULL PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
    media_type TEXT NOT NULL,
    hash       TEXT NOT NULL,
    bytes      BLOB NOT NULL
) STRICT;
