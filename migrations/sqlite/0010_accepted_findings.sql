-- Findings of the security review that somebody has said to live with, until a day and for a reason.

CREATE TABLE accepted_findings (
    tenant_id      TEXT    NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    kind           TEXT    NOT NULL,
    about_id       TEXT    NOT NULL,
    about_detail   TEXT    NOT NULL,
    accepted_until INTEGER NOT NULL,
    reason         TEXT    NOT NULL,
    accepted_by    TEXT    NOT NULL,
    accepted_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, kind, about_id, about_detail)
) STRICT;
