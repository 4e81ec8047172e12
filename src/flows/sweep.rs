//! Removes what nobody will ask for again. One node does it at a time.

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
const MOST_BATCHES: u32 = 20;
/// How long a node that sweeps keeps the others from it without another word, in seconds.
const LEASE: i64 = 60;
/// How long a secret that has expired stays on its client's list, in seconds.
const SECRETS_LISTED: i64 = 90 * DAY;

/// How long after its end a thing is kept, in seconds. `activity` is how long the requests of clients are.
const fn kept(what: Leftover, activity: i64) -> i64 {
    match what {
        // A month of counts by the client and a year of sums.
        Leftover::Activity => activity,
        Leftover::ClientCounts => 31 * DAY,
        Leftover::TenantCounts => 400 * DAY,
        Leftover::SecretUses => 8 * DAY,
        Leftover::Sessions | Leftover::Links | Leftover::SetupCodes => 0,
        // A day: a code or refresh token that was replaced and comes back is known for what it is, a form that was sent
        // before too, and every access token that hangs on a grant is over by then.
        Leftover::Throttles
        | Leftover::Nonces
        | Leftover::Codes
        | Leftover::RevokedTokens
        | Leftover::EndedGrants
        | Leftover::RevokedGrants
        // Whoever sends mails drops those that have ended, and tells of it: what is left, nobody sends.
        | Leftover::Mails => DAY,
    }
}

impl Provider {
    /// Sweeps once: sessions, links and codes that have ended, counters and nonces of yesterday, grants with their refresh
    /// tokens a day after their end or revocation, what clients were seen to do as the settings say, secrets that expired 90 days
    /// ago, mails that nobody sends, and the audit log as the settings say.
    /// Says whether there is more to be swept: then once more.
    pub async fn sweep(&self) -> Result<bool, StorageError> {
        let now = self.clock.now();
        let mut more = false;
        for what in Leftover::ALL {
            // Asked anew each time: what there is to sweep may take longer than a lease lasts.
            if !self.is_mine_to_sweep(self.clock.now()).await? {
                return Ok(false);
            }
            let (gone, left) = self.sweep_some(what, now.plus(-kept(what, self.settings.activity_keep))).await?;
            more |= left;
            if gone > 0 {
                tracing::debug!(?what, gone, "swept");
            }
        }
        if let Some(kept) = self.settings.audit_keep {
            more |= self.sweep_audit(now.plus(-kept)).await?;
        }
        more |= self.sweep_secrets(now).await?;
        Ok(more)
    }

    /// Whether this node may sweep: no other does.
    async fn is_mine_to_sweep(&self, now: UnixTime) -> Result<bool, StorageError> {
        let me = self.node_id();
        self.database
            .write(move |tx| {
                let me = me.clone();
                Box::pin(async move { tx.hold_lease("sweep", &me, now, now.plus(LEASE)).await })
            })
            .await
    }

    /// Sweeps some batches; says how many rows are gone, and whether some are left.
    async fn sweep_some(&self, what: Leftover, before: UnixTime) -> Result<(u64, bool), StorageError> {
        let mut gone = 0;
        for _ in 0..MOST_BATCHES {
            let began = tokio::time::Instant::now();
            let swept: Result<u64, StorageError> =
                self.database.write(move |tx| Box::pin(async move { tx.sweep(what, before, BATCH).await })).await;
            let swept = swept?;
            gone += swept;
            if swept < BATCH.unsigned_abs() {
                return Ok((gone, false));
            }
            rest(began).await;
        }
        Ok((gone, true))
    }

    /// Sweeps some batches of secrets; says whether some are left.
    async fn sweep_secrets(&self, now: UnixTime) -> Result<bool, StorageError> {
        let before = now.plus(-SECRETS_LISTED);
        for _ in 0..MOST_BATCHES {
            let (salt, began) = (self.random.base64url::<6>(), tokio::time::Instant::now());
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
                return Ok(false);
            }
            rest(began).await;
        }
        Ok(true)
    }
}

/// Leaves the database to the requests for as long as a batch took.
pub(super) async fn rest(began: tokio::time::Instant) {
    tokio::time::sleep(began.elapsed()).await;
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
