//! Introspection (RFC 7662): what a client may know about its own tokens.

use super::access_tokens::text;
use super::client_authentication::Authenticated;
use super::user_tokens::Bearer;
use super::{BearerError, Provider, TokenCall, TokenError};
use crate::oauth::{
    ActivityKind, ClientId, Credentials, Introspection, PresentedToken, TokenHash, TokenRefusal, UnixTime,
};
use crate::storage::StorageError;

impl Provider {
    /// Answers a client that has proven who it is. About other clients' tokens it hears what it hears about garbage.
    pub async fn introspect(&self, call: TokenCall<'_>) -> Result<Introspection, TokenError> {
        let (now, mut who) = (self.clock.now(), None);
        let outcome = self.answer_introspect(&call, &mut who, now).await;
        self.note_outcome(ActivityKind::Introspection, &call, who.as_ref(), &outcome, now).await;
        outcome
    }

    async fn answer_introspect(
        &self,
        call: &TokenCall<'_>,
        proven: &mut Option<Authenticated>,
        now: UnixTime,
    ) -> Result<Introspection, TokenError> {
        let credentials = Credentials::read(call.authorization, call.form)?;
        let who = &*proven.insert(self.authenticate_client(&credentials, call.trace.address, now).await?);
        // Whoever has no secret could be anybody (RFC 7662 2.1).
        let Some(secret) = who.secret_id else { return Err(TokenRefusal::NoSecret.into()) };
        let client_id = &who.client.client.id;
        self.uses.note(client_id, secret, call.trace.address, now);
        let told = match PresentedToken::read(call.form)? {
            PresentedToken::Refresh(hash) => self.introspect_refresh_token(hash, client_id, now).await?,
            PresentedToken::Jwt(token) => self.introspect_access_token(&token, client_id, now).await?,
            PresentedToken::Unknown => Introspection::inactive(),
        };
        if told == Introspection::inactive() {
            self.count_dead_token(client_id).map_err(TokenError::Throttled)?;
        }
        Ok(told)
    }

    async fn introspect_access_token(
        &self,
        token: &str,
        client_id: &ClientId,
        now: UnixTime,
    ) -> Result<Introspection, StorageError> {
        let Ok(claims) = self.verify_access_token(token, now) else { return Ok(Introspection::inactive()) };
        if text(&claims, "client_id") != Some(client_id.as_str()) {
            return Ok(Introspection::inactive());
        }
        match self.require_alive(&claims).await {
            Ok(_) => Ok(Introspection::of_access_token(&claims)),
            Err(BearerError::Refused(_)) => Ok(Introspection::inactive()),
            Err(BearerError::Storage(error)) => Err(error),
        }
    }

    async fn introspect_refresh_token(
        &self,
        hash: TokenHash,
        client_id: &ClientId,
        now: UnixTime,
    ) -> Result<Introspection, StorageError> {
        let mut reader = self.database.read().await?;
        let Some(stored) = reader.find_refresh_token(&hash).await? else { return Ok(Introspection::inactive()) };
        let bearer = Bearer::find(&mut reader, &stored.grant.user_id).await?;
        let alive = stored.token.client_id == *client_id
            && stored.token.consumed_at.is_none()
            && now < stored.token.expires_at
            && stored.grant.require_usable(bearer.map(|bearer| bearer.account())).is_ok();
        Ok(if alive {
            Introspection::of_refresh_token(&stored.grant, stored.issued_at, stored.token.expires_at, &self.issuer)
        } else {
            Introspection::inactive()
        })
    }
}
