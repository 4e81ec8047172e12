//! What somebody may have meant.

use super::environment::{CONFIG, LOG};
use super::table::{section_names, settings};
use std::cmp::Ordering;

/// Less alike than this is no suggestion.
const ALIKE: f64 = 0.5;

/// The sentence about a key of the file, or a flag, that nobody knows.
pub(super) fn unknown_key(path: &str) -> String {
    let secrets = settings().filter(|setting| setting.secret).map(|setting| format!("{}_file", setting.path));
    let sections = section_names().filter(|name| !name.is_empty()).map(str::to_owned);
    let known = settings().map(|setting| setting.path.to_owned()).chain(secrets).chain(sections);
    // A key in the wrong section is closer to its namesake than to its neighbours.
    let likeness = |known: &str| {
        let leaf = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
        let namesake = if leaf(path) == leaf(known) { 0.9 } else { 0.0 };
        strsim::normalized_damerau_levenshtein(&path.to_ascii_lowercase(), known).max(namesake)
    };
    sentence(most_alike(known, likeness))
}

/// The sentence about a variable of the environment that nobody knows.
pub(super) fn unknown_variable(name: &str) -> String {
    let secrets = settings().filter(|setting| setting.secret).map(|setting| setting.environment_name() + "_FILE");
    let others = [CONFIG, LOG].map(str::to_owned);
    let known = settings().map(super::table::Setting::environment_name).chain(secrets).chain(others);
    let bare = |name: &str| name.trim_start_matches("PORTCULLIS_").to_ascii_uppercase();
    let written = bare(name);
    sentence(most_alike(known, |known| strsim::normalized_damerau_levenshtein(&written, &bare(known))))
}

fn most_alike(known: impl Iterator<Item = String>, likeness: impl Fn(&str) -> f64) -> Option<String> {
    known
        .map(|name| (likeness(&name), name))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|one, other| one.0.partial_cmp(&other.0).unwrap_or(Ordering::Equal))
        .map(|(_, name)| name)
}

fn sentence(nearest: Option<String>) -> String {
    match nearest {
        Some(name) => format!("there is no such setting; did you mean {name}?"),
        None => "there is no such setting: remove it (`portcullis config show` lists all)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{unknown_key, unknown_variable};

    #[test]
    fn a_misspelt_name_brings_the_right_one_to_mind() {
        for (written, meant) in [
            ("publc_url", "public_url"),
            ("PublicUrl", "public_url"),
            ("listen", "server.listen"),
            ("server.lisen", "server.listen"),
            ("sever", "server"),
            ("database.url_fle", "database.url_file"),
            ("log_level", "log.level"),
            ("tokens.min_length", "password.min_length"),
        ] {
            assert_eq!(unknown_key(written), format!("there is no such setting; did you mean {meant}?"), "{written}");
        }
        for (written, meant) in [
            ("PORTCULLIS_SERVER__LISTN", "PORTCULLIS_SERVER__LISTEN"),
            ("PORTCULLIS_SERVER_LISTEN", "PORTCULLIS_SERVER__LISTEN"),
            ("PORTCULLIS_PUBLC_URL", "PORTCULLIS_PUBLIC_URL"),
            ("PORTCULLIS_public_url", "PORTCULLIS_PUBLIC_URL"),
            ("PORTCULLIS_DATABASE_URL_FILE", "PORTCULLIS_DATABASE__URL_FILE"),
            ("PORTCULLIS_MASTER_KEY", "PORTCULLIS_MASTER_KEY_FILE"),
            ("PORTCULLIS_CONFG", "PORTCULLIS_CONFIG"),
        ] {
            let sentence = format!("there is no such setting; did you mean {meant}?");
            assert_eq!(unknown_variable(written), sentence, "{written}");
        }
    }

    #[test]
    fn nothing_is_suggested_for_what_is_like_nothing() {
        assert!(unknown_key("zzqqxx").contains("remove it"));
        assert!(unknown_variable("PORTCULLIS_ZZQQXX").contains("remove it"));
    }
}
