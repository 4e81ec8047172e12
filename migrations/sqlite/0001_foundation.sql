-- Times are seconds since 1970. Booleans are 0 and 1. Migrations only go up, and expand before they contract.

CREATE TABLE instance (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- What caches watch: a change of anything under a topic adds one to its revision.
CREATE TABLE revisions (
    topic    TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
) STRICT;
INSERT INTO revisions (topic, revision) VALUES ('clients', 1), ('keys', 1);

CREATE TABLE tenants (
    id         TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    alias      TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE roles (
    id           TEXT NOT NULL PRIMARY KEY,
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL,
    description  TEXT NOT NULL,
    role_type_id TEXT,
    created_at   INTEGER NOT NULL,
    UNIQUE (tenant_id, name_key)
) STRICT;

CREATE TABLE users (
    id                  TEXT NOT NULL PRIMARY KEY,
    tenant_id           TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    email               TEXT NOT NULL,
    email_key           TEXT NOT NULL,
    name                TEXT NOT NULL,
    name_key            TEXT NOT NULL,
    claims              TEXT NOT NULL,
    password_hash       TEXT,
    password_changed_at INTEGER,
    enabled             INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    last_sign_in_at     INTEGER,
    version             INTEGER NOT NULL,
    UNIQUE (tenant_id, email_key)
) STRICT;
CREATE INDEX users_by_email ON users (email_key);

CREATE TABLE user_roles (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, role_id)
) STRICT;
CREATE INDEX user_roles_by_role ON user_roles (role_id);

CREATE TABLE clients (
    id                              TEXT NOT NULL PRIMARY KEY,
    tenant_id                       TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    client_type                     TEXT NOT NULL,
    name                            TEXT NOT NULL,
    name_key                        TEXT NOT NULL,
    enabled                         INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    token_lifetime                  INTEGER NOT NULL CHECK (token_lifetime BETWEEN 60 AND 3600),
    allow_offline_access            INTEGER NOT NULL CHECK (allow_offline_access IN (0, 1)),
    allow_access_tokens_via_browser INTEGER NOT NULL CHECK (allow_access_tokens_via_browser IN (0, 1)),
    client_uri                      TEXT,
    logo_uri                        TEXT,
    pkce                            TEXT NOT NULL,
    consent                         TEXT NOT NULL,
    auth_method                     TEXT NOT NULL,
    access_token_algorithm          TEXT NOT NULL,
    created_at                      INTEGER NOT NULL,
    created_by                      TEXT NOT NULL,
    updated_at                      INTEGER NOT NULL,
    last_used_at                    INTEGER,
    next_secret_id                  INTEGER NOT NULL,
    version                         INTEGER NOT NULL
) STRICT;
CREATE INDEX clients_by_name ON clients (tenant_id, client_type, name_key, id);

CREATE TABLE client_urls (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    kind      TEXT NOT NULL CHECK (kind IN ('redirect', 'logout', 'cors')),
    position  INTEGER NOT NULL,
    url       TEXT NOT NULL,
    PRIMARY KEY (client_id, kind, position)
) STRICT;
CREATE INDEX client_urls_by_url ON client_urls (url);

CREATE TABLE client_tags (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    tag       TEXT NOT NULL,
    PRIMARY KEY (client_id, position)
) STRICT;
CREATE INDEX client_tags_by_tag ON client_tags (tag);

CREATE TABLE client_roles (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    role_id   TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (client_id, role_id)
) STRICT;
CREATE INDEX client_roles_by_role ON client_roles (role_id);

CREATE TABLE client_secrets (
    client_id       TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    id              INTEGER NOT NULL,
    hash            BLOB NOT NULL UNIQUE,
    hint            TEXT NOT NULL,
    description     TEXT NOT NULL,
    description_key TEXT NOT NULL,
    enabled         INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER,
    last_used_at    INTEGER,
    last_used_from  TEXT,
    PRIMARY KEY (client_id, id)
) STRICT;

CREATE TABLE signing_keys (
    id           TEXT NOT NULL PRIMARY KEY,
    -- Algorithm and number, like 'RS256:1': two nodes that make the same next key at once meet here.
    slot         TEXT NOT NULL UNIQUE,
    algorithm    TEXT NOT NULL,
    state        TEXT NOT NULL,
    private_key  BLOB NOT NULL,
    public_jwk   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    activates_at INTEGER NOT NULL,
    retires_at   INTEGER
) STRICT;

CREATE TABLE web_sessions (
    -- SHA-256 of the cookie: reading this table is no way to sign in.
    id_hash      BLOB NOT NULL PRIMARY KEY,
    sid          TEXT NOT NULL UNIQUE,
    user_id      TEXT REFERENCES users (id) ON DELETE CASCADE,
    data         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    user_agent   TEXT NOT NULL,
    address      TEXT NOT NULL
) STRICT;
CREATE INDEX web_sessions_by_user ON web_sessions (user_id);
CREATE INDEX web_sessions_by_end ON web_sessions (expires_at);

-- The one code that lets the first administrator in.
CREATE TABLE setup_codes (
    slot       TEXT NOT NULL PRIMARY KEY,
    code_hash  BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    tries      INTEGER NOT NULL
) STRICT;

CREATE TABLE one_time_links (
    token_hash BLOB NOT NULL PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX one_time_links_by_user ON one_time_links (user_id);

-- Failed sign-ins, counted for an address, an account, or both.
CREATE TABLE throttles (
    key        TEXT NOT NULL PRIMARY KEY,
    failures   INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    last_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX throttles_by_time ON throttles (last_at);

-- A form is taken once: its nonce is spent together with the change it makes.
CREATE TABLE spent_nonces (
    nonce    TEXT NOT NULL PRIMARY KEY,
    target   TEXT NOT NULL,
    spent_at INTEGER NOT NULL
) STRICT;
CREATE INDEX spent_nonces_by_time ON spent_nonces (spent_at);

CREATE TABLE audit_events (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant_id   TEXT,
    at          INTEGER NOT NULL,
    actor_kind  TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    actor_name  TEXT NOT NULL,
    action      TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id   TEXT NOT NULL,
    target_name TEXT NOT NULL,
    detail      TEXT NOT NULL,
    address     TEXT NOT NULL,
    reference   TEXT NOT NULL
) STRICT;
CREATE INDEX audit_events_by_time ON audit_events (at, id);
CREATE INDEX audit_events_by_target ON audit_events (target_kind, target_id, at);
