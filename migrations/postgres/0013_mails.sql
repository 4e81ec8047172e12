-- Mails that wait to be sent, by whichever node comes first. What is in them is sealed: it may hold links that open accounts.

CREATE TABLE mails (
    id      TEXT NOT NULL PRIMARY KEY,
    sealed  TEXT NOT NULL,
    what    TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    -- When it may be tried next. A node that tries it puts this off first, so that no other tries at the same time.
    due_at  BIGINT NOT NULL,
    -- From when on it need not be sent any more.
    ends_at BIGINT NOT NULL,
    tries   BIGINT NOT NULL
);
CREATE INDEX mails_by_due ON mails (due_at);
CREATE INDEX mails_by_end ON mails (ends_at);
