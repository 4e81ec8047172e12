//! Proof Key for Code Exchange (RFC 7636): S256 and nothing else.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

/// A code challenge by S256: 43 base64url characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// The one method there is.
    pub const METHOD: &str = "S256";

    /// Reads it; none if it cannot be a SHA-256 in base64url (RFC 7636 4.2).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        (text.len() == 43 && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the verifier is the one this was made of (RFC 7636 4.6), in constant time. A verifier that is not 43 to
    /// 128 unreserved characters (RFC 7636 4.1) never is.
    #[must_use]
    pub fn fits(&self, verifier: &str) -> bool {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
            return false;
        }
        let hash = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
        hash.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn challenge_of(verifier: &str) -> CodeChallenge {
        let hash = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
        CodeChallenge::parse(&hash).expect("a challenge")
    }

    #[test]
    fn a_challenge_is_43_base64url_characters() {
        let rows = [
            (CHALLENGE, true),
            ("", false),
            (&CHALLENGE[1..], false),
            (&format!("{CHALLENGE}A"), false),
            (&CHALLENGE.replace('-', "+"), false),
            (&format!("{}=", &CHALLENGE[1..]), false),
        ];
        for (text, expected) in rows {
            assert_eq!(CodeChallenge::parse(text).is_some(), expected, "{text}");
        }
    }

    #[test]
    fn only_the_verifier_itself_fits() {
        let challenge = CodeChallenge::parse(CHALLENGE).expect("a challenge");
        assert!(challenge.fits(VERIFIER));
        let padded = format!("{VERIFIER}=");
        for wrong in ["", CHALLENGE, &padded, &VERIFIER[..42], &VERIFIER.to_lowercase(), &format!("{VERIFIER}\0")] {
            assert!(!challenge.fits(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        let full = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
        let rows = [
            (full.to_owned(), true),
            ("a".repeat(43), true),
            ("~".repeat(128), true),
            ("a".repeat(42), false),
            ("a".repeat(129), false),
            ("abcde".to_owned(), false),
            (format!("{} ", "a".repeat(43)), false),
            (format!("{}+", "a".repeat(43)), false),
        ];
        for (verifier, expected) in rows {
            assert_eq!(challenge_of(&verifier).fits(&verifier), expected, "{verifier:?}");
        }
    }
}
