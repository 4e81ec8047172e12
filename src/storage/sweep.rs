//! Removing what is over, a few rows at a time: no transaction is long, and nodes that sweep at once do not wait for each
//! other for long.
//!
//! Where a row's time can move, the statement asks twice: once to find rows, and once more when it takes them, since
//! another node may have given a row a new time in between.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{ClientId, UnixTime};

/// What can be swept. In this order: what hangs on a row goes before the row itself, so that no batch grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Leftover {
    /// Browser sessions, by their end.
    Sessions,
    /// Invitations and reset links, by their end.
    Links,
    /// The set-up code, by its end.
    SetupCodes,
    /// Counters of failed sign-ins, by the last failure.
    Throttles,
    /// Nonces of forms, by when they were spent.
    Nonces,
    /// Authorization codes, by their end.
    Codes,
    /// Access tokens that were taken back one by one, by their end.
    RevokedTokens,
    /// Grants by their end, each after its refresh tokens: one that was replaced long ago and comes back is known for what
    /// it is as long as the grant lasts.
    EndedGrants,
    /// Grants by their revocation, in the same way.
    RevokedGrants,
    /// What clients were seen to do, by the last time.
    Activity,
    /// Counts of a client's requests for tokens, by their hour.
    ClientCounts,
    /// The same of a tenant's clients.
    TenantCounts,
    /// From where secrets were used, by the day.
    SecretUses,
    /// Mails that nobody sent, by their end.
    Mails,
}

impl Leftover {
    /// All, in the order in which they are swept.
    pub const ALL: [Self; 14] = [
        Self::Sessions,
        Self::Links,
        Self::SetupCodes,
        Self::Throttles,
        Self::Nonces,
        Self::Codes,
        Self::RevokedTokens,
        Self::EndedGrants,
        Self::RevokedGrants,
        Self::Activity,
        Self::ClientCounts,
        Self::TenantCounts,
        Self::SecretUses,
        Self::Mails,
    ];
}

/// A secret that was taken off the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweptSecret {
    /// Whose it was.
    pub client_id: ClientId,
    /// Its number.
    pub id: i64,
    /// What people called it.
    pub description: String,
    /// When it had ended.
    pub expired_at: UnixTime,
}

