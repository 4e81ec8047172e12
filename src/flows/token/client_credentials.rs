//! The client-credentials grant (RFC 6749 4.4).

use super::{Provider, TokenError, TokenResponse};
use crate::flows::client_authentication::Authenticated;
use crate::oauth::{AccessTokenClaims, UnixTime};

impl Provider {
    /// A token for the client itself: no user, no ID token, no refresh token. Nothing is stored.
    pub(super) fn client_credentials(
        &self,
        who: &Authenticated,
        scope: Option<&str>,
        now: UnixTime,
    ) -> Result<TokenResponse, TokenError> {
        let client = &who.client.client;
        let scope = client.resolve_own_scope(scope)?.to_string();
        let lifetime = i64::from(client.token_lifetime);
        let claims = AccessTokenClaims {
            iss: &self.issuer,
            sub: client.id.as_str(),
            aud: &self.audience,
            exp: now.plus(lifetime).0,
            iat: now.0,
            nbf: now.0,
            jti: &self.random.base64url::<16>(),
            client_id: client.id.as_str(),
            scope: &scope,
            tid: client.tenant_id.as_str(),
            roles: &who.client.roles,
            role_type: &who.client.role_types,
            incarnation: Some(who.client.incarnation).filter(|&known| known > 0),
        };
        let access_token = self.sign_access_token(client.access_token_algorithm, &claims)?;
        Ok(TokenResponse {
            access_token,
            expires_in: lifetime,
            token_type: "Bearer",
            scope,
            id_token: None,
            refresh_token: None,
        })
    }
}
