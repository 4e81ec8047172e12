//! A private key that signs, parsed once and kept: parsing an RSA key costs more than signing with it.

use super::PublicJwk;
use crate::oauth::SigningAlgorithm;
use crate::redacted::Redacted;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use std::borrow::Cow;

/// The longest RSA signature we make, in bytes: 4096 bits.
const LONGEST_SIGNATURE: usize = 512;

/// Types whose header is written once, when the key is parsed.
const PREPARED: [&str; 2] = ["at+jwt", "JWT"];

/// Why a private key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not PKCS#8, or of another algorithm.
    #[error("the private key is not a {} key in PKCS#8", .0.as_str())]
    Malformed(SigningAlgorithm),
    /// RSA, but not of 2048 to 4096 bits with the exponent 65537.
    #[error("the RSA key must have 2048 to 4096 bits and the exponent 65537")]
    Unsuitable,
    /// The cryptographic library gave up.
    #[error("no key could be made")]
    NotMade,
}

/// The cryptographic library could not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token could not be signed")]
pub struct SignError;

/// A private key, ready to sign.
pub struct SigningKey {
    algorithm: SigningAlgorithm,
    pair: Pair,
    public: PublicJwk,
    /// Encoded headers of [`PREPARED`], in that order.
    headers: [String; 2],
}

enum Pair {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({} {})", self.algorithm.as_str(), self.public.id())
    }
}

impl SigningKey {
    /// Parses a private key. `kid` is its thumbprint; [`Self::with_id`] gives it another.
    pub fn from_pkcs8(algorithm: SigningAlgorithm, pkcs8: &Redacted<Vec<u8>>) -> Result<Self, KeyError> {
        let malformed = KeyError::Malformed(algorithm);
        let pkcs8 = pkcs8.expose();
        let (pair, public) = match algorithm {
            SigningAlgorithm::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| malformed)?;
                let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
                let public = PublicJwk::rsa(n.big_endian_without_leading_zero(), e.big_endian_without_leading_zero());
                if pair.public_modulus_len() > LONGEST_SIGNATURE || PublicJwk::parse(&public.to_json()).is_none() {
                    return Err(KeyError::Unsuitable);
                }
                (Pair::Rsa(pair), public)
            }
            SigningAlgorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map_err(|_| malformed)?;
                let public = PublicJwk::p256(pair.public_key().as_ref()).ok_or(malformed)?;
                (Pair::P256(pair), public)
            }
            SigningAlgorithm::EdDsa => {
                let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| malformed)?;
                let public = PublicJwk::ed25519(pair.public_key().as_ref().try_into().map_err(|_| malformed)?);
                (Pair::Ed25519(pair), public)
            }
        };
        let headers = PREPARED.map(|typ| header(typ, &public));
        Ok(Self { algorithm, pair, public, headers })
    }

    /// The same key under another `kid`.
    #[must_use]
    pub fn with_id(self, id: &str) -> Self {
        let public = self.public.with_id(id);
        let headers = PREPARED.map(|typ| header(typ, &public));
        Self { public, headers, ..self }
    }

    /// `kid`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.public.id()
    }

    /// `alg`.
    #[must_use]
    pub const fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// The public half.
    #[must_use]
    pub const fn public_jwk(&self) -> &PublicJwk {
        &self.public
    }

    /// A compact JWS (RFC 7515 3.1) over `payload`, whose header holds `typ`, `alg` and `kid` and nothing else.
    pub fn sign(&self, typ: &str, payload: &[u8]) -> Result<String, SignError> {
        let prepared = PREPARED.iter().position(|prepared| *prepared == typ);
        let header = prepared.map_or_else(|| Cow::from(header(typ, &self.public)), |at| Cow::from(&self.headers[at]));
        let mut token = String::with_capacity(header.len() + (payload.len() + LONGEST_SIGNATURE) * 4 / 3 + 8);
        token.push_str(&header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut token);
        self.append_signature(&mut token)?;
        Ok(token)
    }

    fn append_signature(&self, token: &mut String) -> Result<(), SignError> {
        let random = SystemRandom::new(); // the library's own source: it ignores this argument
        let mut buffer = [0; LONGEST_SIGNATURE];
        let signed;
        let signature = match &self.pair {
            Pair::Rsa(pair) => {
                let signature = &mut buffer[..pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, token.as_bytes(), signature).map_err(|_| SignError)?;
                &*signature
            }
            Pair::P256(pair) => {
                signed = pair.sign(&random, token.as_bytes()).map_err(|_| SignError)?;
                signed.as_ref()
            }
            Pair::Ed25519(pair) => {
                signed = pair.try_sign(token.as_bytes()).map_err(|_| SignError)?;
                signed.as_ref()
            }
        };
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, token);
        Ok(())
    }
}

fn header(typ: &str, key: &PublicJwk) -> String {
    let (typ, kid) = (Value::from(typ), Value::from(key.id()));
    URL_SAFE_NO_PAD.encode(format!(r#"{{"typ":{typ},"alg":"{}","kid":{kid}}}"#, key.algorithm().as_str()))
}
