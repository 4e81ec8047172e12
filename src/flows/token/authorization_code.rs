//! The authorization code grant (RFC 6749 4.1.3).

use super::grant_events::{grant_event, origin_of};
use super::{Provider, TokenCall, TokenError, TokenResponse};
use crate::flows::audit;
use crate::flows::client_authentication::Authenticated;
use crate::flows::user_tokens::{Bearer, Granted, IdTokenParts};
use crate::oauth::audit::Origin;
use crate::oauth::{
    AuthorizationCode, ClientId, CodePresented, CodeRequest, Grant, RefreshLifetimes, Scope, TokenHash, TokenKind,
    TokenRefusal, UnixTime,
};
use crate::storage::{StorageError, Transaction};
use std::sync::Arc;

/// All that the transaction needs.
struct Exchange {
    hash: TokenHash,
    request: CodeRequest,
    client_id: ClientId,
    client_name: String,
    /// The refresh token to be kept, if the client may have one and one was granted.
    refresh_hash: Option<TokenHash>,
    lifetimes: RefreshLifetimes,
    origin: Origin,
    salt: String,
}

/// What a code was good for.
struct Exchanged {
    grant: Grant,
    bearer: Bearer,
    nonce: Option<String>,
    refreshable: bool,
}

impl Provider {
    /// Exchanges a code for tokens. The code is spent by the first try, right or wrong; a second one revokes what the
    /// first gave.
    pub(super) async fn authorization_code(
        &self,
        who: &Authenticated,
        request: CodeRequest,
        call: &TokenCall<'_>,
        now: UnixTime,
    ) -> Result<TokenResponse, TokenError> {
        let client = &who.client.client;
        if !TokenKind::AuthorizationCode.recognises(&request.code) {
            return Err(TokenRefusal::UnknownCode.into());
        }
        self.require_signers(client)?;
        let refresh_token = TokenKind::RefreshToken.format(self.random.bytes::<32>());
        let exchange = Arc::new(Exchange {
            hash: TokenKind::AuthorizationCode.hash(&request.code),
            request,
            client_id: client.id.clone(),
            client_name: client.name.clone(),
            refresh_hash: client.may_have_refresh_tokens().then(|| TokenKind::RefreshToken.hash(&refresh_token)),
            lifetimes: self.settings.tokens.refresh,
            origin: origin_of(client, call.trace.address),
            salt: self.random.base64url::<6>(),
        });
        // A refusal must be remembered: the code is spent, or its grant revoked. So it is committed, not undone.
        let outcome: Result<Result<Exchanged, TokenRefusal>, StorageError> = self
            .database
            .write(move |tx| {
                let exchange = Arc::clone(&exchange);
                Box::pin(async move { exchange.run(tx, now).await })
            })
            .await;
        let Exchanged { grant, bearer, nonce, refreshable } = outcome??;
        let granted = Granted { client, grant: &grant, bearer: &bearer, scope: &grant.scope, now };
        let parts = IdTokenParts { nonce: nonce.as_deref(), ..IdTokenParts::default() };
        self.user_response(granted, parts, refreshable.then_some(refresh_token))
    }

    /// The answer with all tokens of a user.
    pub(super) fn user_response(
        &self,
        granted: Granted<'_>,
        parts: IdTokenParts<'_>,
        refresh_token: Option<String>,
    ) -> Result<TokenResponse, TokenError> {
        let access_token = self.user_access_token(granted)?;
        let id_token = if granted.scope.contains(Scope::OPENID) {
            Some(self.id_token(granted, IdTokenParts { access_token: Some(&access_token), ..parts })?)
        } else {
            None
        };
        Ok(TokenResponse {
            access_token,
            expires_in: i64::from(granted.client.token_lifetime),
            token_type: "Bearer",
            scope: granted.scope.to_string(),
            id_token,
            refresh_token,
        })
    }
}

impl Exchange {
    async fn run(&self, tx: &mut Transaction, now: UnixTime) -> Result<Result<Exchanged, TokenRefusal>, StorageError> {
        let Some(code) = tx.consume_code(&self.hash, now).await? else { return self.spent(tx, now).await.map(Err) };
        let Some(grant) = tx.find_grant(&code.grant_id).await? else { return Ok(Err(TokenRefusal::UnknownCode)) };
        let bound = AuthorizationCode {
            client_id: grant.client_id.clone(),
            redirect_uri: code.redirect_uri,
            code_challenge: code.code_challenge,
            expires_at: code.expires_at,
        };
        let presented = CodePresented {
            client_id: &self.client_id,
            redirect_uri: self.request.redirect_uri.as_deref(),
            code_verifier: self.request.code_verifier.as_deref(),
        };
        let bearer = Bearer::find(tx, &grant.user_id).await?;
        let allowed =
            bound.redeem(presented, now).and_then(|()| grant.require_usable(bearer.as_ref().map(Bearer::account)));
        let bearer = match (allowed, bearer) {
            (Ok(()), Some(bearer)) => bearer,
            (Ok(()), None) => return Ok(Err(TokenRefusal::UserNotAllowed)),
            (Err(refusal), _) => return Ok(Err(refusal)),
        };
        let refresh_hash = self.refresh_hash.filter(|_| grant.is_offline());
        if let Some(hash) = &refresh_hash {
            let end = self.lifetimes.end_of_token(now, grant.ends_at);
            tx.insert_refresh_token(hash, &grant.id, now, end).await?;
        }
        Ok(Ok(Exchanged { grant, bearer, nonce: code.nonce, refreshable: refresh_hash.is_some() }))
    }

    /// A code that nobody can spend: unknown, or spent before. In the second case it is in two hands.
    async fn spent(&self, tx: &mut Transaction, now: UnixTime) -> Result<TokenRefusal, StorageError> {
        let Some(grant) = tx.grant_of_code(&self.hash).await? else { return Ok(TokenRefusal::UnknownCode) };
        if tx.revoke_grant(&grant, now).await?
            && let Some(grant) = tx.find_grant(&grant).await?
        {
            let event = grant_event(&grant, &self.client_name, "code.replayed");
            audit::record(tx, &event, &self.origin, &self.salt, now).await?;
        }
        Ok(TokenRefusal::CodeReplayed)
    }
}
