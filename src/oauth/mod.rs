//! Floor 1: words and rules. Pure, synchronous, testable with numbers and text alone.

pub mod admin_fields;
mod algorithm;
pub mod audit;
mod claims;
mod client;
mod client_authentication;
mod error;
mod ids;
mod metadata;
mod opaque_token;
mod parameters;
mod password_policy;
mod role;
mod scope;
mod secret;
mod time;
mod token_refusal;
mod token_request;

pub use algorithm::SigningAlgorithm;
pub use claims::AccessTokenClaims;
pub use client::{AuthMethodPolicy, Client, ClientType, ConsentPolicy, GrantType, PkcePolicy, UrlLists};
pub use client_authentication::Credentials;
pub use error::{ErrorCode, REASONS, ReasonCode, ReasonPage};
pub use ids::{ClientId, GrantId, KeyId, RoleId, SessionId, TenantId, UserId};
pub use metadata::ProviderMetadata;
pub use opaque_token::{TokenHash, TokenKind};
pub use parameters::{Parameters, ParametersError};
pub use password_policy::{PasswordRefusal, password_policy};
pub use role::{BuiltInRole, Role};
pub use scope::{Scope, ScopeError};
pub use secret::{ClientSecret, SecretCheck, SecretState, check_secret};
pub use time::UnixTime;
pub use token_refusal::TokenRefusal;
pub use token_request::TokenRequest;
