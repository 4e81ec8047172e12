//! All signing keys of this server, parsed and prepared. Built when a key changes, then only read.

use super::{KeyError, KeyLifecycle, KeyState, PublicJwk, SigningKey};
use crate::oauth::{KeyId, SigningAlgorithm, UnixTime};
use crate::redacted::Redacted;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// A stored key, its private half already opened.
#[derive(Debug, Clone)]
pub struct KeyRecord {
    /// `kid`.
    pub id: KeyId,
    /// Algorithm and number, like `RS256:1`.
    pub slot: String,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// Where in its life it is.
    pub state: KeyState,
    /// The private half, DER. Needed for pending and active keys; others need not be opened.
    pub pkcs8: Option<Redacted<Vec<u8>>>,
    /// The public half, a JWK as JSON text.
    pub public_jwk: String,
    /// From when on it signs.
    pub activates_at: UnixTime,
    /// When it stopped signing.
    pub retires_at: Option<UnixTime>,
}

impl KeyRecord {
    /// What the schedule needs to know.
    #[must_use]
    pub fn lifecycle(&self) -> KeyLifecycle {
        KeyLifecycle {
            id: self.id.clone(),
            slot: self.slot.clone(),
            algorithm: self.algorithm,
            state: self.state,
            activates_at: self.activates_at,
            retires_at: self.retires_at,
        }
    }
}

/// Why the keys cannot be used. One bad key refuses all: a server that signs with some of its keys surprises everybody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// Two rows with one `kid`.
    #[error("the signing key ‘{0}’ is there twice")]
    Duplicate(KeyId),
    /// The public half is no JWK of that key's id and algorithm.
    #[error("the public half of the signing key ‘{0}’ is damaged")]
    PublicHalf(KeyId),
    /// The private half is missing, or does not belong to the public half.
    #[error("the private half of the signing key ‘{0}’ is missing or belongs to another key")]
    PrivateHalf(KeyId),
    /// The private half is unusable.
    #[error("the signing key ‘{0}’ cannot be used: {1}")]
    Key(KeyId, KeyError),
}

/// What checks signatures of one key.
pub(super) struct VerifyingKey {
    pub(super) algorithm: SigningAlgorithm,
    pub(super) state: KeyState,
    pub(super) key: DecodingKey,
}

/// The keys that sign, the keys that verify, and the JWKS.
pub struct KeySet {
    signers: Vec<SigningKey>,
    pub(super) verifiers: HashMap<KeyId, VerifyingKey>,
    jwks: Arc<[u8]>,
    etag: String,
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeySet").field("signers", &self.signers).field("etag", &self.etag).finish_non_exhaustive()
    }
}

impl KeySet {
    /// Parses the keys. If an algorithm has two active keys, the one that became active last by `now` signs.
    pub fn build(mut keys: Vec<KeyRecord>, now: UnixTime) -> Result<Self, KeySetError> {
        keys.sort_by_cached_key(|key| order_of_publication(key, now));
        let mut set =
            Self { signers: Vec::new(), verifiers: HashMap::new(), jwks: Arc::default(), etag: String::new() };
        let mut published = Vec::new();
        for key in &keys {
            let public = public_half(key)?;
            if let Some(signer) = private_half(key, &public)?
                && key.state == KeyState::Active
                && set.signer(key.algorithm).is_none()
            {
                set.signers.push(signer);
            }
            let verifier = VerifyingKey {
                algorithm: key.algorithm,
                state: key.state,
                key: public.decoding_key().ok_or_else(|| KeySetError::PublicHalf(key.id.clone()))?,
            };
            if set.verifiers.insert(key.id.clone(), verifier).is_some() {
                return Err(KeySetError::Duplicate(key.id.clone()));
            }
            if key.state.is_published() {
                published.push(public.to_json());
            }
        }
        let jwks = format!(r#"{{"keys":[{}]}}"#, published.join(","));
        let digest = digest::digest(&digest::SHA256, jwks.as_bytes());
        set.etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest.as_ref()[..12]));
        set.jwks = jwks.into_bytes().into();
        Ok(set)
    }

    /// The key that signs with this algorithm now.
    #[must_use]
    pub fn signer(&self, algorithm: SigningAlgorithm) -> Option<&SigningKey> {
        self.signers.iter().find(|key| key.algorithm() == algorithm)
    }

    /// The algorithms that can sign now, the default first.
    #[must_use]
    pub fn algorithms(&self) -> Vec<SigningAlgorithm> {
        SigningAlgorithm::ALL.into_iter().filter(|algorithm| self.signer(*algorithm).is_some()).collect()
    }

    /// The JWKS (RFC 7517 5) as JSON bytes: pending, active and retired keys.
    #[must_use]
    pub const fn jwks(&self) -> &Arc<[u8]> {
        &self.jwks
    }

    /// A strong entity tag of [`Self::jwks`], with its quotes.
    #[must_use]
    pub fn etag(&self) -> &str {
        &self.etag
    }
}

/// Active keys first, since clients that ignore `kid` take the first one; the default algorithm first among them.
fn order_of_publication(key: &KeyRecord, now: UnixTime) -> impl Ord + use<> {
    let rank = match key.state {
        KeyState::Active if key.activates_at <= now => 0,
        KeyState::Active => 1,
        KeyState::Pending => 2,
        KeyState::Retired => 3,
        KeyState::Archived => 4,
    };
    (rank, key.algorithm, Reverse(key.activates_at), key.id.clone())
}

fn public_half(key: &KeyRecord) -> Result<PublicJwk, KeySetError> {
    PublicJwk::parse(&key.public_jwk)
        .filter(|public| public.id() == key.id.as_str() && public.algorithm() == key.algorithm)
        .ok_or_else(|| KeySetError::PublicHalf(key.id.clone()))
}

/// Keys that sign, or will, are parsed; the others need no private half.
fn private_half(key: &KeyRecord, public: &PublicJwk) -> Result<Option<SigningKey>, KeySetError> {
    if !matches!(key.state, KeyState::Pending | KeyState::Active) {
        return Ok(None);
    }
    let foreign = || KeySetError::PrivateHalf(key.id.clone());
    let pkcs8 = key.pkcs8.as_ref().ok_or_else(foreign)?;
    let signer = SigningKey::from_pkcs8(key.algorithm, pkcs8)
        .map_err(|error| KeySetError::Key(key.id.clone(), error))?
        .with_id(key.id.as_str());
    if signer.public_jwk() == public { Ok(Some(signer)) } else { Err(foreign()) }
}
