//! Floor 2: signing, sealing and password hashes. Everything that holds key material is here, in memory only;
//! where it is stored, and when it is drawn, is decided above.

mod generated_key;
mod jwk;
mod key_set;
mod master_key;
mod password;
mod schedule;
mod sealing;
mod signing_key;
mod verify;

#[cfg(test)]
mod tests;

pub use generated_key::GeneratedKey;
pub use jwk::PublicJwk;
pub use key_set::{KeyRecord, KeySet, KeySetError};
pub use master_key::{MasterKey, MasterKeyError};
pub use password::{HashError, HasherBusy, MAX_PASSWORD_BYTES, PasswordCheck, PasswordHasher, is_password_hash};
pub use schedule::{KeyAction, KeyLifecycle, KeyRotation, KeyState, announce, plan, promote, withdraw};
pub use sealing::Sealer;
pub use signing_key::{KeyError, SignError, SigningKey};
pub use verify::{Expect, VerifyError};
