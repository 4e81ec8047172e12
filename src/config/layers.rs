//! Lays the sources over each other, weakest first.

use super::problem::{Origin, Problem};
use super::sources::{Sources, read_secret_file};
use super::table::{Setting, find};
use super::{environment, file, nearest};
use crate::redacted::Redacted;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A value as somebody gave it.
pub(super) struct Entry {
    /// The setting's path, or that of a secret with `_file` at the end.
    pub(super) path: String,
    pub(super) text: Redacted<String>,
    pub(super) origin: Origin,
}

/// What was given, by path of the setting.
#[derive(Default)]
pub(super) struct Given {
    pub(super) values: BTreeMap<&'static str, (Redacted<String>, Origin)>,
    pub(super) problems: Vec<Problem>,
    pub(super) file: Option<PathBuf>,
    /// The file is no TOML, so nobody knows what it would have set.
    pub(super) broken_file: bool,
}

/// What a name means.
pub(super) enum Meaning {
    /// The value of a setting.
    Value(&'static Setting),
    /// A file that holds the value of a secret.
    SecretFile(&'static Setting),
}

impl Meaning {
    pub(super) fn of(path: &str) -> Option<Self> {
        let secret = || path.strip_suffix("_file").and_then(find).filter(|setting| setting.secret);
        find(path).map(Self::Value).or_else(|| secret().map(Self::SecretFile))
    }

    const fn setting(&self) -> &'static Setting {
        match self {
            Self::Value(setting) | Self::SecretFile(setting) => setting,
        }
    }
}

impl Given {
    pub(super) fn gather(sources: &Sources) -> Self {
        let mut given = Self::default();
        if let Some(folder) = sources.variable("STATE_DIRECTORY").and_then(|folders| folders.split(':').next()) {
            let origin = Origin::Environment("STATE_DIRECTORY".to_owned());
            given.values.insert("data_dir", (Redacted::new(folder.to_owned()), origin));
        }
        let read = file::read(sources);
        given.file = read.path;
        given.broken_file = read.broken;
        given.problems.extend(read.problems);
        given.lay(read.entries, sources);

        let (entries, problems) = environment::read(sources);
        given.problems.extend(problems);
        given.lay(entries, sources);

        let flags = sources.flags.iter().map(|(path, value)| Entry {
            path: path.clone(),
            text: Redacted::new(value.clone()),
            origin: Origin::Flag(flag_name(path)),
        });
        given.lay(flags.collect(), sources);
        given
    }

    /// Lays one source over those before. Within it a setting may be there once, in one form.
    fn lay(&mut self, entries: Vec<Entry>, sources: &Sources) {
        let mut layer: BTreeMap<&'static str, (Redacted<String>, Origin)> = BTreeMap::new();
        for Entry { path, text, origin } in entries {
            let Some(meaning) = Meaning::of(&path) else {
                self.problems.push(Problem::new(origin, &*path, nearest::unknown_key(&path)));
                continue;
            };
            let setting = meaning.setting();
            if let Some((_, other)) = layer.get(setting.path) {
                let sentence = format!("{} is given by {other} too: remove one of them", setting.path);
                self.problems.push(Problem::new(origin, path, sentence));
                continue;
            }
            let text = match meaning {
                Meaning::Value(_) => text,
                Meaning::SecretFile(_) => match read_secret_file(&sources.cwd.join(text.expose())) {
                    Ok(secret) => secret,
                    Err(sentence) => {
                        self.problems.push(Problem::new(origin, path, sentence));
                        continue;
                    }
                },
            };
            layer.insert(setting.path, (text, origin));
        }
        self.values.extend(layer);
    }
}

/// `server.listen` is `--listen` on the command line.
fn flag_name(path: &str) -> String {
    format!("--{}", path.rsplit('.').next().unwrap_or(path).replace('_', "-"))
}
