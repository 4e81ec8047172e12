//! The public half of a signing key, as clients read it (RFC 7517, RFC 8037).

use crate::oauth::SigningAlgorithm;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType, Jwk,
    KeyAlgorithm, OctetKeyPairParameters, OctetKeyPairType, PublicKeyUse, RSAKeyParameters, ThumbprintHash,
};

/// The least length of an RSA modulus, in bytes: 2048 bits (RFC 7518 3.3).
const SHORTEST_MODULUS: usize = 256;

/// A public key that this server may publish: of an algorithm we sign with, for signatures, with `kid`. It holds public
/// members and no others, whatever it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicJwk {
    id: String,
    algorithm: SigningAlgorithm,
    jwk: Jwk,
}

impl PublicJwk {
    /// Of an RSA key: big-endian modulus and exponent without leading zeros.
    #[must_use]
    pub fn rsa(n: &[u8], e: &[u8]) -> Self {
        let (n, e) = (URL_SAFE_NO_PAD.encode(n), URL_SAFE_NO_PAD.encode(e));
        let members = RSAKeyParameters { n, e, ..RSAKeyParameters::default() };
        Self::with_thumbprint(SigningAlgorithm::Rs256, AlgorithmParameters::RSA(members))
    }

    /// Of a P-256 key: the uncompressed point, 65 bytes. `None` if it is not one.
    #[must_use]
    pub fn p256(point: &[u8]) -> Option<Self> {
        let coordinates: &[u8; 64] = point.strip_prefix(&[4])?.try_into().ok()?;
        let (x, y) = coordinates.split_at(32);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let members =
            EllipticCurveKeyParameters { curve: EllipticCurve::P256, x, y, key_type: EllipticCurveKeyType::EC };
        Some(Self::with_thumbprint(SigningAlgorithm::Es256, AlgorithmParameters::EllipticCurve(members)))
    }

    /// Of an Ed25519 key: its 32 bytes.
    #[must_use]
    pub fn ed25519(point: &[u8; 32]) -> Self {
        let x = URL_SAFE_NO_PAD.encode(point);
        let members =
            OctetKeyPairParameters { curve: EllipticCurve::Ed25519, x, key_type: OctetKeyPairType::OctetKeyPair };
        Self::with_thumbprint(SigningAlgorithm::EdDsa, AlgorithmParameters::OctetKeyPair(members))
    }

    /// Reads a stored JWK. `None`: not a JWK, without `kid` or `alg`, of a kind we do not sign with, or too weak (RSA below
    /// 2048 bits or with another exponent than 65537). Members beyond the public ones are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let jwk: Jwk = serde_json::from_str(text).ok()?;
        let algorithm = SigningAlgorithm::parse(&jwk.common.key_algorithm?.to_string())?;
        let sound = match (algorithm, &jwk.algorithm) {
            (SigningAlgorithm::Rs256, AlgorithmParameters::RSA(key)) => {
                key.e == "AQAB" && decoded(&key.n)? >= SHORTEST_MODULUS
            }
            (SigningAlgorithm::Es256, AlgorithmParameters::EllipticCurve(key)) => {
                key.curve == EllipticCurve::P256 && decoded(&key.x)? == 32 && decoded(&key.y)? == 32
            }
            (SigningAlgorithm::EdDsa, AlgorithmParameters::OctetKeyPair(key)) => {
                key.curve == EllipticCurve::Ed25519 && decoded(&key.x)? == 32
            }
            _ => false,
        };
        sound.then_some(())?;
        Some(Self::new(jwk.common.key_id?, algorithm, jwk.algorithm))
    }

    /// `kid`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// `alg`.
    #[must_use]
    pub const fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    /// The same key under another `kid`.
    #[must_use]
    pub fn with_id(self, id: &str) -> Self {
        Self::new(id.to_owned(), self.algorithm, self.jwk.algorithm)
    }

    /// As JSON text.
    ///
    /// # Panics
    /// Never: it is made of text alone.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.jwk).expect("a JWK is text alone")
    }

    /// What checks signatures with it. `None` if the members are no key.
    pub(super) fn decoding_key(&self) -> Option<DecodingKey> {
        DecodingKey::from_jwk(&self.jwk).ok()
    }

    /// Names the key by its thumbprint (RFC 7638), so that the same key has the same name everywhere.
    fn with_thumbprint(algorithm: SigningAlgorithm, members: AlgorithmParameters) -> Self {
        let key = Self::new(String::new(), algorithm, members);
        let id = key.jwk.thumbprint(ThumbprintHash::SHA256).expect("RSA, P-256 and Ed25519 keys have thumbprints");
        key.with_id(&id)
    }

    fn new(id: String, algorithm: SigningAlgorithm, members: AlgorithmParameters) -> Self {
        let common = CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(match algorithm {
                SigningAlgorithm::Rs256 => KeyAlgorithm::RS256,
                SigningAlgorithm::Es256 => KeyAlgorithm::ES256,
                SigningAlgorithm::EdDsa => KeyAlgorithm::EdDSA,
            }),
            key_id: Some(id.clone()),
            ..CommonParameters::default()
        };
        Self { id, algorithm, jwk: Jwk { common, algorithm: members } }
    }
}

/// How many bytes the base64url text stands for.
fn decoded(text: &str) -> Option<usize> {
    URL_SAFE_NO_PAD.decode(text).ok().map(|bytes| bytes.len())
}
