//! Access tokens that speak for a user.

use super::AccessTokenClaims;
use serde::Serialize;

/// What an access token of a user says beside the rest (RFC 9068 2.2.1).
#[derive(Debug, Clone, Serialize)]
pub struct UserAccessTokenClaims<'a> {
    /// What every access token says.
    #[serde(flatten)]
    pub token: AccessTokenClaims<'a>,
    /// When the user gave the password, in seconds.
    pub auth_time: i64,
    /// How sure the sign-in was.
    pub acr: &'a str,
    /// How it was done (RFC 8176).
    pub amr: &'a [&'a str],
    /// The session.
    pub sid: &'a str,
    /// What it hangs on: if that is taken back, introspection and userinfo know at once.
    pub grant_id: &'a str,
}
