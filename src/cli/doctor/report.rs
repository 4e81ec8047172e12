//! What `doctor` has found, and how it is told.

use super::codes::Code;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::words::counted;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What is looked at. Not all of it is there everywhere.
pub(super) const CHECKS: &[&str] = &[
    "Configuration",
    "Data folder",
    "Disk",
    "Open files",
    "TLS",
    "Server",
    "Public URL",
    "Proxies",
    "Database",
    "Clocks",
    "Cluster",
    "Signing keys",
    "Master key",
    "Secrets",
    "Administrators",
    "Backups",
    "Mail",
];

/// Whether a check goes by this name, or by a name with this in it.
fn is_named(check: &str, name: &str) -> bool {
    check.to_lowercase().contains(&name.to_lowercase())
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Fine,
    Warning,
    Problem,
}

#[derive(Debug)]
struct Finding {
    check: &'static str,
    level: Level,
    sentence: String,
    code: Option<Code>,
}

/// The findings, in the order of the checks.
#[derive(Debug, Default)]
pub(super) struct Report {
    only: Option<String>,
    findings: Vec<Finding>,
}

impl Report {
    /// Keeps findings of one check alone, if one is named. A name that no check has is a mistake: it would find nothing
    /// wrong for ever.
    pub(super) fn new(only: Option<String>) -> Result<Self, Failure> {
        match only {
            Some(name) if !CHECKS.iter().any(|check| is_named(check, &name)) => {
                Err(Failure::usage(format!("--only: there is no check called \"{name}\""))
                    .remedy("there are", CHECKS.join(", ").to_lowercase()))
            }
            only => Ok(Self { only, findings: Vec::new() }),
        }
    }

    pub(super) fn fine(&mut self, check: &'static str, sentence: impl Into<String>) {
        self.note(check, Level::Fine, None, sentence.into());
    }

    pub(super) fn warn(&mut self, check: &'static str, code: Code, sentence: impl Into<String>) {
        self.note(check, Level::Warning, Some(code), sentence.into());
    }

    pub(super) fn problem(&mut self, check: &'static str, code: Code, sentence: impl Into<String>) {
        self.note(check, Level::Problem, Some(code), sentence.into());
    }

    fn note(&mut self, check: &'static str, level: Level, code: Option<Code>, sentence: String) {
        debug_assert!(CHECKS.contains(&check), "{check} is not in the list");
        if self.only.as_ref().is_none_or(|only| is_named(check, only)) {
            self.findings.push(Finding { check, level, sentence, code });
        }
    }

    pub(super) fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// A line each, with what to do below what is wrong.
    pub(super) fn told(&self, console: Console) -> String {
        let mut text = String::new();
        let mut before = "";
        for Finding { check, level, sentence, code } in &self.findings {
            let (sign, paint) = match level {
                Level::Fine => ("✓", "\u{1b}[32m"),
                Level::Warning => ("!", "\u{1b}[33m"),
                Level::Problem => ("✗", "\u{1b}[31m"),
            };
            let (paint, reset) = if console.colour { (paint, "\u{1b}[0m") } else { ("", "") };
            let head = if *check == before { "" } else { check };
            before = check;
            let number = code.map_or(String::new(), |code| format!("  D-{}", code.number));
            let _ = writeln!(text, "{head:16} {paint}{sign}{reset} {sentence}{number}");
            if let Some(code) = code {
                let _ = writeln!(text, "{:18} {}", "", code.fix);
            }
        }
        text
    }

    /// The last line: how many, and where to begin.
    pub(super) fn verdict(&self) -> String {
        let (warnings, problems) = (self.count(Level::Warning), self.count(Level::Problem));
        if warnings + problems == 0 {
            return "Nothing to fix.".to_owned();
        }
        let first =
            self.findings.iter().find(|finding| finding.level == Level::Problem).and_then(|finding| finding.code);
        let begin = first.map_or(String::new(), |code| format!(" Begin with D-{}.", code.number));
        format!("{}, {}.{begin}", counted(problems, "problem"), counted(warnings, "warning"))
    }

    pub(super) fn as_json(&self) -> Value {
        let findings: Vec<Value> = self
            .findings
            .iter()
            .map(|Finding { check, level, sentence, code }| {
                let level = match level {
                    Level::Fine => "ok",
                    Level::Warning => "warning",
                    Level::Problem => "problem",
                };
                json!({
                    "Check": check, "Level": level, "Finding": sentence,
                    "Code": code.map(|code| format!("D-{}", code.number)), "Resolution": code.map(|code| code.fix),
                })
            })
            .collect();
        json!({ "version": 1, "findings": findings })
    }
}
