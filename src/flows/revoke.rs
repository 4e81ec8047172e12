//! Revocation (RFC 7009): a client gives back what it has.

use super::access_tokens::text;
use super::client_authentication::Authenticated;
use super::{Provider, TokenCall, TokenError};
use crate::oauth::{ActivityKind, ClientId, Credentials, PresentedToken, TokenHash, UnixTime};
use crate::storage::StorageError;
use serde_json::Value;

impl Provider {
    /// Takes back a token of the client that asks. What is not its own, or nothing at all, stays as it is, and the answer
    /// is the same (RFC 7009 2.2). A refresh token takes along all that hangs on its grant.
    pub async fn revoke(&self, call: TokenCall<'_>) -> Result<(), TokenError> {
        let (now, mut who) = (self.clock.now(), None);
        let outcome = self.answer_revoke(&call, &mut who, now).await;
        self.note_outcome(ActivityKind::Revocation, &call, who.as_ref(), &outcome, now).await;
        outcome
    }

    async fn answer_revoke(
        &self,
        call: &TokenCall<'_>,
        proven: &mut Option<Authenticated>,
        now: UnixTime,
    ) -> Result<(), TokenError> {
        let credentials = Credentials::read(call.authorization, call.form)?;
        let who = &*proven.insert(self.authenticate_client(&credentials, call.trace.address, now).await?);
        let client_id = &who.client.client.id;
        if let Some(secret) = who.secret_id {
            self.uses.note(client_id, secret, call.trace.address, now);
        }
        match PresentedToken::read(call.form)? {
            PresentedToken::Refresh(hash) => self.revoke_refresh_token(hash, client_id, now).await?,
            PresentedToken::Jwt(token) => self.revoke_access_token(&token, client_id, now).await?,
            PresentedToken::Unknown => {}
        }
        Ok(())
    }

    async fn revoke_refresh_token(
        &self,
        hash: TokenHash,
        client_id: &ClientId,
        now: UnixTime,
    ) -> Result<(), StorageError> {
        let client_id = client_id.clone();
        self.database
            .write(move |tx| {
                let client_id = client_id.clone();
                Box::pin(async move {
                    match tx.find_refresh_token(&hash).await? {
                        Some(stored) if stored.token.client_id == client_id => {
                            tx.revoke_grant(&stored.grant.id, now).await.map(drop)
                        }
                        _ => Ok(()),
                    }
                })
            })
            .await
    }

    async fn revoke_access_token(&self, token: &str, client_id: &ClientId, now: UnixTime) -> Result<(), StorageError> {
        // One that is over, or not ours, needs no taking back.
        let Ok(claims) = self.verify_access_token(token, now) else { return Ok(()) };
        let end = claims.get("exp").and_then(Value::as_i64).map(UnixTime);
        let (Some(jti), Some(end)) = (text(&claims, "jti"), end) else { return Ok(()) };
        if text(&claims, "client_id") != Some(client_id.as_str()) {
            return Ok(());
        }
        let jti = jti.to_owned();
        self.database
            .write(move |tx| {
                let jti = jti.clone();
                Box::pin(async move { tx.revoke_token(&jti, end).await })
            })
            .await
    }
}
