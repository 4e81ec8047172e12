-- What was given before something changed, told from what was given after it, though both may be of the same second.

-- Raised whenever a user's password is changed or the user is disabled: sign-ins and grants of an earlier one are over.
-- 0: since this is counted, neither has happened; times of before still tell.
ALTER TABLE users ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE grants ADD COLUMN user_generation INTEGER NOT NULL DEFAULT 0;

-- Tells a client from one that was there before under the same id: the revision of all clients when it was added.
ALTER TABLE clients ADD COLUMN incarnation INTEGER NOT NULL DEFAULT 0;
