//! New signing keys. RSA keys are drawn by the `rsa` package and never used by it: its private-key operations can be timed
//! (RUSTSEC-2023-0071), drawing is not one of them.

use super::{KeyError, SigningKey};
use crate::oauth::{KeyId, SigningAlgorithm};
use crate::redacted::Redacted;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use rsa::pkcs8::EncodePrivateKey as _;

/// Length of new RSA keys, in bits (RFC 7518 3.3 asks for at least that; each doubling costs a signature six times more).
const RSA_BITS: usize = 2048;

/// A key pair that was just made, ready to be sealed and stored.
#[derive(Debug, Clone)]
pub struct GeneratedKey {
    /// `kid`: the thumbprint of the public half (RFC 7638).
    pub id: KeyId,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// The private half, DER.
    pub pkcs8: Redacted<Vec<u8>>,
    /// The public half, a JWK as JSON text.
    pub public_jwk: String,
}

impl GeneratedKey {
    /// Makes a key. RSA takes 0.05 to 0.3 s of one core: call it on a blocking thread.
    pub fn generate(algorithm: SigningAlgorithm) -> Result<Self, KeyError> {
        let pkcs8 = Redacted::new(match algorithm {
            SigningAlgorithm::Rs256 => rsa_pkcs8()?,
            SigningAlgorithm::Es256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeyError::NotMade)?;
                pair.to_pkcs8v1().map_err(|_| KeyError::NotMade)?.as_ref().to_vec()
            }
            SigningAlgorithm::EdDsa => {
                // Version 1, since other readers refuse the public key that version 2 carries along.
                let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new());
                document.map_err(|_| KeyError::NotMade)?.as_ref().to_vec()
            }
        });
        let key = SigningKey::from_pkcs8(algorithm, &pkcs8)?;
        Ok(Self { id: KeyId::new(key.id()), algorithm, public_jwk: key.public_jwk().to_json(), pkcs8 })
    }
}

fn rsa_pkcs8() -> Result<Vec<u8>, KeyError> {
    let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, RSA_BITS).map_err(|_| KeyError::NotMade)?;
    Ok(key.to_pkcs8_der().map_err(|_| KeyError::NotMade)?.as_bytes().to_vec())
}
