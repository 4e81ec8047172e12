//! Who is asking for tokens (RFC 6749 2.3, 3.2.1).

use super::client_cache::CachedClient;
use super::{Provider, TokenError};
use crate::oauth::{
    AuthMethodPolicy, ClientId, Credentials, ErrorCode, SecretCheck, TokenHash, TokenKind, TokenRefusal, UnixTime,
    check_secret,
};
use std::sync::Arc;

/// A client that has proven who it is.
pub(super) struct Authenticated {
    pub client: Arc<CachedClient>,
    /// The secret that it proved it with; none for a public client.
    pub secret_id: Option<i32>,
}

impl Provider {
    /// Finds the client and checks its secret. Who fails too often is asked for patience instead of being told why; while
    /// the counters cannot be reached, they are told as ever.
    pub(super) async fn authenticate_client(
        &self,
        credentials: &Credentials,
        address: &str,
        now: UnixTime,
    ) -> Result<Authenticated, TokenError> {
        let mut outcome = self.check_client(credentials, now).await;
        // What is in memory may be a moment old. A secret that was just added somewhere else is right all the same. A flood
        // that is slowed down is refused without the database, and so without this look.
        if is_refused(&outcome)
            && !self.is_barred(credentials.id(), address, now)
            && self.has_a_stale_client(&ClientId::new(credentials.id())).await
        {
            outcome = self.check_client(credentials, now).await;
        }
        if is_refused(&outcome) {
            match self.count_client_failure(credentials.id(), address, now).await {
                Ok(Some(throttled)) => return Err(TokenError::Throttled(throttled)),
                Ok(None) => {}
                Err(error) => tracing::warn!(event = "client.failure_not_counted", %error),
            }
        }
        if let Err(TokenError::Refused(TokenRefusal::SecretExpired(ended), _)) = &outcome
            && let Some(cached) = self.clients.get(&ClientId::new(credentials.id()))
            && let Err(error) = self.note_secret_expired(&cached.client, *ended, address, now).await
        {
            tracing::warn!(event = "audit.failed", %error);
        }
        outcome
    }

    /// Whether a client is in memory, and was changed since it was read.
    async fn has_a_stale_client(&self, id: &ClientId) -> bool {
        if self.clients.get(id).is_none() {
            return false;
        }
        match self.look_for_changes().await {
            Ok(()) => self.clients.get(id).is_none(),
            // The watch says so too, and goes on.
            Err(_) => false,
        }
    }

    /// Unknown client and wrong secret do the same work and look the same; so do unknown client and missing secret.
    async fn check_client(&self, credentials: &Credentials, now: UnixTime) -> Result<Authenticated, TokenError> {
        let client = self.cached_client(&ClientId::new(credentials.id())).await?;
        let presented = credentials.secret().map(|secret| TokenKind::ClientSecret.hash(secret));
        let Some(client) = client else {
            let _ = check_secret(&[], &presented.unwrap_or(TokenHash([0; 32])), now);
            let refusal = match presented {
                Some(_) => TokenRefusal::UnknownClient,
                None => TokenRefusal::UnknownClientNoSecret,
            };
            return Err(refusal.into());
        };
        let secret_id = match (client.client.client_type.has_secrets(), presented) {
            (true, Some(presented)) => Some(require_secret(&client, credentials, &presented, now)?),
            (true, None) => return Err(TokenRefusal::NoSecret.into()),
            (false, Some(_)) => return Err(TokenRefusal::SecretOfPublicClient.into()),
            (false, None) => None,
        };
        if client.client.enabled {
            Ok(Authenticated { client, secret_id })
        } else {
            Err(TokenRefusal::ClientDisabled.into())
        }
    }
}

fn is_refused(outcome: &Result<Authenticated, TokenError>) -> bool {
    matches!(outcome, Err(TokenError::Refused(refusal, _)) if refusal.code() == ErrorCode::InvalidClient)
}

fn require_secret(
    client: &CachedClient,
    credentials: &Credentials,
    presented: &TokenHash,
    now: UnixTime,
) -> Result<i32, TokenRefusal> {
    let id = match check_secret(&client.secrets, presented, now) {
        SecretCheck::Valid(id) => id,
        SecretCheck::Wrong => return Err(TokenRefusal::WrongSecret),
        SecretCheck::Expired(end) => return Err(TokenRefusal::SecretExpired(end)),
        SecretCheck::Disabled => return Err(TokenRefusal::SecretDisabled),
    };
    match (client.client.auth_method, credentials) {
        (AuthMethodPolicy::Basic, Credentials::Form { .. }) | (AuthMethodPolicy::Post, Credentials::Basic { .. }) => {
            Err(TokenRefusal::AuthMethodNotAllowed)
        }
        _ => Ok(id),
    }
}
