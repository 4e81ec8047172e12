//! Floor 3: use cases. Each loads what it needs, lets floor 1 decide, and stores what came of it.

mod access;
mod account;
pub mod admin;
mod audit;
mod bearer;
mod client_authentication;
mod client_cache;
mod cors;
mod discovery;
mod issue;
mod login;
mod one_time_links;
mod provider;
mod seal;
mod secret_uses;
mod sessions;
mod setup;
mod signing_keys;
mod throttle;
pub mod token;
mod watch;

pub use access::{Portal, SignedIn};
pub use account::{OwnPasswordError, OwnSession};
pub use bearer::{BearerError, Caller, Denied, Who};
pub use discovery::PublishedDocument;
pub use issue::TokenResponse;
pub use login::{LoginError, LoginOrigin, SignIn};
pub use one_time_links::{LinkError, OneTimeLink};
pub use provider::{OpenError, Provider, ProviderParts, Settings, ThrottleLimits, TokenLifetimes};
pub use seal::Destination;
pub use sessions::{SESSION_SIGN_IN, SessionStore};
pub use setup::{NewAdministrator, PasswordProblem, SetupCode, SetupError, SetupOutcome};
pub use signing_keys::KeySummary;
pub use throttle::Throttled;
pub use token::{TokenCall, TokenError};

pub use crate::storage::{LinkPurpose, StorageError, Tenant, User};
