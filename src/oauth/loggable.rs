//! What strangers sent, as a log may keep it: passwords and secrets come in the place of names every day.

use super::admin_fields::guid;
use std::borrow::Cow;

/// A `client_id` that no client has. The ids that this server makes are GUIDs: one of those is a slip that somebody will
/// look for. Anything else may be a secret, and all that is told is how it begins and how long it is.
#[must_use]
pub fn unknown_client_id(sent: &str) -> Cow<'_, str> {
    if guid(sent).is_ok() {
        return Cow::Borrowed(sent);
    }
    let start: String = sent.chars().take(2).collect();
    Cow::Owned(format!("{start}… ({} characters)", sent.chars().count()))
}

/// The text without secrets, codes and refresh tokens of ours: each is cut after its prefix.
#[must_use]
pub fn without_tokens(text: &str) -> Cow<'_, str> {
    const PREFIXES: [&str; 4] = ["pc_cs_", "pc_ac_", "pc_rt_", "pc_ol_"];
    let next = |text: &str| PREFIXES.iter().filter_map(|prefix| text.find(prefix)).min();
    if next(text).is_none() {
        return Cow::Borrowed(text);
    }
    let (mut told, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = next(rest) {
        let (before, token) = rest.split_at(at + PREFIXES[0].len());
        told.push_str(before);
        told.push('…');
        rest = token.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    }
    told.push_str(rest);
    Cow::Owned(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_nobody_has_is_told_if_it_can_be_no_secret() {
        let guid = "5f0f7b8a-92f2-4f53-a1d5-1c6a3a1d9b7e";
        let rows = [
            (guid, guid),
            ("", "… (0 characters)"),
            ("nightly", "ni… (7 characters)"),
            ("correct horse battery", "co… (21 characters)"),
            ("pc_cs_0123456789", "pc… (16 characters)"),
            ("ü", "ü… (1 characters)"),
        ];
        for (sent, told) in rows {
            assert_eq!(unknown_client_id(sent), told, "{sent}");
        }
    }

    #[test]
    fn a_path_keeps_no_token() {
        let rows = [
            ("/portal/clients/5f0f", "/portal/clients/5f0f"),
            ("/portal/clients/pc_cs_Abc012/edit", "/portal/clients/pc_cs_…/edit"),
            ("/pc_rt_A/pc_ol_B/pc_ac_C", "/pc_rt_…/pc_ol_…/pc_ac_…"),
            ("/pc_cs_", "/pc_cs_…"),
            ("/pc_xx_A", "/pc_xx_A"),
        ];
        for (path, told) in rows {
            assert_eq!(without_tokens(path), told, "{path}");
        }
    }
}
