//! The tabs that show what a client was seen to do: *Activity*, and the checklist of *Quick Start*.

use super::chart::Chart;
use super::clients::TabLink;
use crate::web::pages::{Link, Mark, When, icon};
use askama::Template;
use askama::filters::HtmlSafe;

/// One line of *Activity*: requests, or a change that somebody made.
#[derive(Debug, Clone)]
pub struct ActivityLine {
    /// The last time.
    pub when: When,
    /// How it went.
    pub mark: Mark,
    /// What happened.
    pub what: String,
    /// “312 times since 10:00”; may be empty.
    pub times: String,
    /// One sentence; may be empty.
    pub detail: String,
    /// From where, by what program, under which reference.
    pub facts: Vec<String>,
    /// The reason's code with its page, if it was refused.
    pub reason: Option<Link>,
}

/// *Activity*.
#[derive(Debug, Clone)]
pub struct ActivityView {
    /// 24 hours, 7 days, 30 days.
    pub ranges: Vec<TabLink>,
    /// All, tokens, refused, changes.
    pub kinds: Vec<TabLink>,
    /// Tokens by the hour or day.
    pub chart: Chart,
    /// The bar whose lines alone are shown, and the view without it.
    pub within: Option<Link>,
    /// The chart's numbers as a file.
    pub csv_href: String,
    /// This view, anew.
    pub refresh_href: String,
    /// The latest first.
    pub lines: Vec<ActivityLine>,
    /// How long requests are kept: “7 days”.
    pub kept: String,
}

/// One step of the checklist.
#[derive(Debug, Clone)]
pub struct CheckLine {
    /// What is to happen.
    pub what: &'static str,
    /// Whether an app can do without it.
    pub optional: bool,
    /// When it was last seen; none: not yet.
    pub seen: Option<When>,
    /// From where and by what program; may be empty.
    pub from: String,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
}

/// Why a step failed, and what helps.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The reason's code with its page.
    pub reason: Link,
    /// What was found.
    pub cause: String,
    /// What to do.
    pub remedy: String,
    /// Where to do it, if that is here.
    pub action: Option<Link>,
}

impl CheckLine {
    fn state(&self) -> (&'static str, &'static str) {
        match (&self.seen, &self.failure) {
            (None, _) => ("waiting", "Waiting"),
            (Some(_), None) => ("good", "Done"),
            (Some(_), Some(_)) => ("bad", "Failed"),
        }
    }
}

/// *Waiting for your app…*: the steps of an app's first success. A page holds it, and asks for it alone while it waits.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/checklist.html")]
pub struct Checklist {
    /// In the order of happening.
    pub lines: Vec<CheckLine>,
}

impl HtmlSafe for Checklist {}

impl Checklist {
    /// How it stands, in one sentence.
    #[must_use]
    pub fn standing(&self) -> String {
        let needed = || self.lines.iter().filter(|line| !line.optional);
        if let Some(failed) = self.lines.iter().find(|line| line.failure.is_some()) {
            return format!("{}.", failed.what);
        }
        match needed().find(|line| line.seen.is_none()) {
            Some(_) if self.lines.iter().all(|line| line.seen.is_none()) => "Waiting for your app…".to_owned(),
            Some(next) => format!("Waiting for the next step: {}.", lower_first(next.what)),
            None => "It works.".to_owned(),
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}
