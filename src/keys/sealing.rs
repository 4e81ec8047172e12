//! Sealed and authenticated text under the master key: for what leaves the server and must come back unchanged, and for
//! private keys at rest.

use super::MasterKey;
use crate::oauth::KeyId;
use crate::redacted::Redacted;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// First byte of everything sealed, so that another scheme can follow without guessing.
const VERSION: u8 = 1;

/// Seals, opens and authenticates. Each purpose has its own key, so what was sealed for one never opens for another.
#[derive(Debug, Clone)]
pub struct Sealer(MasterKey);

impl Sealer {
    /// A sealer under this master key.
    #[must_use]
    pub fn new(master: &MasterKey) -> Self {
        Self(master.clone())
    }

    /// AES-256-GCM as base64url text; see [`Self::seal_bytes`].
    #[must_use]
    pub fn seal(&self, purpose: &str, nonce: [u8; NONCE_LEN], plain: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.seal_bytes(purpose, nonce, plain))
    }

    /// Opens what [`Self::seal`] gave. `None`: cut, changed, made for another purpose or under another key.
    #[must_use]
    pub fn open(&self, purpose: &str, text: &str) -> Option<Vec<u8>> {
        self.open_bytes(purpose, &URL_SAFE_NO_PAD.decode(text).ok()?)
    }

    /// Version, nonce, ciphertext and tag. The nonce must be freshly drawn for every call: the same nonce twice under one
    /// purpose gives both texts away.
    ///
    /// # Panics
    /// If `plain` is longer than AES-GCM takes (64 GB).
    #[must_use]
    pub fn seal_bytes(&self, purpose: &str, nonce: [u8; NONCE_LEN], plain: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let (_, text) = sealed.split_at_mut(1 + NONCE_LEN);
        let tag = self
            .cipher(purpose)
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose.as_bytes()), text)
            .expect("the text is within the limits of AES-GCM");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Opens what [`Self::seal_bytes`] gave.
    #[must_use]
    pub fn open_bytes(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (version, rest) = sealed.split_first()?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN)?;
        if *version != VERSION {
            return None;
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let plain = self.cipher(purpose).open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut text).ok()?.len();
        text.truncate(plain);
        Some(text)
    }

    /// Seals the private half (PKCS#8) of the signing key `id`. It opens for that id only: rows cannot be swapped.
    #[must_use]
    pub fn seal_private_key(&self, id: &KeyId, nonce: [u8; NONCE_LEN], pkcs8: &Redacted<Vec<u8>>) -> Vec<u8> {
        self.seal_bytes(&private_key_purpose(id), nonce, pkcs8.expose())
    }

    /// Opens what [`Self::seal_private_key`] gave. `None` most often means: another master key.
    #[must_use]
    pub fn open_private_key(&self, id: &KeyId, sealed: &[u8]) -> Option<Redacted<Vec<u8>>> {
        self.open_bytes(&private_key_purpose(id), sealed).map(Redacted::new)
    }

    /// HMAC-SHA256 over the parts, as base64url. Where one part ends is part of what is authenticated.
    #[must_use]
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.mac_key(purpose), &joined(parts)))
    }

    /// Whether `mac` belongs to these parts. Takes the same time wherever they differ.
    #[must_use]
    pub fn verify_mac(&self, purpose: &str, parts: &[&[u8]], mac: &str) -> bool {
        URL_SAFE_NO_PAD.decode(mac).is_ok_and(|mac| hmac::verify(&self.mac_key(purpose), &joined(parts), &mac).is_ok())
    }

    fn cipher(&self, purpose: &str) -> LessSafeKey {
        let key = Redacted::new(self.0.derive(&format!("seal:{purpose}")));
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.expose()).expect("AES-256 takes 32 bytes"))
    }

    fn mac_key(&self, purpose: &str) -> hmac::Key {
        let key = Redacted::new(self.0.derive(&format!("mac:{purpose}")));
        hmac::Key::new(hmac::HMAC_SHA256, key.expose())
    }
}

fn private_key_purpose(id: &KeyId) -> String {
    format!("signing-key:{id}")
}

/// Each part behind its length, so that `["ab", "c"]` and `["a", "bc"]` differ.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        joined.extend_from_slice(&(part.len() as u64).to_be_bytes());
        joined.extend_from_slice(part);
    }
    joined
}
