-- What the sweep looks for, so that it reads only what it takes away.

CREATE INDEX grants_by_revocation ON grants (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX one_time_links_by_end ON one_time_links (expires_at);
CREATE INDEX client_secrets_by_end ON client_secrets (expires_at) WHERE expires_at IS NOT NULL;
