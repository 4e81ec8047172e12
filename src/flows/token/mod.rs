//! The token endpoint's fixed order of steps.

mod authorization_code;
mod client_credentials;
mod grant_events;
mod refresh;

use super::client_authentication::Authenticated;
use super::{Provider, Throttled, TokenResponse, Trace};
use crate::metrics::Grant;
use crate::oauth::{
    ActivityKind, ClientId, Credentials, Parameters, TokenRefusal, TokenRequest, UnixTime, unknown_client_id,
};
use crate::storage::StorageError;

/// What arrives at the token endpoint.
pub struct TokenCall<'r> {
    /// The form.
    pub form: &'r Parameters,
    /// The values of all `Authorization` headers.
    pub authorization: &'r [&'r [u8]],
    /// Where it comes from, for "last used" and for people who look for a mistake.
    pub trace: Trace<'r>,
}

/// Why there is no token.
#[derive(Debug)]
pub enum TokenError {
    /// The request is refused; the client is named if it is known.
    Refused(TokenRefusal, Option<ClientId>),
    /// Too many failures to prove who it is.
    Throttled(Throttled),
    /// Our own trouble.
    Storage(StorageError),
    /// No key to sign with yet: the server is starting.
    NotReady,
    /// Signing failed.
    Sign,
}

impl From<TokenRefusal> for TokenError {
    fn from(refusal: TokenRefusal) -> Self {
        Self::Refused(refusal, None)
    }
}

impl From<StorageError> for TokenError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl Provider {
    /// Answers a token request (RFC 6749 3.2).
    pub async fn token(&self, call: TokenCall<'_>) -> Result<TokenResponse, TokenError> {
        let (now, mut who) = (self.clock.now(), None);
        let outcome = self.answer_token(&call, &mut who, now).await;
        let kind = ActivityKind::of_grant_type(call.form.get("grant_type"));
        self.note_outcome(kind, &call, who.as_ref(), &outcome, now).await;
        outcome
    }

    /// The steps. `proven` is filled as soon as the client has proven who it is.
    async fn answer_token(
        &self,
        call: &TokenCall<'_>,
        proven: &mut Option<Authenticated>,
        now: UnixTime,
    ) -> Result<TokenResponse, TokenError> {
        let request = TokenRequest::parse(call.form, &self.audience)?;
        let credentials = Credentials::read(call.authorization, call.form)?;
        let named = |error| match error {
            TokenError::Refused(refusal, None) => {
                let unknown = matches!(refusal, TokenRefusal::UnknownClient | TokenRefusal::UnknownClientNoSecret);
                let id = if unknown { unknown_client_id(credentials.id()) } else { cut(credentials.id()).into() };
                TokenError::Refused(refusal, Some(ClientId::new(id)))
            }
            other => other,
        };
        let who =
            &*proven.insert(self.authenticate_client(&credentials, call.trace.address, now).await.map_err(named)?);
        who.client.client.require_grant(request.grant()).map_err(TokenError::from).map_err(named)?;
        let (grant, response) = match request {
            TokenRequest::ClientCredentials { scope } => {
                (Grant::ClientCredentials, self.client_credentials(who, scope.as_deref(), now))
            }
            TokenRequest::AuthorizationCode(request) => {
                (Grant::AuthorizationCode, self.authorization_code(who, request, call, now).await)
            }
            TokenRequest::RefreshToken(request) => (Grant::RefreshToken, self.refresh(who, request, call, now).await),
        };
        let response = response.map_err(named)?;
        self.metrics.tokens.of(grant).add(1);
        if let Some(secret) = who.secret_id {
            self.uses.note(&who.client.client.id, secret, call.trace.address, now);
        }
        Ok(response)
    }
}

/// An id is whatever a stranger typed: the log gets at most 100 bytes of it.
fn cut(id: &str) -> &str {
    &id[..id.floor_char_boundary(100)]
}