impl Transaction {
    /// Removes at most `most` rows whose time is before `before`, and says how many. Of grants at most so many, and as many
    /// refresh tokens.
    pub async fn sweep(&mut self, what: Leftover, before: UnixTime, most: i64) -> Result<u64, StorageError> {
        let sql = match what {
            Leftover::Sessions => {
                "DELETE FROM web_sessions WHERE expires_at < $1 AND id_hash IN
                 (SELECT id_hash FROM web_sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Leftover::Links => {
                "DELETE FROM one_time_links WHERE expires_at < $1 AND token_hash IN
                 (SELECT token_hash FROM one_time_links WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Leftover::SetupCodes => {
                "DELETE FROM setup_codes WHERE slot = 'setup' AND expires_at < $1 AND CAST($2 AS BIGINT) > 0"
            }
            Leftover::Throttles => {
                "DELETE FROM throttles WHERE last_at < $1 AND key IN
                 (SELECT key FROM throttles WHERE last_at < $1 ORDER BY last_at LIMIT $2)"
            }
            Leftover::Nonces => {
                "DELETE FROM spent_nonces WHERE spent_at < $1 AND nonce IN
                 (SELECT nonce FROM spent_nonces WHERE spent_at < $1 ORDER BY spent_at LIMIT $2)"
            }
            Leftover::Codes => {
                "DELETE FROM authorization_codes WHERE expires_at < $1 AND hash IN
                 (SELECT hash FROM authorization_codes WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Leftover::RevokedTokens => {
                "DELETE FROM revoked_tokens WHERE expires_at < $1 AND jti IN
                 (SELECT jti FROM revoked_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)"
            }
            Leftover::EndedGrants => {
                let tokens = "DELETE FROM refresh_tokens WHERE hash IN
                 (SELECT hash FROM refresh_tokens WHERE grant_id IN
                  (SELECT id FROM grants WHERE ends_at < $1 ORDER BY ends_at, id LIMIT $2) LIMIT $2)";
                let gone = self.query(tokens).bind(before).bind(most).execute().await?;
                let grants = "DELETE FROM grants WHERE id IN
                 (SELECT id FROM grants WHERE ends_at < $1 ORDER BY ends_at, id LIMIT $2)
                 AND NOT EXISTS (SELECT 1 FROM refresh_tokens WHERE grant_id = grants.id)";
                return Ok(gone + self.query(grants).bind(before).bind(most).execute().await?);
            }
            Leftover::RevokedGrants => {
                let tokens = "DELETE FROM refresh_tokens WHERE hash IN
                 (SELECT hash FROM refresh_tokens WHERE grant_id IN
                  (SELECT id FROM grants WHERE revoked_at < $1 ORDER BY revoked_at, id LIMIT $2) LIMIT $2)";
                let gone = self.query(tokens).bind(before).bind(most).execute().await?;
                let grants = "DELETE FROM grants WHERE id IN
                 (SELECT id FROM grants WHERE revoked_at < $1 ORDER BY revoked_at, id LIMIT $2)
                 AND NOT EXISTS (SELECT 1 FROM refresh_tokens WHERE grant_id = grants.id)";
                return Ok(gone + self.query(grants).bind(before).bind(most).execute().await?);
            }
            Leftover::Activity => {
                "DELETE FROM client_activity WHERE last_at < $1 AND (client_id, slot, kind, reason, detail, address, agent) IN
                 (SELECT client_id, slot, kind, reason, detail, address, agent FROM client_activity WHERE last_at < $1
                  ORDER BY last_at LIMIT $2)"
            }
            Leftover::ClientCounts => {
                "DELETE FROM client_token_counts WHERE (client_id, hour) IN
                 (SELECT client_id, hour FROM client_token_counts WHERE hour < $1 ORDER BY hour LIMIT $2)"
            }
            Leftover::TenantCounts => {
                "DELETE FROM tenant_token_counts WHERE (tenant_id, hour) IN
                 (SELECT tenant_id, hour FROM tenant_token_counts WHERE hour < $1 ORDER BY hour LIMIT $2)"
            }
            Leftover::SecretUses => {
                "DELETE FROM client_secret_uses WHERE (client_id, secret_id, day, address) IN
                 (SELECT client_id, secret_id, day, address FROM client_secret_uses WHERE day < $1 ORDER BY day LIMIT $2)"
            }
            Leftover::Mails => {
                "DELETE FROM mails WHERE ends_at < $1 AND id IN
                 (SELECT id FROM mails WHERE ends_at < $1 ORDER BY ends_at LIMIT $2)"
            }
        };
        self.query(sql).bind(before).bind(most).execute().await
    }

    /// Takes at most `most` secrets that ended before `before` off their clients' lists.
    pub async fn sweep_secrets(&mut self, before: UnixTime, most: i64) -> Result<Vec<SweptSecret>, StorageError> {
        let mut swept = Vec::new();
        for secret in self.long_expired_secrets(before, most).await? {
            let sql = "DELETE FROM client_secrets WHERE client_id = $1 AND id = $2 AND expires_at < $3";
            let statement = self.query(sql).bind(&secret.client_id).bind(secret.id).bind(before);
            if statement.execute().await? == 1 {
                swept.push(secret);
            }
        }
        if !swept.is_empty() {
            self.touch("clients").await?;
        }
        Ok(swept)
    }
}

impl Reader {
    async fn long_expired_secrets(&mut self, before: UnixTime, most: i64) -> Result<Vec<SweptSecret>, StorageError> {
        let sql = "SELECT client_id, id, description, expires_at FROM client_secrets WHERE expires_at < $1
                   ORDER BY expires_at, client_id, id LIMIT $2";
        let rows = self.query(sql).bind(before).bind(most).fetch_all::<(String, i64, String, i64)>().await?;
        let read = |(client, id, description, end)| SweptSecret {
            client_id: ClientId::new(client),
            id,
            description,
            expired_at: UnixTime(end),
        };
        Ok(rows.into_iter().map(read).collect())
    }
}
