//! Who is asking for tokens (RFC 6749 2.3, 3.2.1).

use super::client_cache::CachedClient;
use super::{Provider, TokenError};
use crate::oauth::{
    AuthMethodPolicy, ClientId, Credentials, SecretCheck, TokenHash, TokenKind, TokenRefusal, UnixTime, check_secret,
};
use std::sync::Arc;

/// A client that has proven who it is.
pub(super) struct Authenticated {
    pub client: Arc<CachedClient>,
    /// The secret that it proved it with; none for a public client.
    pub secret_id: Option<i32>,
}

impl Provider {
    /// Finds the client and checks its secret. Unknown client and wrong secret do the same work and look the same.
    pub(super) async fn authenticate_client(
        &self,
        credentials: &Credentials,
        now: UnixTime,
    ) -> Result<Authenticated, TokenError> {
        let client = self.cached_client(&ClientId::new(credentials.id())).await?;
        let presented = credentials.secret().map(|secret| TokenKind::ClientSecret.hash(secret));
        let Some(client) = client else {
            let _ = check_secret(&[], &presented.unwrap_or(TokenHash([0; 32])), now);
            return Err(TokenRefusal::UnknownClient.into());
        };
        let secret_id = match (client.client.client_type.has_secrets(), presented) {
            (true, Some(presented)) => Some(require_secret(&client, credentials, &presented, now)?),
            (true, None) => return Err(TokenRefusal::NoCredentials.into()),
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
