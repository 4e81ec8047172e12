//! A secret that others may know.

use super::clients::{client_event, take_client};
use super::secrets::require_secret;
use super::{AdminError, Administrator};
use crate::flows::{Provider, audit};
use crate::oauth::ClientId;

/// Most characters of a reason.
const LONGEST: usize = 500;

/// What is done about a leak.
#[derive(Debug, Clone, Default)]
pub struct Leak {
    /// How it came about, for the audit log.
    pub reason: String,
    /// Whether all sign-ins to the client end, and with them their refresh tokens.
    pub end_sign_ins: bool,
}

impl Provider {
    /// Disables a secret that leaked, at once, and ends the client's sign-ins if that is wished; says how many there were.
    /// Access tokens that are out already work until they end.
    pub async fn secret_leaked(
        &self,
        by: &Administrator,
        client: &ClientId,
        secret: i32,
        leak: Leak,
    ) -> Result<u64, AdminError> {
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let (by, client) = (by.clone(), client.clone());
        let ended = self
            .database
            .write::<_, AdminError, _>(move |tx| {
                let (by, client, salt, leak) = (by.clone(), client.clone(), salt.clone(), leak.clone());
                Box::pin(async move {
                    let client = take_client(tx, by.tenant_id(), &client).await?;
                    let mut secret = require_secret(tx.secrets_of(&client.id).await?, secret)?;
                    secret.enabled = false;
                    if !tx.update_secret(&client.id, &secret).await? {
                        return Err(AdminError::NotFound("secret"));
                    }
                    let ended = if leak.end_sign_ins { tx.revoke_grants_of_client(&client.id, now).await? } else { 0 };
                    let detail = serde_json::json!({
                        "secret_id": secret.id, "description": secret.description, "hint": secret.hint,
                        "reason": leak.reason.trim().chars().take(LONGEST).collect::<String>(), "sign_ins_ended": ended,
                    });
                    audit::record(tx, &client_event(&client, "secret.leaked", &detail), by.origin(), &salt, now)
                        .await?;
                    Ok(ended)
                })
            })
            .await?;
        self.clients.invalidate();
        Ok(ended)
    }
}
