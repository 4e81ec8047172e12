//! Granting: the one transaction that makes a grant and its code, and the answer that carries it.

use super::{AuthorizeOutcome, Visit};
use crate::flows::user_tokens::{Bearer, Granted, IdTokenParts};
use crate::flows::{IssueError, Provider, SignIn};
use crate::oauth::{
    AuthorizeRequest, AuthorizeResponse, Client, Grant, GrantId, Scope, TokenHash, TokenKind, UnixTime,
};
use crate::storage::{StorageError, StoredCode};
use std::sync::Arc;

impl Provider {
    /// The answer that carries the grant; none if the session has ended since we looked, or the user or the client may not be
    /// used any more.
    pub(super) async fn respond(
        &self,
        request: &AuthorizeRequest,
        client: &Client,
        bearer: &Bearer,
        sign_in: &SignIn,
        visit: &Visit<'_>,
        now: UnixTime,
    ) -> Result<Option<AuthorizeOutcome>, IssueError> {
        self.require_signers(client)?;
        let grant = self.new_grant(request, client, sign_in, now);
        let code = TokenKind::AuthorizationCode.format(self.random.bytes::<32>());
        let stored = StoredCode {
            grant_id: grant.id.clone(),
            redirect_uri: request.return_address.uri().to_owned(),
            code_challenge: request.code_challenge.clone(),
            nonce: request.nonce.clone(),
            expires_at: now.plus(self.settings.tokens.code),
        };
        if !self.keep(&grant, TokenKind::AuthorizationCode.hash(&code), stored).await? {
            return Ok(None);
        }
        let granted = Granted { client, grant: &grant, bearer, scope: &grant.scope, now };
        let access_token =
            if request.response_type.has_access_token() { Some(self.user_access_token(granted)?) } else { None };
        let id_token = if request.response_type.has_id_token() {
            let nonce = request.nonce.as_deref();
            let parts = IdTokenParts { nonce, access_token: access_token.as_deref(), code: Some(&code) };
            Some(self.id_token(granted, parts)?)
        } else {
            None
        };
        tracing::info!(event = "authorize.granted", client_id = %client.id, sub = %grant.user_id, scope = %grant.scope, reference = visit.reference);
        let response = AuthorizeResponse {
            code,
            id_token,
            access_token: access_token.map(|token| (token, i64::from(client.token_lifetime))),
            scope: grant.scope.to_string(),
        };
        Ok(Some(AuthorizeOutcome::Return {
            response: request.return_address.success(response),
            client_id: client.id.clone(),
            refusal: None,
        }))
    }

    fn new_grant(&self, request: &AuthorizeRequest, client: &Client, sign_in: &SignIn, now: UnixTime) -> Grant {
        let tokens = &self.settings.tokens;
        let lifetime = if request.scope.contains(Scope::OFFLINE_ACCESS) {
            tokens.refresh.absolute
        } else {
            tokens.code + i64::from(client.token_lifetime)
        };
        Grant {
            id: GrantId::new(self.random.uuid()),
            tenant_id: client.tenant_id.clone(),
            client_id: client.id.clone(),
            user_id: sign_in.user_id.clone(),
            sid: sign_in.sid.clone(),
            scope: request.scope.clone(),
            claims: request.claims.clone(),
            auth_time: sign_in.auth_time,
            user_generation: sign_in.generation,
            created_at: now,
            ends_at: now.plus(lifetime),
            revoked_at: None,
        }
    }

    /// Keeps grant and code; false if the session has ended since we looked, or the user or the client may not be used any
    /// more. Whoever ends the session from here on finds the grant and ends it, too.
    async fn keep(&self, grant: &Grant, hash: TokenHash, code: StoredCode) -> Result<bool, StorageError> {
        let kept = Arc::new((grant.clone(), code));
        let kept = self
            .database
            .write(move |tx| {
                let kept = Arc::clone(&kept);
                Box::pin(async move {
                    let (grant, code) = &*kept;
                    if !tx.lock_session(&grant.user_id, &grant.sid).await? {
                        return Ok(false);
                    }
                    let user = tx.find_user(&grant.user_id).await?;
                    let client = tx.find_client(&grant.client_id).await?;
                    let usable = grant.require_usable(user.map(|user| user.account())).is_ok();
                    if !usable || !client.is_some_and(|client| client.enabled) {
                        return Ok(false);
                    }
                    tx.insert_grant(grant).await?;
                    tx.insert_code(&hash, code).await?;
                    Ok(true)
                })
            })
            .await;
        match kept {
            // Removed while we looked: PostgreSQL runs writes side by side.
            Err(StorageError::Gone(_)) => Ok(false),
            kept => kept,
        }
    }
}
