//! The small things that every page is given: theme, form token, mistakes, messages, links and marks.

use super::icon::{Icon, icon};
use crate::web::Brand;
use crate::web::assets::asset_url;
use askama::Template;
use askama::filters::HtmlSafe;
use std::ops::Deref;
use std::sync::Arc;

/// Light or dark, or as the system has it. Kept in a cookie, so that the first paint is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All three, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The value of the cookie and of the `data-theme` attribute.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The word in the menu.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Auto => "Auto",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// Reads the cookie; anything unknown is `Auto`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text).unwrap_or_default()
    }
}

/// How much of a wide screen the pane beside a list takes, in steps. Kept in a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaneWidth(u8);

impl PaneWidth {
    /// The narrowest, in percent.
    pub const LEAST: u8 = 30;
    /// The widest, in percent.
    pub const MOST: u8 = 60;
    const STEP: u8 = 5;

    /// The percentage.
    #[must_use]
    pub const fn percent(self) -> u8 {
        self.0
    }

    /// Reads the cookie; anything that is no step is as usual.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let is_step = |percent: &u8| (Self::LEAST..=Self::MOST).contains(percent) && percent.is_multiple_of(Self::STEP);
        text.parse().ok().filter(is_step).map_or_else(Self::default, Self)
    }
}

impl Default for PaneWidth {
    fn default() -> Self {
        Self(40)
    }
}

/// What stands around every page.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Light, dark or auto.
    pub theme: Theme,
    /// Whether the portal's menu is folded to icons on wide screens.
    pub rail: bool,
    /// How wide the pane beside a list is.
    pub pane: PaneWidth,
    /// The token that every form posts back as `csrf`.
    pub csrf: String,
    /// What is wrong with the form that was sent.
    pub errors: Errors,
    /// Messages that stand above the page until the next one.
    pub notices: Vec<Notice>,
    /// What the product is called, and whom to ask.
    pub brand: CurrentBrand,
    /// Whether a form came when its session was over: the sign-in page says so.
    pub ended: bool,
    /// After how many seconds without a request the portal asks for a sign-in again; 0 if nobody is to be warned.
    pub idle: i64,
}

/// The brand of the request under way.
#[derive(Debug, Clone)]
pub struct CurrentBrand(Arc<Brand>);

impl Default for CurrentBrand {
    fn default() -> Self {
        Self(Brand::current())
    }
}

impl Deref for CurrentBrand {
    type Target = Brand;

    fn deref(&self) -> &Brand {
        &self.0
    }
}

/// What templates ask of their frame.
impl Frame {
    /// An icon by its name.
    #[must_use]
    pub fn icon(&self, name: &str) -> Icon {
        icon(name)
    }

    /// Where an asset is served.
    #[must_use]
    pub fn asset(&self, name: &str) -> &'static str {
        asset_url(name)
    }
}

/// A field that could not be taken, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The `name` and `id` of the field; empty if no single field is wrong.
    pub field: String,
    /// What we got and what is needed, in one sentence.
    pub message: String,
}

impl FieldError {
    /// The message for the summary above the form, where no label stands beside it: of a line it says in which list.
    #[must_use]
    pub fn summary(&self) -> String {
        let list = match self.field.as_str() {
            "redirect_urls" => "Allowed Redirect URL(s)",
            "logout_redirect_urls" => "Allowed Logout Redirect URL(s)",
            "cors_origins" => "Allowed CORS Origin(s)",
            _ => return self.message.clone(),
        };
        let rest = self.message.strip_prefix("Line ").map(|rest| format!("line {rest}"));
        format!("{list}: {}", rest.as_ref().unwrap_or(&self.message))
    }
}

/// All that is wrong with a form, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(pub Vec<FieldError>);

impl Errors {
    /// One mistake; `field` is empty if no single field is wrong.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// Whether anything is wrong.
    #[must_use]
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// All that is wrong with one field.
    #[must_use]
    pub fn on(&self, field: &str) -> Vec<&str> {
        self.0.iter().filter(|error| error.field == field).map(|error| error.message.as_str()).collect()
    }
}

/// How a state looks: always an icon and a word, never colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// All is well.
    Good,
    /// Needs a look.
    Warning,
    /// Does not work.
    Bad,
    /// Switched off, or nothing to say.
    Quiet,
}

impl Mark {
    /// The name of its icon and of its class in the stylesheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
            Self::Quiet => "quiet",
        }
    }
}

/// A state in one word, with the icon and the colour of its mark.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/state.html")]
pub struct State {
    /// How it looks.
    pub mark: Mark,
    /// The word.
    pub word: String,
}

impl HtmlSafe for State {}

impl State {
    /// A state.
    pub fn new(mark: Mark, word: impl Into<String>) -> Self {
        Self { mark, word: word.into() }
    }

    /// Enabled or Disabled.
    #[must_use]
    pub fn enabled(yes: bool) -> Self {
        if yes { Self::new(Mark::Good, "Enabled") } else { Self::new(Mark::Quiet, "Disabled") }
    }
}

/// A link in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

impl Link {
    /// A link.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// A message above the page. It never disappears by itself and never holds the only copy of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How it looks.
    pub mark: Mark,
    /// One sentence.
    pub text: String,
    /// What to do about it.
    pub link: Option<Link>,
}

impl Notice {
    /// Something was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self { mark: Mark::Good, text: text.into(), link: None }
    }

    /// Something needs a look.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { mark: Mark::Warning, text: text.into(), link: None }
    }
}

/// One entry of a list to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What it says.
    pub label: String,
    /// Whether it is chosen now.
    pub chosen: bool,
}

impl Choice {
    /// The entries of a list of which `chosen` is chosen now.
    pub fn list(entries: &[(&str, &str)], chosen: &str) -> Vec<Self> {
        let entry = |&(value, label): &(&str, &str)| Self {
            value: value.to_owned(),
            label: label.to_owned(),
            chosen: value == chosen,
        };
        entries.iter().map(entry).collect()
    }
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// As people know them.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// Whether they may open the portal.
    pub portal: bool,
}

impl Person {
    /// One or two letters for the round picture.
    #[must_use]
    pub fn initials(&self) -> String {
        let name = if self.name.trim().is_empty() { &self.email } else { &self.name };
        let mut letters = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
        let first = letters.next();
        first.into_iter().chain(letters.next_back()).flat_map(char::to_uppercase).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_last_word() {
        let rows = [("Alex Kim", "AK"), ("Alex van der Kim", "AK"), ("alex", "A"), ("", "U"), ("(Ops) Åsa", "OÅ")];
        for (name, expected) in rows {
            let person = Person { name: name.to_owned(), email: "uma@example.com".to_owned(), portal: false };
            assert_eq!(person.initials(), expected, "{name:?}");
        }
    }

    #[test]
    fn a_summary_names_the_list_that_a_line_is_in() {
        let said = |field: &str, message: &str| Errors::one(field, message).0[0].summary();
        assert_eq!(said("cors_origins", "Line 2: no."), "Allowed CORS Origin(s): line 2: no.");
        assert_eq!(said("name", "Enter a name."), "Enter a name.");
    }

    #[test]
    fn an_unknown_theme_is_auto() {
        assert_eq!(
            ["dark", "light", "auto", "", "DARK;"].map(Theme::parse),
            [Theme::Dark, Theme::Light, Theme::Auto, Theme::Auto, Theme::Auto]
        );
    }
}
