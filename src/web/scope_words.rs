//! Scopes as people read them.

use crate::oauth::Scope;

/// In the order in which people read them: who one is first, what reaches furthest last.
const WORDS: &[(&str, &str)] = &[
    ("openid", "Know who you are"),
    ("profile", "See your name and profile"),
    ("email", "See your e-mail address"),
    ("address", "See your postal address"),
    ("phone", "See your phone number"),
    (Scope::API, "Use the account’s services in your name"),
    ("offline_access", "Stay signed in when you are away, until you remove it"),
];

/// What each scope means, and its name. One that has no words is shown as it is, never left out.
pub(super) fn in_words(scope: &Scope) -> Vec<(String, String)> {
    let known = WORDS.iter().filter(|(name, _)| scope.contains(name));
    let mut lines: Vec<_> = known.map(|&(name, words)| (words.to_owned(), name.to_owned())).collect();
    let unknown = scope.words().filter(|word| WORDS.iter().all(|(name, _)| name != word));
    lines.extend(unknown.map(|name| (format!("Use ‘{name}’"), name.to_owned())));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_told_and_an_unknown_one_by_its_name() {
        let scope = Scope::parse("offline_access reports openid email").expect("a scope");
        let told: Vec<String> = in_words(&scope).into_iter().map(|(words, _)| words).collect();
        let offline = "Stay signed in when you are away, until you remove it";
        assert_eq!(told, ["Know who you are", "See your e-mail address", offline, "Use ‘reports’"]);
    }
}
