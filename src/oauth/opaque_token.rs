//! The shape of secrets, codes and refresh tokens: `pc_cs_` + 43 base62 characters of 256 random bits + a 6 character
//! checksum. Scanners know them by sight, and garbage is refused without asking the database.

use aws_lc_rs::digest;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BODY: usize = 43;
const CHECKSUM: usize = 6;

/// What an opaque token is good for. The kind is part of what is hashed, so no token passes for another kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A client's secret.
    ClientSecret,
    /// An authorization code (RFC 6749 4.1.2).
    AuthorizationCode,
    /// A refresh token (RFC 6749 1.5).
    RefreshToken,
    /// A one-time link: invitation, password reset, set-up.
    OneTimeLink,
}

impl TokenKind {
    /// What the token begins with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ClientSecret => "pc_cs_",
            Self::AuthorizationCode => "pc_ac_",
            Self::RefreshToken => "pc_rt_",
            Self::OneTimeLink => "pc_ol_",
        }
    }

    /// Writes 256 bits as a token of this kind.
    #[must_use]
    pub fn format(self, bits: [u8; 32]) -> String {
        let mut text = String::with_capacity(self.prefix().len() + BODY + CHECKSUM);
        text.push_str(self.prefix());
        push_base62(&mut text, bits);
        let sum = checksum(text.as_bytes());
        text.push_str(&sum);
        text
    }

    /// Whether the text could be a token of this kind: right prefix, alphabet, length and checksum.
    #[must_use]
    pub fn recognises(self, text: &str) -> bool {
        let length = self.prefix().len() + BODY + CHECKSUM;
        if text.len() != length || !text.is_ascii() || !text.starts_with(self.prefix()) {
            return false;
        }
        let (body, sum) = text.split_at(length - CHECKSUM);
        checksum(body.as_bytes()) == sum
    }

    /// What is stored instead of the token: SHA-256 over kind, a zero byte, and the token.
    #[must_use]
    pub fn hash(self, text: &str) -> TokenHash {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(self.prefix().as_bytes());
        context.update(&[0]);
        context.update(text.as_bytes());
        let mut hash = [0; 32];
        hash.copy_from_slice(context.finish().as_ref());
        TokenHash(hash)
    }
}

/// The stored form of an opaque token. 256 random bits need no slow hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// Reads it back from a column.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Equal? In constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        use subtle::ConstantTimeEq as _;
        self.0.ct_eq(&other.0).into()
    }
}

impl std::fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenHash")
    }
}

/// Big-endian long division by 62, most significant digit first.
fn push_base62(text: &mut String, mut bits: [u8; 32]) {
    let mut digits = [0_u8; BODY];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut bits {
            let value = (rest << 8) | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        *digit = BASE62[rest as usize];
    }
    text.extend(digits.iter().map(|&digit| char::from(digit)));
}

fn checksum(bytes: &[u8]) -> String {
    let mut sum = crc32fast::hash(bytes);
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(sum % 62) as usize];
        sum /= 62;
    }
    digits.iter().map(|&digit| char::from(digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::TokenKind;
    use proptest::prelude::*;

    #[test]
    fn a_token_has_prefix_body_and_checksum() {
        let zero = TokenKind::ClientSecret.format([0; 32]);
        assert_eq!(zero.len(), 55);
        assert!(zero.starts_with("pc_cs_0000000000000000000000000000000000000000000"));
        assert!(TokenKind::ClientSecret.recognises(&zero));
        assert!(!TokenKind::RefreshToken.recognises(&zero));
    }

    #[test]
    fn st_03_the_hash_of_the_same_text_differs_by_kind() {
        assert_ne!(TokenKind::ClientSecret.hash("x"), TokenKind::RefreshToken.hash("x"));
    }

    proptest! {
        #[test]
        fn every_token_is_recognised_and_no_altered_one_is(bits: [u8; 32], at in 6_usize..55, letter in 0_usize..62) {
            let token = TokenKind::AuthorizationCode.format(bits);
            prop_assert!(TokenKind::AuthorizationCode.recognises(&token));
            let mut altered = token.clone().into_bytes();
            if altered[at] != super::BASE62[letter] {
                altered[at] = super::BASE62[letter];
                let altered = String::from_utf8(altered).expect("ascii");
                prop_assert!(!TokenKind::AuthorizationCode.recognises(&altered));
            }
            prop_assert!(!TokenKind::AuthorizationCode.recognises(&token[..54]));
        }

        #[test]
        fn garbage_is_never_recognised(text in "\\PC{0,80}") {
            prop_assert!(!TokenKind::ClientSecret.recognises(&text));
        }
    }
}
