//! The claims of tokens and of userinfo.

mod access_token;
mod access_token_of_user;
mod id_token;
mod standard;
mod subject;

pub use access_token::AccessTokenClaims;
pub use access_token_of_user::UserAccessTokenClaims;
pub use id_token::{IdTokenClaims, half_hash};
pub use standard::{ADDRESS_CLAIMS, CLAIM_SCOPES, EMAIL_CLAIMS, PHONE_CLAIMS, PROFILE_CLAIMS, scope_of_claim};
pub use subject::Subject;

/// The authentication context (`acr`) of a sign-in with a password: level 1 of ISO/IEC 29115.
pub const PASSWORD_ACR: &str = "1";

/// The authentication methods (`amr`, RFC 8176) of a sign-in with a password.
pub const PASSWORD_AMR: &[&str] = &["pwd"];
