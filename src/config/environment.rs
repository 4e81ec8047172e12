//! Settings from the environment and from systemd's credentials.

use super::layers::{Entry, Meaning};
use super::nearest;
use super::problem::{Origin, Problem};
use super::sources::Sources;
use super::table::settings;
use crate::redacted::Redacted;
use std::path::Path;

/// Names for the programs that use this server, in the same environment as often as not. They mean nothing here.
pub(super) const FOR_APPS: &[&str] =
    &["PORTCULLIS_CLIENT_ID", "PORTCULLIS_CLIENT_SECRET", "PORTCULLIS_ISSUER", "PORTCULLIS_AUDIENCE"];

/// The variable that names the settings file.
pub(super) const CONFIG: &str = "PORTCULLIS_CONFIG";

/// The short name of `log.level`.
pub(super) const LOG: &str = "PORTCULLIS_LOG";

/// Reads all that is there, and tells which names mean nothing.
pub(super) fn read(sources: &Sources) -> (Vec<Entry>, Vec<Problem>) {
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for (name, value) in &sources.env {
        let Some(rest) = name.strip_prefix("PORTCULLIS_") else { continue };
        if name == CONFIG || FOR_APPS.contains(&name.as_str()) {
            continue;
        }
        let path = if name == LOG { "log.level".to_owned() } else { rest.to_ascii_lowercase().replace("__", ".") };
        let origin = Origin::Environment(name.clone());
        // A name in small letters, or with a dot, is not the name of the setting, even if it comes out as the same path.
        let spelt = rest.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_');
        if !spelt || Meaning::of(&path).is_none() {
            problems.push(Problem::new(origin, name, nearest::unknown_variable(name)));
        } else {
            entries.push(Entry { path, text: Redacted::new(value.clone()), origin });
        }
    }
    entries.extend(credentials(sources, &entries));
    if let Some(level) = sources.variable("RUST_LOG")
        && !entries.iter().any(|entry| entry.path == "log.level")
    {
        let origin = Origin::Environment("RUST_LOG".to_owned());
        entries.push(Entry { path: "log.level".to_owned(), text: Redacted::new(level.to_owned()), origin });
    }
    (entries, problems)
}

/// The secrets in `$CREDENTIALS_DIRECTORY`. One that a variable names by its path is that variable's.
fn credentials(sources: &Sources, named: &[Entry]) -> Vec<Entry> {
    let Some(folder) = sources.variable("CREDENTIALS_DIRECTORY") else { return Vec::new() };
    let folder = sources.cwd.join(folder);
    settings()
        .filter_map(|setting| {
            let file = folder.join(setting.credential_name()?);
            let is_named = named.iter().any(|entry| sources.cwd.join(entry.text.expose()) == file);
            if is_named || !file.is_file() {
                return None;
            }
            let path = if setting.secret { format!("{}_file", setting.path) } else { setting.path.to_owned() };
            Some(Entry { path, text: Redacted::new(text_of(&file)), origin: Origin::Credential(file) })
        })
        .collect()
}

fn text_of(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
