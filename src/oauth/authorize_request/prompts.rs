//! The `prompt` parameter (OpenID Connect Core 3.1.2.1).

use crate::oauth::AuthorizeRefusal;

/// What the client wants the user to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prompts {
    /// Nothing may be asked: no page at all.
    pub none: bool,
    /// The password, though somebody is signed in.
    pub login: bool,
    /// Consent, though it was given before.
    pub consent: bool,
    /// Which account.
    pub select_account: bool,
}

impl Prompts {
    /// Reads the words. `none` stands alone.
    pub fn parse(text: Option<&str>) -> Result<Self, AuthorizeRefusal> {
        let mut prompts = Self::default();
        for word in text.unwrap_or_default().split(' ').filter(|word| !word.is_empty()) {
            match word {
                "none" => prompts.none = true,
                "login" => prompts.login = true,
                "consent" => prompts.consent = true,
                "select_account" => prompts.select_account = true,
                _ => return Err(AuthorizeRefusal::BadParameter("prompt")),
            }
        }
        if prompts.none && (prompts.login || prompts.consent || prompts.select_account) {
            return Err(AuthorizeRefusal::BadParameter("prompt"));
        }
        Ok(prompts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_are_a_set_and_none_stands_alone() {
        let all = Prompts { none: false, login: true, consent: true, select_account: true };
        let rows = [
            (None, Some(Prompts::default())),
            (Some("none"), Some(Prompts { none: true, ..Prompts::default() })),
            (Some("login"), Some(Prompts { login: true, ..Prompts::default() })),
            (Some("select_account consent login login"), Some(all)),
            (Some("none login"), None),
            (Some("none consent"), None),
            (Some("none select_account"), None),
            (Some("LOGIN"), None),
            (Some("create"), None),
            (Some("login,consent"), None),
        ];
        for (text, expected) in rows {
            assert_eq!(Prompts::parse(text).ok(), expected, "{text:?}");
        }
    }
}
