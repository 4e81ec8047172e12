//! Making tokens out of claims.

use super::{Provider, TokenError};
use crate::oauth::{Client, SigningAlgorithm};
use crate::storage::StorageError;
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
    /// Who the user is; only for users, with the scope `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// For the next access token; only for users who granted `offline_access`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

impl std::fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenResponse").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Why something could not be issued: our own trouble, never the client's.
#[derive(Debug)]
pub enum IssueError {
    /// The database.
    Storage(StorageError),
    /// No key to sign with yet: the server is starting.
    NotReady,
    /// Signing failed.
    Sign,
}

impl From<StorageError> for IssueError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<IssueError> for TokenError {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Storage(error) => Self::Storage(error),
            IssueError::NotReady => Self::NotReady,
            IssueError::Sign => Self::Sign,
        }
    }
}

impl Provider {
    /// Signs an access token with the active key of the algorithm.
    pub(super) fn sign_access_token(
        &self,
        algorithm: SigningAlgorithm,
        claims: &impl Serialize,
    ) -> Result<String, IssueError> {
        self.sign(algorithm, "at+jwt", claims)
    }

    /// Signs claims as a JWT of this type (RFC 7519 5.1).
    pub(super) fn sign(
        &self,
        algorithm: SigningAlgorithm,
        typ: &str,
        claims: &impl Serialize,
    ) -> Result<String, IssueError> {
        let keys = self.keys.load();
        let key = keys.signer(algorithm).ok_or(IssueError::NotReady)?;
        let payload = serde_json::to_vec(claims).map_err(|_| IssueError::Sign)?;
        key.sign(typ, &payload).map_err(|_| IssueError::Sign)
    }

    /// Refuses to begin what could not be finished: no code is spent while there is no key to sign with.
    pub(super) fn require_signers(&self, client: &Client) -> Result<(), IssueError> {
        let keys = self.keys.load();
        let needed = [SigningAlgorithm::Rs256, client.access_token_algorithm];
        if needed.into_iter().all(|algorithm| keys.signer(algorithm).is_some()) {
            Ok(())
        } else {
            Err(IssueError::NotReady)
        }
    }
}
