//! What travels through the browser sealed: where to go after signing in, and the tokens of forms.

use super::Provider;
use crate::oauth::{SessionId, UnixTime};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Where a browser goes once it is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Destination {
    /// A page of this server: a path that begins with one slash.
    Page(String),
    /// Back to an authorize request that waits for its user.
    Authorize(WaitingRequest),
}

/// An authorize request that waits for its user. When it first came is the time it was sealed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingRequest {
    /// The parameters that are looked at, as they came.
    pub(super) parameters: Vec<(String, String)>,
    /// The session that was there when it first came.
    pub(super) arrived_with: Option<SessionId>,
    /// The session whose user was chosen for it on *Choose an account*.
    pub(super) chosen: Option<SessionId>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    destination: Destination,
    sealed_at: UnixTime,
}

const REQUEST: &str = "request";
const FORM: &str = "form";

impl Provider {
    /// Seals a destination for `/login?request=…`. Nothing is stored.
    #[must_use]
    pub fn seal(&self, destination: &Destination) -> String {
        self.seal_at(destination.clone(), self.clock.now())
    }

    /// The same for something that has been on its way since `sealed_at`.
    pub(super) fn seal_at(&self, destination: Destination, sealed_at: UnixTime) -> String {
        self.seal_json(REQUEST, &Sealed { destination, sealed_at })
    }

    /// Seals anything for one purpose.
    pub(super) fn seal_json(&self, purpose: &str, value: &impl Serialize) -> String {
        let plain = serde_json::to_vec(value).unwrap_or_default();
        self.sealer.seal(purpose, self.random.bytes::<12>(), &plain)
    }

    /// Opens what was sealed for this purpose.
    pub(super) fn unseal_json<T: DeserializeOwned>(&self, purpose: &str, text: &str) -> Option<T> {
        serde_json::from_slice(&self.sealer.open(purpose, text)?).ok()
    }

    /// Opens a sealed destination, with the time at which it was sealed; none if it is not ours.
    #[must_use]
    pub fn unseal(&self, text: &str) -> Option<(Destination, UnixTime)> {
        let sealed: Sealed = self.unseal_json(REQUEST, text)?;
        Some((sealed.destination, sealed.sealed_at))
    }

    /// The token that a form must bring back, bound to the browser by `binding`.
    #[must_use]
    pub fn form_token(&self, binding: &str) -> String {
        self.sealer.mac(FORM, &[binding.as_bytes()])
    }

    /// Whether a form brought the right token, in constant time.
    #[must_use]
    pub fn is_form_token(&self, binding: &str, token: &str) -> bool {
        !binding.is_empty() && self.sealer.verify_mac(FORM, &[binding.as_bytes()], token)
    }

    /// A nonce that makes a form good for one change only.
    #[must_use]
    pub fn form_nonce(&self) -> String {
        self.random.base64url::<16>()
    }
}
