//! What clients are seen to do: gathered in memory, folded, written by the batch. Nothing waits for it, nothing hangs on
//! it, and what strangers can provoke of it is bounded: only clients that exist have rows, only a few of them in each
//! batch, and strangers' rows never push out those of whoever has proven something.

mod log;

use super::client_authentication::Authenticated;
use super::client_cache::CachedClient;
use super::{Provider, TokenCall, TokenError};
use crate::oauth::{ActivityKind, Client, ClientId, Credentials, ReasonCode, TokenRefusal, UnixTime};
use crate::storage::StorageError;
pub(super) use log::ActivityLog;
use std::sync::Arc;

/// From where a request came, for people who look at it later.
#[derive(Debug, Clone, Copy)]
pub struct Trace<'r> {
    /// The network address.
    pub address: &'r str,
    /// What the program calls itself (`User-Agent`).
    pub agent: &'r str,
    /// The request's reference.
    pub reference: &'r str,
}

/// Rows kept of a client: those that were proven, and the others.
const KEPT: [(bool, i64); 2] = [(true, 150), (false, 50)];
/// One thing that was seen.
#[derive(Debug, Clone)]
pub(super) struct Sighting<'s> {
    pub client: &'s Client,
    pub kind: ActivityKind,
    pub reason: Option<ReasonCode>,
    pub proven: bool,
    pub detail: String,
}

impl Provider {
    /// Writes one batch of what was seen; says whether there was any. Called twice a second, and until nothing is left at
    /// the end.
    pub async fn flush_activity(&self) -> Result<bool, StorageError> {
        let batch = Arc::new(self.activity.take());
        if batch.is_empty() {
            return Ok(false);
        }
        self.database
            .write(move |tx| {
                let batch = Arc::clone(&batch);
                Box::pin(async move {
                    for (client, slot, seen) in &batch.rows {
                        tx.note_activity(client, *slot, seen).await?;
                    }
                    for (client, count) in &batch.of_clients {
                        tx.count_tokens_of_client(client, count).await?;
                    }
                    for (tenant, count) in &batch.of_tenants {
                        tx.count_tokens_of_tenant(tenant, count).await?;
                    }
                    for client in &batch.trim {
                        for (proven, keep) in KEPT {
                            tx.trim_activity(client, proven, keep).await?;
                        }
                    }
                    Ok(true)
                })
            })
            .await
    }

    /// Notes what became of a request to the token endpoint or its kin. `who` has proven who it is, if anybody has. Who is
    /// unknown leaves no trace here.
    pub(super) async fn note_outcome<T>(
        &self,
        kind: ActivityKind,
        call: &TokenCall<'_>,
        who: Option<&Authenticated>,
        outcome: &Result<T, TokenError>,
        now: UnixTime,
    ) {
        let refusal = match outcome {
            Ok(_) => None,
            Err(TokenError::Refused(TokenRefusal::UnknownClient | TokenRefusal::UnknownClientNoSecret, _)) => return,
            Err(TokenError::Refused(refusal, _)) => Some(refusal),
            Err(TokenError::Throttled(_)) => return self.note_throttled(kind, call, now),
            Err(_) => return,
        };
        let client = match who {
            Some(who) => Arc::clone(&who.client),
            None => match self.named_client(call).await {
                Some(client) => client,
                None => return,
            },
        };
        let authenticated = who.is_some_and(|who| who.secret_id.is_some());
        let detail = match (refusal, who.and_then(|who| who.secret_id)) {
            (Some(refusal), _) => refusal.finding(),
            (None, Some(id)) => client
                .secrets
                .iter()
                .find(|secret| secret.id == id)
                .map_or(String::new(), |secret| format!("secret …{}", secret.hint)),
            (None, None) => String::new(),
        };
        let seen = Sighting {
            client: &client.client,
            kind,
            reason: refusal.map(TokenRefusal::reason),
            proven: refusal.is_none_or(|refusal| authenticated || refusal.shows_possession()),
            detail,
        };
        self.activity.note(&seen, call.trace, now);
    }

    /// Notes that a request was not even looked at. For a client that is in memory: a flood reads no row.
    fn note_throttled(&self, kind: ActivityKind, call: &TokenCall<'_>, now: UnixTime) {
        let sent = Credentials::read(call.authorization, call.form).ok();
        let Some(client) = sent.and_then(|sent| self.clients.get(&ClientId::new(sent.id()))) else { return };
        let (reason, detail) = (Some(ReasonCode(2301)), String::new());
        let seen = Sighting { client: &client.client, kind, reason, proven: false, detail };
        self.activity.note(&seen, call.trace, now);
    }

    /// The client that a request names, rightly or not.
    async fn named_client(&self, call: &TokenCall<'_>) -> Option<Arc<CachedClient>> {
        let sent = Credentials::read(call.authorization, call.form).ok();
        let named = sent.as_ref().map(Credentials::id).or_else(|| call.form.get("client_id"))?;
        self.cached_client(&ClientId::new(named)).await.ok().flatten()
    }

    /// Notes what was seen of a client that is known.
    pub(super) fn see(&self, seen: &Sighting<'_>, trace: Trace<'_>, now: UnixTime) {
        self.activity.note(seen, trace, now);
    }
}
