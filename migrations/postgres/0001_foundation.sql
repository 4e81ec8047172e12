-- Times are seconds since 1970. Migrations only go up, and expand before they contract.

CREATE TABLE instance (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- What caches watch: a change of anything under a topic adds one to its revision.
CREATE TABLE revisions (
    topic    TEXT NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL
);
INSERT INTO revisions (topic, revision) VALUES ('clients', 1), ('keys', 1);

CREATE TABLE tenants (
    id         TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    alias      TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE roles (
    id           TEXT NOT NULL PRIMARY KEY,
    tenant_id    TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL,
    description  TEXT NOT NULL,
    role_type_id TEXT,
    created_at   BIGINT NOT NULL,
    UNIQUE (tenant_id, name_key)
);

CREATE TABLE users (
    id                  TEXT NOT NULL PRIMARY KEY,
    tenant_id           TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    email               TEXT NOT NULL,
    email_key           TEXT NOT NULL,
    name                TEXT NOT NULL,
    name_key            TEXT NOT NULL,
    claims              TEXT NOT NULL,
    password_hash       TEXT,
    password_changed_at BIGINT,
    enabled             BOOLEAN NOT NULL,
    created_at          BIGINT NOT NULL,
    updated_at          BIGINT NOT NULL,
    last_sign_in_at     BIGINT,
    version             BIGINT NOT NULL,
    UNIQUE (tenant_id, email_key)
);
CREATE INDEX users_by_email ON users (email_key);

CREATE TABLE user_roles (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, role_id)
);
CREATE INDEX user_roles_by_role ON user_roles (role_id);

CREATE TABLE clients (
    id                              TEXT NOT NULL PRIMARY KEY,
    tenant_id                       TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    client_type                     TEXT NOT NULL,
    name                            TEXT NOT NULL,
    name_key                        TEXT NOT NULL,
    enabled                         BOOLEAN NOT NULL,
    token_lifetime                  BIGINT NOT NULL CHECK (token_lifetime BETWEEN 60 AND 3600),
    allow_offline_access            BOOLEAN NOT NULL,
    allow_access_tokens_via_browser BOOLEAN NOT NULL,
    client_uri                      TEXT,
    logo_uri                        TEXT,
    pkce                            TEXT NOT NULL,
    consent                         TEXT NOT NULL,
    auth_method                     TEXT NOT NULL,
    access_token_algorithm          TEXT NOT NULL,
    created_at                      BIGINT NOT NULL,
    created_by                      TEXT NOT NULL,
    updated_at                      BIGINT NOT NULL,
    last_used_at                    BIGINT,
    next_secret_id                  BIGINT NOT NULL,
    version                         BIGINT NOT NULL
);
CREATE INDEX clients_by_name ON clients (tenant_id, client_type, name_key, id);

CREATE TABLE client_urls (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    kind      TEXT NOT NULL CHECK (kind IN ('redirect', 'logout', 'cors')),
    position  BIGINT NOT NULL,
    url       TEXT NOT NULL,
    PRIMARY KEY (client_id, kind, position)
);
CREATE INDEX client_urls_by_url ON client_urls (url);

CREATE TABLE client_tags (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    position  BIGINT NOT NULL,
    tag       TEXT NOT NULL,
    PRIMARY KEY (client_id, position)
);
CREATE INDEX client_tags_by_tag ON client_tags (tag);

CREATE TABLE client_roles (
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    role_id   TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    PRIMARY KEY (client_id, role_id)
);
CREATE INDEX client_roles_by_role ON client_roles (role_id);

CREATE TABLE client_secrets (
    client_id       TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    id              BIGINT NOT NULL,
    hash            BYTEA NOT NULL UNIQUE,
    hint            TEXT NOT NULL,
    description     TEXT NOT NULL,
    description_key TEXT NOT NULL,
    enabled         BOOLEAN NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT,
    last_used_at    BIGINT,
    last_used_from  TEXT,
    PRIMARY KEY (client_id, id)
);

CREATE TABLE signing_keys (
    id           TEXT NOT NULL PRIMARY KEY,
    -- Algorithm and number, like 'RS256:1': two nodes that make the same next key at once meet here.
    slot         TEXT NOT NULL UNIQUE,
    algorithm    TEXT NOT NULL,
    state        TEXT NOT NULL,
    private_key  BYTEA NOT NULL,
    public_jwk   TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    activates_at BIGINT NOT NULL,
    retires_at   BIGINT
);

CREATE TABLE web_sessions (
    -- SHA-256 of the cookie: reading this table is no way to sign in.
    id_hash      BYTEA NOT NULL PRIMARY KEY,
    sid          TEXT NOT NULL UNIQUE,
    user_id      TEXT REFERENCES users (id) ON DELETE CASCADE,
    data         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    user_agent   TEXT NOT NULL,
    address      TEXT NOT NULL
);
CREATE INDEX web_sessions_by_user ON web_sessions (user_id);
CREATE INDEX web_sessions_by_end ON web_sessions (expires_at);

-- The one code that lets the first administrator in.
CREATE TABLE setup_codes (
    slot       TEXT NOT NULL PRIMARY KEY,
    code_hash  BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries      BIGINT NOT NULL
);

CREATE TABLE one_time_links (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose    TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX one_time_links_by_user ON one_time_links (user_id);

-- Failed sign-ins, counted for an address, an account, or both.
CREATE TABLE throttles (
    key        TEXT NOT NULL PRIMARY KEY,
    failures   BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    last_at    BIGINT NOT NULL
);
CREATE INDEX throttles_by_time ON throttles (last_at);

-- A form is taken once: its nonce is spent together with the change it makes.
CREATE TABLE spent_nonces (
    nonce    TEXT NOT NULL PRIMARY KEY,
    target   TEXT NOT NULL,
    spent_at BIGINT NOT NULL
);
CREATE INDEX spent_nonces_by_time ON spent_nonces (spent_at);

CREATE TABLE audit_events (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant_id   TEXT,
    at          BIGINT NOT NULL,
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
);
CREATE INDEX audit_events_by_time ON audit_events (at, id);
CREATE INDEX audit_events_by_target ON audit_events (target_kind, target_id, at);
