//! What travels through the browser sealed: where to go after signing in, and the tokens of forms.

use super::Provider;
use crate::oauth::UnixTime;
use serde::{Deserialize, Serialize};

/// Where a browser goes once it is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Destination {
    /// A page of this server: a path that begins with one slash.
    Page(String),
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
        let sealed = Sealed { destination: destination.clone(), sealed_at: self.clock.now() };
        let plain = serde_json::to_vec(&sealed).unwrap_or_default();
        self.sealer.seal(REQUEST, self.random.bytes::<12>(), &plain)
    }

    /// Opens a sealed destination, with the time at which it was sealed; none if it is not ours.
    #[must_use]
    pub fn unseal(&self, text: &str) -> Option<(Destination, UnixTime)> {
        let plain = self.sealer.open(REQUEST, text)?;
        let sealed: Sealed = serde_json::from_slice(&plain).ok()?;
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
