//! Scopes (RFC 6749 3.3): a set of words.

use std::collections::BTreeSet;

/// A set of scope words, kept in order so that answers are always the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope(BTreeSet<String>);

/// Why a scope text cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeError {
    /// A character that RFC 6749 3.3 does not allow.
    Character,
    /// More than 50 words or 2,000 bytes.
    TooLong,
}

impl Scope {
    /// The scope that stands for the account's API.
    pub const API: &str = "ocsapi";
    /// The scope that makes a request one of OpenID Connect.
    pub const OPENID: &str = "openid";
    /// The scope that asks for a refresh token (OpenID Connect Core 11).
    pub const OFFLINE_ACCESS: &str = "offline_access";
    /// All scopes that a user can grant.
    pub const SUPPORTED: [&str; 7] =
        [Self::OPENID, "profile", "email", "address", "phone", Self::API, Self::OFFLINE_ACCESS];
    /// Most words in one request.
    pub const MAX_WORDS: usize = 50;
    /// Most bytes in one request.
    pub const MAX_BYTES: usize = 2_000;

    /// Reads words separated by single spaces; repeated words count once.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.len() > Self::MAX_BYTES {
            return Err(ScopeError::TooLong);
        }
        let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        let mut words = BTreeSet::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            if !word.bytes().all(allowed) {
                return Err(ScopeError::Character);
            }
            words.insert(word.to_owned());
        }
        if words.len() > Self::MAX_WORDS { Err(ScopeError::TooLong) } else { Ok(Self(words)) }
    }

    /// A scope of these words.
    #[must_use]
    pub fn of(words: &[&str]) -> Self {
        Self(words.iter().map(|&word| word.to_owned()).collect())
    }

    /// Whether the word is in it.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.0.contains(word)
    }

    /// Whether there is no word in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every word of this is in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// The words of both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// The words that are not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// The words, in order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Without the words for which `keep` says no.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.0.retain(|word| keep(word));
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, word) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(word)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_words_are_a_set() {
        let rows = [
            ("openid profile", Ok("openid profile")),
            ("profile  openid openid ", Ok("openid profile")),
            ("", Ok("")),
            ("a\"b", Err(ScopeError::Character)),
            ("a\\b", Err(ScopeError::Character)),
            ("caf\u{e9}", Err(ScopeError::Character)),
            ("a\tb", Err(ScopeError::Character)),
        ];
        for (text, expected) in rows {
            assert_eq!(Scope::parse(text).map(|scope| scope.to_string()), expected.map(ToOwned::to_owned), "{text:?}");
        }
    }

    #[test]
    fn a_flood_of_words_is_refused() {
        let many = (0..51).map(|n| format!("s{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(Scope::parse(&many), Err(ScopeError::TooLong));
        assert_eq!(Scope::parse(&"x".repeat(2_001)), Err(ScopeError::TooLong));
    }
}
