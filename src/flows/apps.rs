//! What a user has let clients do, and how it is taken back.

use super::authorize::{ClientCard, Visit};
use super::one_time_links::user_event;
use super::{Provider, audit};
use crate::oauth::audit::{Actor, Origin};
use crate::oauth::{ClientId, Scope, UnixTime, UserId};
use crate::storage::{StorageError, User};
use std::sync::Arc;

/// A client that may do something in a user's name.
#[derive(Debug, Clone)]
pub struct AppAccess {
    /// Which.
    pub client: ClientCard,
    /// All that it was allowed.
    pub scope: Scope,
    /// Since when.
    pub since: UnixTime,
    /// Whether it can get new tokens without the user being there.
    pub offline: bool,
}

impl Provider {
    /// What a user has let clients do: consent that was given, and refresh tokens that are alive.
    pub async fn apps_with_access(&self, user: &UserId) -> Result<Vec<AppAccess>, StorageError> {
        let now = self.clock.now();
        let mut reader = self.database.read().await?;
        let mut apps: Vec<AppAccess> = Vec::new();
        let consents = reader.consents_of(user).await?;
        let grants = reader.offline_grants_of(user, now).await?;
        drop(reader);
        let seen = consents.into_iter().map(|(client, consent)| (client, consent.scope, consent.granted_at, false));
        let kept = grants.into_iter().map(|grant| (grant.client_id, grant.scope, grant.created_at, true));
        for (id, scope, since, offline) in seen.chain(kept) {
            if let Some(app) = apps.iter_mut().find(|app| app.client.id == id) {
                app.scope = app.scope.union(&scope);
                app.offline |= offline;
                app.since = app.since.min(since);
            } else if let Some(cached) = self.cached_client(&id).await? {
                apps.push(AppAccess { client: ClientCard::of(&cached.client), scope, since, offline });
            }
        }
        Ok(apps)
    }

    /// Takes back what a user has let a client do: consent is forgotten, everything granted dies at once.
    pub async fn remove_access(&self, user: &User, client: &ClientId, visit: &Visit<'_>) -> Result<(), StorageError> {
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let event = user_event(user, "consent.withdrawn", &serde_json::json!({ "client": client }));
        let actor = Actor::User { id: user.id.clone(), name: user.email.clone() };
        let origin = Origin { actor, address: visit.address.to_owned(), reference: visit.reference.to_owned() };
        let what = Arc::new((user.id.clone(), client.clone(), event, origin, salt));
        self.database
            .write(move |tx| {
                let what = Arc::clone(&what);
                Box::pin(async move {
                    let (user, client, event, origin, salt) = &*what;
                    let forgot = tx.delete_consent(user, client).await?;
                    if tx.revoke_grants_of(user, Some(client), now).await? > 0 || forgot {
                        audit::record(tx, event, origin, salt, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}
