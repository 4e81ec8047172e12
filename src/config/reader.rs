//! Makes values from what was given, and remembers where each came from.

use super::layers::Given;
use super::problem::{Origin, Problem};
use super::table::{Setting, find};
use super::value::{Context, SettingValue, require_plain};
use std::path::Path;

/// A setting in force.
#[derive(Debug, Clone)]
pub struct Effective {
    /// Which.
    pub setting: &'static Setting,
    /// Its value as text, without what is secret in it.
    pub shown: String,
    /// Where it came from.
    pub origin: Origin,
}

/// Reads setting after setting, and collects what is wrong instead of stopping at the first.
pub(super) struct Reader<'a> {
    given: &'a Given,
    cwd: &'a Path,
    pub(super) effective: Vec<Effective>,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(given: &'a Given, cwd: &'a Path) -> Self {
        Self { given, cwd, effective: Vec::new(), problems: Vec::new() }
    }

    /// The value of a setting; none if it cannot be read.
    pub(super) fn take<T: SettingValue>(&mut self, path: &'static str) -> Option<T> {
        let setting = find(path)?;
        let given = self.given.values.get(path);
        let origin = given.map_or(Origin::Default, |(_, origin)| origin.clone());
        let text = given.map_or_else(|| self.default_of(setting), |(text, _)| text.expose().clone());
        match require_plain(&text).and_then(|()| T::read(&text, &Context { setting, cwd: self.cwd })) {
            Ok(value) => {
                self.effective.push(Effective { setting, shown: value.shown(&text), origin });
                Some(value)
            }
            Err(problem) => {
                let subject = if setting.secret { "the value".to_owned() } else { quoted(&text) };
                self.problems.push(Problem::new(origin, path, format!("{subject} {problem}")));
                None
            }
        }
    }

    fn default_of(&self, setting: &Setting) -> String {
        if !setting.default.contains("{data_dir}") {
            return setting.default.to_owned();
        }
        let given = self.given.values.get("data_dir").map(|(text, _)| text.expose().as_str());
        let folder = given.or_else(|| find("data_dir").map(|setting| setting.default)).unwrap_or_default();
        setting.default.replace("{data_dir}", folder.trim_end_matches('/'))
    }
}

/// The value in quotes, on one line, and not too much of it.
fn quoted(text: &str) -> String {
    const MOST: usize = 80;
    let short: String = text.chars().take(MOST).collect();
    let rest = if short.len() < text.len() { "…" } else { "" };
    format!("{short:?}{rest}")
}
