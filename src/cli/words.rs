//! Words that depend on numbers.

/// How many of a thing: `1 role`, `2 roles`.
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
