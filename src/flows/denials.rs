//! Refusals that belong into the audit log: those of people and programs whom we know. A stranger's never get here, and a
//! known one's once in a while: nobody fills the log by knocking.

use super::one_time_links::user_event;
use super::{Provider, SignedIn, audit};
use crate::oauth::audit::{Actor, AuditEvent, Origin};
use crate::oauth::{Client, UnixTime};
use crate::storage::StorageError;
use std::sync::Arc;

impl Provider {
    /// Notes, once a minute, that somebody who is signed in was turned away where only administrators may go.
    pub async fn note_denied(&self, who: &SignedIn, address: String, reference: String) -> Result<(), StorageError> {
        let user = &who.user;
        let actor = Actor::User { id: user.id.clone(), name: user.email.clone() };
        let event = user_event(user, "admin.denied", &serde_json::json!({}));
        self.note_once(event, Origin { actor, address, reference }, 60, self.clock.now()).await
    }

    /// Notes, once an hour, that a client came with a secret that is its own and has ended: somebody forgot to switch it.
    pub(super) async fn note_secret_expired(
        &self,
        client: &Client,
        ended: UnixTime,
        address: &str,
        now: UnixTime,
    ) -> Result<(), StorageError> {
        let event = AuditEvent {
            tenant_id: Some(client.tenant_id.clone()),
            action: "client.secret_expired",
            target_kind: "client",
            target_id: client.id.as_str().to_owned(),
            target_name: client.name.clone(),
            detail: serde_json::json!({ "expired": ended.rfc3339() }).to_string(),
        };
        let actor = Actor::Client { id: client.id.clone(), name: client.name.clone() };
        let by = Origin { actor, address: address.to_owned(), reference: String::new() };
        self.note_once(event, by, 3_600, now).await
    }

    /// Adds a row, unless there is one of this kind about the same thing from the same stretch of so many seconds.
    async fn note_once(&self, event: AuditEvent, by: Origin, every: i64, now: UnixTime) -> Result<(), StorageError> {
        let nonce = format!("{} {} {}", event.action, event.target_id, now.0.div_euclid(every));
        let row = Arc::new((event, by, nonce, self.random.base64url::<6>()));
        self.database
            .write::<_, StorageError, _>(move |tx| {
                let row = Arc::clone(&row);
                Box::pin(async move {
                    let (event, by, nonce, salt) = &*row;
                    if tx.spend_nonce(nonce, &event.target_id, now).await? {
                        audit::record(tx, event, by, salt, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}
