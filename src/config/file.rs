//! Settings from the TOML file.

use super::environment::CONFIG;
use super::layers::{Entry, Meaning};
use super::nearest;
use super::problem::{Origin, Problem};
use super::sources::Sources;
use super::table::{Kind, section_names};
use crate::redacted::Redacted;
use std::io;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// What the file gave.
#[derive(Default)]
pub(super) struct FileRead {
    pub(super) entries: Vec<Entry>,
    pub(super) problems: Vec<Problem>,
    pub(super) path: Option<PathBuf>,
    pub(super) broken: bool,
}

/// Reads the file that `--config` names, or the environment; else the first that is there.
pub(super) fn read(sources: &Sources) -> FileRead {
    let named = sources.config_file.clone().map(|path| (path, Origin::Flag("--config".to_owned())));
    let named = named
        .or_else(|| sources.variable(CONFIG).map(|path| (PathBuf::from(path), Origin::Environment(CONFIG.to_owned()))));
    if let Some((path, origin)) = named {
        let path = sources.cwd.join(path);
        return match std::fs::read_to_string(&path) {
            Ok(text) => parse(path, &text),
            Err(error) => unreadable(origin, &path, &error),
        };
    }
    let usual = [Some(sources.cwd.join("portcullis.toml")), sources.system_file.clone()];
    for path in usual.into_iter().flatten() {
        match std::fs::read_to_string(&path) {
            Ok(text) => return parse(path, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return unreadable(Origin::File(path.clone(), 1), &path, &error),
        }
    }
    FileRead::default()
}

fn unreadable(origin: Origin, path: &Path, error: &io::Error) -> FileRead {
    let sentence = format!("the settings file {} cannot be read: {error}", path.display());
    FileRead { problems: vec![Problem::new(origin, "", sentence)], broken: true, ..FileRead::default() }
}

fn parse(path: PathBuf, text: &str) -> FileRead {
    let text = text.trim_start_matches('\u{feff}');
    let (table, errors) = DeTable::parse_recoverable(text);
    let line = |at: usize| 1 + text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
    let mut read = FileRead::default();
    if errors.is_empty() {
        let mut walk = Walk { path: &path, line: &line, read: &mut read };
        walk.table(table.get_ref(), "");
    }
    for error in errors {
        let at = error.span().map_or(1, |span| line(span.start));
        let sentence = format!("not TOML: {}", error.message());
        read.problems.push(Problem::new(Origin::File(path.clone(), at), "", sentence));
        read.broken = true;
    }
    read.path = Some(path);
    read
}

struct Walk<'a> {
    path: &'a Path,
    line: &'a dyn Fn(usize) -> usize,
    read: &'a mut FileRead,
}

impl Walk<'_> {
    fn table(&mut self, table: &DeTable<'_>, section: &str) {
        for (key, value) in table {
            let path =
                if section.is_empty() { key.get_ref().to_string() } else { format!("{section}.{}", key.get_ref()) };
            let origin = Origin::File(self.path.to_owned(), (self.line)(key.span().start));
            let is_section = section_names().any(|name| name == path);
            let found = match (Meaning::of(&path), value.get_ref()) {
                (Some(Meaning::Value(setting)), value) => text(value, setting.kind),
                (Some(Meaning::SecretFile(_)), value) => text(value, Kind::Path),
                (None, DeValue::Table(inner)) if is_section => {
                    self.table(inner, &path);
                    continue;
                }
                (None, _) if is_section => Err(format!("is a section: write [{path}] and its settings below")),
                (None, _) => Err(nearest::unknown_key(&path)),
            };
            match found {
                Ok(text) => self.read.entries.push(Entry { path, text: Redacted::new(text), origin }),
                Err(sentence) => self.read.problems.push(Problem::new(origin, path, sentence)),
            }
        }
    }
}

/// A TOML value as the text that the environment would hold, if its type is the setting's.
fn text(value: &DeValue<'_>, kind: Kind) -> Result<String, String> {
    let texts = |value: &DeValue<'_>| value.as_str().map(str::to_owned);
    let found = match (kind, value) {
        (Kind::Boolean, DeValue::Boolean(value)) => Some(value.to_string()),
        (Kind::Number | Kind::Duration, DeValue::Integer(number)) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number.to_string())
        }
        (Kind::Networks, DeValue::Array(list)) => {
            let list: Option<Vec<_>> = list.iter().map(|one| texts(one.get_ref())).collect();
            list.map(|list| list.join(","))
        }
        (Kind::Boolean | Kind::Number | Kind::Networks, _) => None,
        (_, value) => texts(value),
    };
    found.ok_or_else(|| {
        let form = match kind {
            Kind::Boolean => "true or false, without quotes",
            Kind::Number => "a whole number, without quotes",
            Kind::Duration => "a duration such as \"90s\" or \"12h\", or a number of seconds",
            Kind::Networks => "a list such as [\"10.0.0.0/8\"]",
            _ => "text in quotes",
        };
        let found = match value {
            DeValue::Integer(_) => "an integer".to_owned(),
            DeValue::Array(_) => "a list".to_owned(),
            other => format!("a {}", other.type_str()),
        };
        format!("is {found}: write {form}")
    })
}
