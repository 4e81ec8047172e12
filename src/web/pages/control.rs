//! The controls of forms. Each has its label above, its help between label and control, and its mistake at its place.

use super::url_list::UrlList;
use super::view::{Choice, Errors};
use askama::Template;
use askama::filters::HtmlSafe;

/// A labelled control. `name` is also its `id`.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/control.html")]
pub struct Control {
    kind: Kind,
    name: String,
    label: String,
    hint: String,
    value: String,
    errors: Vec<String>,
    autocomplete: &'static str,
    unit: String,
    max: usize,
    rows: usize,
    optional: bool,
    ticked: bool,
    code: bool,
    urls: Option<UrlList>,
    choices: Vec<Choice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Email,
    Number,
    Date,
    Password,
    Lines,
    Select,
    Tick,
}

impl Control {
    fn new(kind: Kind, errors: &Errors, name: &str, label: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            label: label.to_owned(),
            hint: String::new(),
            value: String::new(),
            errors: errors.on(name).into_iter().map(ToOwned::to_owned).collect(),
            autocomplete: "off",
            unit: String::new(),
            max: 0,
            rows: 3,
            optional: false,
            ticked: false,
            code: false,
            urls: None,
            choices: Vec::new(),
        }
    }

    /// Help that stands between label and control.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// What was typed, or the default.
    #[must_use]
    pub fn value(mut self, value: impl AsRef<str>) -> Self {
        value.as_ref().clone_into(&mut self.value);
        if self.kind == Kind::Lines {
            self.rows = self.rows.max(self.value.lines().count()).min(12);
        }
        self
    }

    /// The most characters; 0, the default: no limit.
    #[must_use]
    pub fn max(mut self, max: usize) -> Self {
        self.max = max;
        self
    }

    /// How many lines the box shows at least.
    #[must_use]
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows.max(self.value.lines().count()).min(12);
        self
    }

    /// Says “(Optional)” after the label.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// A word after the control, such as “= 1 hour”.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// The token that tells browsers what to fill in; by default they are asked not to.
    #[must_use]
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = token;
        self
    }

    /// Shows the text in letters of one width: codes, URLs.
    #[must_use]
    pub fn code(mut self) -> Self {
        self.code = true;
        self
    }

    /// A list of URLs, of which each line is told what becomes of it. The value must be there already.
    #[must_use]
    pub fn urls(mut self) -> Self {
        self.urls = UrlList::of(&self.name, &self.value);
        self.code()
    }

    fn described_by(&self) -> String {
        let hint = if self.hint.is_empty() { String::new() } else { format!("{}-hint", self.name) };
        let error = if self.errors.is_empty() { String::new() } else { format!("{}-error", self.name) };
        format!("{hint} {error}").trim().to_owned()
    }

    const fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Email => "email",
            Kind::Date => "date",
            Kind::Password => "password",
            _ => "text",
        }
    }
}

impl HtmlSafe for Control {}

/// Makes controls that know their mistakes.
impl super::Frame {
    /// One line of text.
    #[must_use]
    pub fn text(&self, name: &str, label: &str) -> Control {
        Control::new(Kind::Text, &self.errors, name, label)
    }

    /// An e-mail address.
    #[must_use]
    pub fn email(&self, name: &str, label: &str) -> Control {
        Control::new(Kind::Email, &self.errors, name, label)
    }

    /// A whole number, typed as text so that what was wrong can be shown again.
    #[must_use]
    pub fn number(&self, name: &str, label: &str) -> Control {
        Control::new(Kind::Number, &self.errors, name, label)
    }

    /// A day.
    #[must_use]
    pub fn day(&self, name: &str, label: &str) -> Control {
        Control::new(Kind::Date, &self.errors, name, label)
    }

    /// A password; never filled in by us.
    #[must_use]
    pub fn password(&self, name: &str, label: &str) -> Control {
        Control::new(Kind::Password, &self.errors, name, label)
    }

    /// Several lines of text.
    #[must_use]
    pub fn lines(&self, name: &str, label: &str) -> Control {
        Control::new(Kind::Lines, &self.errors, name, label)
    }

    /// One of a few.
    #[must_use]
    pub fn select(&self, name: &str, label: &str, choices: &[Choice]) -> Control {
        Control { choices: choices.to_vec(), ..Control::new(Kind::Select, &self.errors, name, label) }
    }

    /// A box to tick.
    #[must_use]
    pub fn tick(&self, name: &str, label: &str, ticked: bool) -> Control {
        Control { ticked, ..Control::new(Kind::Tick, &self.errors, name, label) }
    }
}
