//! What a user has let clients do, taken back by an administrator, or by the user through a program.

use super::users::require_user;
use super::{AdminError, Administrator};
use crate::flows::one_time_links::user_event;
use crate::flows::{Provider, audit};
use crate::oauth::UserId;

impl Provider {
    /// Takes back all that a user granted to any client: consent is forgotten, refresh tokens and what hangs on them die
    /// at once.
    pub async fn remove_grants(&self, by: &Administrator, user: &UserId) -> Result<(), AdminError> {
        let (now, salt, by, id) = (self.clock.now(), self.random.base64url::<6>(), by.clone(), user.clone());
        self.database
            .write::<_, AdminError, _>(move |tx| {
                let (by, id, salt) = (by.clone(), id.clone(), salt.clone());
                Box::pin(async move {
                    let user = require_user(tx, &by, &id).await?;
                    let consents = tx.consents_of(&id).await?;
                    for (client, _) in &consents {
                        tx.delete_consent(&id, client).await?;
                    }
                    let ended = tx.revoke_grants_of(&id, None, now).await?;
                    if ended == 0 && consents.is_empty() {
                        return Ok(());
                    }
                    let clients: Vec<_> = consents.into_iter().map(|(client, _)| client).collect();
                    let detail = serde_json::json!({ "consents": clients, "grants": ended });
                    Ok(audit::record(tx, &user_event(&user, "user.grants_removed", &detail), by.origin(), &salt, now)
                        .await?)
                })
            })
            .await
    }
}
