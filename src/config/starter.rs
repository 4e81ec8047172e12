//! A settings file to begin with.

use super::public_url::PublicUrl;
use super::table::{Kind, Setting, settings};
use std::fmt::Write as _;

const HEAD: &str = "\
# Portcullis settings. What is not set here has its default; a line with # shows it.
# Each can be a variable instead (server.listen is PORTCULLIS_SERVER__LISTEN), and each secret a file (…_FILE).
# `portcullis config check` reads this file as the server would, `portcullis config show` lists every setting.
";

/// A commented TOML file for a server that is reached under `public_url` (or, without one, from this machine alone).
#[must_use]
pub fn starter(public_url: Option<&PublicUrl>) -> String {
    let mut text = HEAD.to_owned();
    let mut section = "";
    for setting in settings().filter(|setting| setting.starter) {
        let (in_section, name) = setting.section_and_name();
        text.push('\n');
        if in_section != section {
            section = in_section;
            let _ = writeln!(text, "[{section}]");
        }
        for line in wrapped(setting.doc, 110) {
            let _ = writeln!(text, "# {line}");
        }
        match public_url {
            Some(url) if setting.path == "public_url" => {
                let _ = writeln!(text, "{name} = {}", quoted(url.as_str()));
            }
            _ if matches!(setting.path, "public_url" | "server.listen") => {
                let _ = writeln!(text, "{name} = {}", default_in_toml(setting));
            }
            _ => {
                let _ = writeln!(text, "# {name} = {}", default_in_toml(setting));
            }
        }
    }
    text
}

/// The default as it would stand in the file.
pub(super) fn default_in_toml(setting: &Setting) -> String {
    match setting.kind {
        Kind::Boolean | Kind::Number => setting.default.to_owned(),
        Kind::Networks => "[]".to_owned(),
        _ => quoted(&setting.default.replace("{data_dir}", "./portcullis-data")),
    }
}

/// A TOML string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The words of a doc comment, in lines of at most `width` characters.
fn wrapped(doc: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in doc.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
