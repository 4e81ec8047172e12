//! The claims of tokens.

use serde::Serialize;

/// An access token as RFC 9068 2.2 has it, with the tenant and the roles.
#[derive(Debug, Clone, Serialize)]
pub struct AccessTokenClaims<'a> {
    /// The issuer.
    pub iss: &'a str,
    /// Who it speaks for: the client itself, or a user.
    pub sub: &'a str,
    /// Whom it is for.
    pub aud: &'a str,
    /// When it ends, in seconds.
    pub exp: i64,
    /// When it was made, in seconds.
    pub iat: i64,
    /// From when on it counts, in seconds: at once.
    pub nbf: i64,
    /// Makes every token different.
    pub jti: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// Words with spaces between them (RFC 9068 2.2.3).
    pub scope: &'a str,
    /// The tenant.
    pub tid: &'a str,
    /// Ids of the roles held.
    pub roles: &'a [String],
    /// Type ids of the built-in roles among them; always a list.
    pub role_type: &'a [String],
    /// Which client of this id it was made for, if it speaks for a client: one that is made anew under the id of one that
    /// was removed does not take over its tokens. Tokens of users hang on a grant instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incarnation: Option<i64>,
}
