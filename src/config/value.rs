//! How the text of a setting becomes its value.

use super::duration;
use super::table::{Kind, Setting};
use crate::web::layers::Networks;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest value that is taken, in bytes.
const MOST_TEXT: usize = 4_096;

/// What reading a value depends on besides its text.
pub(super) struct Context<'a> {
    pub(super) setting: &'static Setting,
    /// The folder that relative paths start from; empty for the one that the process is in.
    pub(super) cwd: &'a Path,
}

/// A type that a setting can have.
pub(super) trait SettingValue: Sized {
    const KIND: Kind;
    const SECRET: bool = false;

    /// Reads the value. An error continues the sentence that begins with the value: "… is not a number".
    fn read(text: &str, context: &Context<'_>) -> Result<Self, String>;

    /// What may be shown of it.
    fn shown(&self, text: &str) -> String {
        text.to_owned()
    }
}

/// Refuses what no setting may hold: several lines, control characters, endless text. Settings end up in headers.
pub(super) fn require_plain(text: &str) -> Result<(), String> {
    if text.chars().any(char::is_control) {
        return Err("holds a line break or another control character: remove it".to_owned());
    }
    if text.len() > MOST_TEXT {
        return Err(format!("is longer than {MOST_TEXT} bytes"));
    }
    Ok(())
}

fn require_within<T: PartialOrd>(
    value: T,
    setting: &Setting,
    bound: impl Fn(&str) -> Result<T, String>,
) -> Result<T, String> {
    let Some((least, most)) = setting.range else { return Ok(value) };
    if value < bound(least)? || value > bound(most)? {
        return Err(format!("is out of range: write something from {least} to {most}"));
    }
    Ok(value)
}

fn require_some(text: &str) -> Result<&str, String> {
    if text.is_empty() { Err("is empty: give a value, or remove the setting".to_owned()) } else { Ok(text) }
}

impl<T: SettingValue> SettingValue for Option<T> {
    const KIND: Kind = T::KIND;
    const SECRET: bool = T::SECRET;

    fn read(text: &str, context: &Context<'_>) -> Result<Self, String> {
        let word = context.setting.word;
        if text == word {
            return Ok(None);
        }
        T::read(text, context)
            .map(Some)
            .map_err(|problem| if word.is_empty() { problem } else { format!("{problem}, or \"{word}\"") })
    }

    fn shown(&self, text: &str) -> String {
        self.as_ref().map_or_else(|| text.to_owned(), |value| value.shown(text))
    }
}

impl SettingValue for bool {
    const KIND: Kind = Kind::Boolean;

    fn read(text: &str, _: &Context<'_>) -> Result<Self, String> {
        text.parse().map_err(|_| "is neither true nor false: write one of them".to_owned())
    }
}

macro_rules! number {
    ($($type:ty),*) => {$(
        impl SettingValue for $type {
            const KIND: Kind = Kind::Number;

            fn read(text: &str, context: &Context<'_>) -> Result<Self, String> {
                let parse = |text: &str| text.parse().map_err(|_| "is not a whole number: write digits".to_owned());
                require_within(parse(text)?, context.setting, parse)
            }
        }
    )*};
}
number!(u32, usize);

impl SettingValue for Duration {
    const KIND: Kind = Kind::Duration;

    fn read(text: &str, context: &Context<'_>) -> Result<Self, String> {
        require_within(duration::parse(text)?, context.setting, duration::parse)
    }
}

impl SettingValue for String {
    const KIND: Kind = Kind::Text;

    fn read(text: &str, _: &Context<'_>) -> Result<Self, String> {
        require_some(text.trim()).map(str::to_owned)
    }
}

impl SettingValue for PathBuf {
    const KIND: Kind = Kind::Path;

    fn read(text: &str, context: &Context<'_>) -> Result<Self, String> {
        require_some(text).map(|text| context.cwd.join(text))
    }
}

impl SettingValue for SocketAddr {
    const KIND: Kind = Kind::Address;

    fn read(text: &str, _: &Context<'_>) -> Result<Self, String> {
        text.parse()
            .map_err(|_| "is not an address and port: write 127.0.0.1:8484, 0.0.0.0:8484 or [::]:8484".to_owned())
    }
}

impl SettingValue for Networks {
    const KIND: Kind = Kind::Networks;

    fn read(text: &str, _: &Context<'_>) -> Result<Self, String> {
        Self::parse(text.split(',').map(str::trim).filter(|text| !text.is_empty()))
            .map_err(|error| format!("cannot be read: {error}"))
    }
}
