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

/// Whether a variable, here without `PORTCULLIS_`, tells of a service: Kubernetes gives every pod some for each service in
/// its namespace, and one that is called portcullis, or portcullis-db, gets names that look like ours.
fn is_of_a_service(rest: &str, value: &str) -> bool {
    let of_a_port = |rest: &str| {
        let mut words = rest.split('_').skip_while(|word| *word != "PORT").skip(1);
        let is_number = words.next().is_some_and(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()));
        is_number && words.next().is_some_and(|word| matches!(word, "TCP" | "UDP" | "SCTP"))
    };
    // Only one that is called PORTCULLIS_PORT by mistake has a number.
    let is_address = || ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme));
    let framed = format!("_{rest}_");
    framed.ends_with("_SERVICE_HOST_")
        || framed.contains("_SERVICE_PORT_")
        || (framed.ends_with("_PORT_") && is_address())
        || of_a_port(rest)
}

/// Reads all that is there, and tells which names mean nothing.
pub(super) fn read(sources: &Sources) -> (Vec<Entry>, Vec<Problem>) {
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    for (name, value) in &sources.env {
        let Some(rest) = name.strip_prefix("PORTCULLIS_") else { continue };
        if name == CONFIG || FOR_APPS.contains(&name.as_str()) || is_of_a_service(rest, value) {
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

#[cfg(test)]
mod tests {
    use super::is_of_a_service;

    #[test]
    fn what_kubernetes_tells_of_services_is_no_setting() {
        for (name, value) in [
            ("SERVICE_HOST", "10.1.2.3"),
            ("SERVICE_PORT", "80"),
            ("SERVICE_PORT_HTTP", "80"),
            ("PORT", "tcp://10.1.2.3:80"),
            ("PORT_80_TCP", "tcp://10.1.2.3:80"),
            ("PORT_80_TCP_PROTO", "tcp"),
            ("PORT_80_TCP_PORT", "80"),
            ("PORT_80_TCP_ADDR", "10.1.2.3"),
            ("RW_SERVICE_HOST", "10.1.2.4"),
            ("RW_SERVICE_PORT_POSTGRES", "5432"),
            ("RW_PORT", "tcp://10.1.2.4:5432"),
            ("RW_PORT_5432_TCP_ADDR", "10.1.2.4"),
        ] {
            assert!(is_of_a_service(name, value), "{name}");
        }
        for (name, value) in
            [("PORT", "8484"), ("PORT_80", "x"), ("SERVER__PORT", "80"), ("SERVICE", "x"), ("REPORT", "tcp://x")]
        {
            assert!(!is_of_a_service(name, value), "{name}");
        }
        for setting in super::settings() {
            let name = setting.environment_name();
            assert!(!is_of_a_service(name.trim_start_matches("PORTCULLIS_"), "tcp://x"), "{name}");
        }
    }
}
