-- Whom an id means as the `sub` of a token, in lower case: for ever a user, or for ever a client.
CREATE TABLE subjects (
    id_key TEXT NOT NULL PRIMARY KEY,
    kind   TEXT NOT NULL CHECK (kind IN ('user', 'client'))
) STRICT;
INSERT INTO subjects (id_key, kind) SELECT lower(id), 'user' FROM users WHERE TRUE ON CONFLICT DO NOTHING;
INSERT INTO subjects (id_key, kind) SELECT lower(id), 'client' FROM clients WHERE TRUE ON CONFLICT DO NOTHING;

-- In which browser a session is, as a digest of the cookie that binds its forms: there is one at a time.
ALTER TABLE web_sessions ADD COLUMN browser TEXT;
CREATE UNIQUE INDEX web_sessions_by_browser ON web_sessions (browser);
