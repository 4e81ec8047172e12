//! Making tokens out of claims.

use super::{Provider, TokenError};
use crate::oauth::{AccessTokenClaims, SigningAlgorithm};
use serde::Serialize;

/// The token endpoint's answer (RFC 6749 5.1).
#[derive(Clone, Serialize)]
pub struct TokenResponse {
    /// A JWT (RFC 9068).
    pub access_token: String,
    /// Seconds until it ends.
    pub expires_in: i64,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// What was granted.
    pub scope: String,
}

impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenResponse").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl Provider {
    /// Signs an access token with the active key of the algorithm.
    pub(super) fn sign_access_token(
        &self,
        algorithm: SigningAlgorithm,
        claims: &AccessTokenClaims<'_>,
    ) -> Result<String, TokenError> {
        let keys = self.keys.load();
        let key = keys.signer(algorithm).ok_or(TokenError::NotReady)?;
        let payload = serde_json::to_vec(claims).map_err(|_| TokenError::Sign)?;
        key.sign("at+jwt", &payload).map_err(|_| TokenError::Sign)
    }
}
