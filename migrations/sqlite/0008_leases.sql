-- Who does what only one node should do, and until when without another word.

CREATE TABLE leases (
    name    TEXT NOT NULL PRIMARY KEY,
    holder  TEXT NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;
