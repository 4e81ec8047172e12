//! Refreshing (RFC 6749 6), with a new refresh token at every use (RFC 9700 4.14.2).

use super::grant_events::{grant_event, origin_of};
use super::{Provider, TokenCall, TokenError, TokenResponse};
use crate::flows::client_authentication::Authenticated;
use crate::flows::user_tokens::{Bearer, Granted, IdTokenParts};
use crate::flows::{IssueError, audit};
use crate::oauth::audit::Origin;
use crate::oauth::{
    ClientId, Grant, RefreshDecision, RefreshLifetimes, RefreshPresented, RefreshRequest, Scope, TokenHash, TokenKind,
    TokenRefusal, UnixTime,
};
use crate::storage::{StorageError, StoredRefreshToken, Transaction};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;

/// All that the transaction needs.
struct Attempt {
    hash: TokenHash,
    successor: TokenHash,
    scope: Option<String>,
    client_id: ClientId,
    client_name: String,
    authenticated: bool,
    lifetimes: RefreshLifetimes,
    origin: Origin,
    salt: String,
}

/// What a refresh token was good for.
struct Refreshed {
    grant: Grant,
    bearer: Bearer,
    scope: Scope,
}

impl Provider {
    /// Replaces a refresh token and gives new tokens with the roles that the user holds now.
    pub(super) async fn refresh(
        &self,
        who: &Authenticated,
        request: RefreshRequest,
        call: &TokenCall<'_>,
        now: UnixTime,
    ) -> Result<TokenResponse, TokenError> {
        let client = &who.client.client;
        if !TokenKind::RefreshToken.recognises(&request.refresh_token) {
            return Err(TokenRefusal::UnknownRefreshToken.into());
        }
        self.require_signers(client)?;
        let successor = self.successor_of(&request.refresh_token)?;
        let attempt = Arc::new(Attempt {
            hash: TokenKind::RefreshToken.hash(&request.refresh_token),
            successor: TokenKind::RefreshToken.hash(&successor),
            scope: request.scope,
            client_id: client.id.clone(),
            client_name: client.name.clone(),
            authenticated: who.secret_id.is_some(),
            lifetimes: self.settings.tokens.refresh,
            origin: origin_of(client, call.trace.address),
            salt: self.random.base64url::<6>(),
        });
        // A refusal must be remembered if it has revoked the grant. So it is committed, not undone.
        let outcome: Result<Result<Refreshed, TokenRefusal>, StorageError> = self
            .database
            .write(move |tx| {
                let attempt = Arc::clone(&attempt);
                Box::pin(async move { attempt.run(tx, now).await })
            })
            .await;
        let Refreshed { grant, bearer, scope } = outcome??;
        let granted = Granted { client, grant: &grant, bearer: &bearer, scope: &scope, now };
        self.user_response(granted, IdTokenParts::default(), Some(successor))
    }

    /// The token that replaces this one. It follows from it and our own key, so that a client that lost the answer can be
    /// given the same one again though nobody keeps it.
    fn successor_of(&self, token: &str) -> Result<String, IssueError> {
        let mac = self.sealer.mac("refresh-token", &[token.as_bytes()]);
        let bits = URL_SAFE_NO_PAD.decode(mac).ok().and_then(|bits| <[u8; 32]>::try_from(bits).ok());
        bits.map(|bits| TokenKind::RefreshToken.format(bits)).ok_or(IssueError::Sign)
    }
}

impl Attempt {
    async fn run(&self, tx: &mut Transaction, now: UnixTime) -> Result<Result<Refreshed, TokenRefusal>, StorageError> {
        // Whoever loses the race for the statement looks again and sees what the winner did.
        for _ in 0..2 {
            let Some(stored) = tx.find_refresh_token(&self.hash).await? else {
                return Ok(Err(TokenRefusal::UnknownRefreshToken));
            };
            let decision = match self.decide(tx, &stored, now).await? {
                Ok(decision) => decision,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let grant = stored.grant;
            if decision == RefreshDecision::Reused {
                return self.reused(tx, &grant, now).await.map(Err);
            }
            let bearer = Bearer::find(tx, &grant.user_id).await?;
            let allowed = grant.require_usable(bearer.as_ref().map(Bearer::account));
            let scope = match allowed.and_then(|()| grant.narrowed(self.scope.as_deref())) {
                Ok(scope) => scope,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let Some(bearer) = bearer else { return Ok(Err(TokenRefusal::UserNotAllowed)) };
            if decision == RefreshDecision::Rotate {
                if !tx.consume_refresh_token(&self.hash, now).await? {
                    continue;
                }
                let end = self.lifetimes.end_of_token(now, grant.ends_at);
                tx.insert_refresh_token(&self.successor, &grant.id, now, end).await?;
            }
            return Ok(Ok(Refreshed { grant, bearer, scope }));
        }
        Ok(Err(TokenRefusal::RefreshTokenExpired))
    }

    async fn decide(
        &self,
        tx: &mut Transaction,
        stored: &StoredRefreshToken,
        now: UnixTime,
    ) -> Result<Result<RefreshDecision, TokenRefusal>, StorageError> {
        let successor = match stored.token.consumed_at {
            Some(_) => tx.find_refresh_token(&self.successor).await?,
            None => None,
        };
        let presented = RefreshPresented {
            client_id: &self.client_id,
            authenticated: self.authenticated,
            successor_unused: successor.is_some_and(|successor| successor.token.consumed_at.is_none()),
        };
        Ok(stored.token.redeem(presented, &self.lifetimes, now))
    }

    /// The token is in two hands: everything that hangs on its grant ends.
    async fn reused(&self, tx: &mut Transaction, grant: &Grant, now: UnixTime) -> Result<TokenRefusal, StorageError> {
        if tx.revoke_grant(&grant.id, now).await? {
            let event = grant_event(grant, &self.client_name, "refresh.reused");
            audit::record(tx, &event, &self.origin, &self.salt, now).await?;
        }
        Ok(TokenRefusal::RefreshTokenReused)
    }
}
