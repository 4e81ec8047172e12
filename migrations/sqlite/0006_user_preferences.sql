-- What programs keep about a user, as one JSON object: it is the user's own, and nothing here reads it.

CREATE TABLE user_preferences (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    body    TEXT NOT NULL
) STRICT;
