//! Removes what nobody will ask for again. Runs on every node; what one has taken away the others no longer find.

use super::{Provider, audit};
use crate::oauth::UnixTime;
use crate::oauth::audit::{AuditEvent, Origin};
use crate::storage::{Leftover, StorageError, SweptSecret, Transaction};

const DAY: i64 = 86_400;
/// Rows in one transaction.
const BATCH: i64 = 500;
/// The same for secrets, each of which gets a row in the audit log.
const BATCH_OF_SECRETS: i64 = 50;
/// Batches of one kind in one sweep. What is left is for the next: the server can stop in between.
const MOST_BATCHES: u32 = 100;
/// How long a secret that has expired stays on its client's list, in seconds.
const SECRETS_LISTED: i64 = 90 * DAY;

/// How long after its end a thing is kept, in seconds.
const fn kept(what: Leftover) -> i64 {
    match what {
        // A week of what clients did, a month of counts by the client and a year of sums.
        Leftover::Activity => 7 * DAY,
        Leftover::ClientCounts => 31 * DAY,
        Leftover::TenantCounts => 400 * DAY,
        Leftover::SecretUses => 8 * DAY,
        Leftover::Sessions | Leftover::Links | Leftover::SetupCodes => 0,
        // A day: a code or refresh token that was replaced and comes back is known for what it is, a form that was sent
        // before too, and every access token that hangs on a grant is over by then.
        Leftover::Throttles
        | Leftover::Nonces
        | Leftover::Codes
        | Leftover::RefreshTokens
        | Leftover::RevokedTokens
        | Leftover::Grants => DAY,
    }
}

impl Provider {
    /// Sweeps once: sessions, links and codes that have ended, counters and nonces of yesterday, grants with their refresh
    /// tokens a day after their end or revocation, what clients were seen to do a week ago, secrets that expired 90 days
    /// ago, and the audit log as the settings say.
    pub async fn sweep(&self) -> Result<(), StorageError> {
        let now = self.clock.now();
        for what in Leftover::ALL {
            let gone = self.sweep_all(what, now.plus(-kept(what))).await?;
            if gone > 0 {
                tracing::debug!(?what, gone, "swept");
            }
        }
        if let Some(kept) = self.settings.audit_keep {
            self.sweep_audit(now.plus(-kept)).await?;
        }
        self.sweep_secrets(now).await
    }

    async fn sweep_all(&self, what: Leftover, before: UnixTime) -> Result<u64, StorageError> {
        let mut gone = 0;
        for _ in 0..MOST_BATCHES {
            let swept: Result<u64, StorageError> =
                self.database.write(move |tx| Box::pin(async move { tx.sweep(what, before, BATCH).await })).await;
            let swept = swept?;
            gone += swept;
            if swept < BATCH.unsigned_abs() {
                break;
            }
        }
        Ok(gone)
    }

    async fn sweep_secrets(&self, now: UnixTime) -> Result<(), StorageError> {
        let before = now.plus(-SECRETS_LISTED);
        for _ in 0..MOST_BATCHES {
            let salt = self.random.base64url::<6>();
            let swept: Result<usize, StorageError> = self
                .database
                .write(move |tx| {
                    let salt = salt.clone();
                    Box::pin(async move {
                        let swept = tx.sweep_secrets(before, BATCH_OF_SECRETS).await?;
                        for secret in &swept {
                            record(tx, secret, &salt, now).await?;
                        }
                        Ok(swept.len())
                    })
                })
                .await;
            let swept = swept?;
            if swept > 0 {
                self.clients.invalidate();
            }
            if i64::try_from(swept).unwrap_or(BATCH_OF_SECRETS) < BATCH_OF_SECRETS {
                break;
            }
        }
        Ok(())
    }
}

async fn record(tx: &mut Transaction, secret: &SweptSecret, salt: &str, now: UnixTime) -> Result<(), StorageError> {
    let Some(client) = tx.find_client(&secret.client_id).await? else { return Ok(()) };
    let detail = serde_json::json!({
        "secret_id": secret.id, "description": secret.description, "expires": secret.expired_at.rfc3339(),
    });
    let event = AuditEvent {
        tenant_id: Some(client.tenant_id),
        action: "secret.removed",
        target_kind: "client",
        target_id: client.id.as_str().to_owned(),
        target_name: client.name,
        detail: detail.to_string(),
    };
    audit::record(tx, &event, &Origin::system(), salt, now).await
}
