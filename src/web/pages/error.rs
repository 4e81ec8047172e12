//! What went wrong: for the user at the top, for the developer folded below.

use super::{Frame, Link, Mark, Person};
use askama::Template;

/// A name and a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: String,
}

impl Fact {
    /// A fact.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// What the developer of the app needs to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeveloperDetails {
    /// Whether it is unfolded: for administrators.
    pub open: bool,
    /// `PC-1103`.
    pub code: String,
    /// What was found, in words.
    pub name: String,
    /// What the app sent; for administrators also what would have been right.
    pub sent: Vec<Fact>,
    /// What makes the two differ, for administrators; may be empty.
    pub difference: String,
    /// What to do about it.
    pub remedy: String,
    /// Where to do it, for administrators.
    pub links: Vec<Link>,
}

/// An error page.
#[derive(Template)]
#[template(path = "pages/error.html")]
pub struct ErrorPage {
    /// Theme.
    pub frame: Frame,
    /// How grave it looks.
    pub mark: Mark,
    /// What happened, in a few words: heading and title.
    pub title: String,
    /// Why, in a sentence or two.
    pub lead: String,
    /// More sentences.
    pub more: Vec<String>,
    /// Who is signed in, where that matters.
    pub person: Option<Person>,
    /// A text to send to an administrator; may be empty.
    pub request_text: String,
    /// Ways to go on; the first is the best.
    pub actions: Vec<Link>,
    /// For the developer.
    pub developer: Option<DeveloperDetails>,
    /// What to quote when asking for help; may be empty.
    pub reference: String,
    /// Whether a form was refused that can be opened anew.
    pub kept: bool,
}

impl ErrorPage {
    /// An error with a title, a reason and a reference.
    pub fn new(frame: Frame, title: &str, lead: &str, reference: &str) -> Self {
        Self {
            frame,
            mark: Mark::Warning,
            title: title.to_owned(),
            lead: lead.to_owned(),
            more: Vec::new(),
            person: None,
            request_text: String::new(),
            actions: Vec::new(),
            developer: None,
            reference: reference.to_owned(),
            kept: false,
        }
    }

    /// The page for a status that says it all; anything unknown counts as 500.
    #[must_use]
    pub fn of_status(frame: Frame, status: u16, reference: &str) -> Self {
        let (title, lead) = match status {
            400 => (
                "This request cannot be used",
                "Something in it is missing, or not as it should be. Go back and try again.",
            ),
            401 => ("Sign in first", "This page is for people who are signed in."),
            403 => ("You may not do this", "Your account does not have the role that this needs."),
            404 => (
                "Page not found",
                "There is nothing at this address. It may have been removed, or the address has a slip in it.",
            ),
            405 => ("This page cannot be used like that", "The address is right, but not for this kind of request."),
            409 => (
                "Somebody else was faster",
                "This was changed after you opened it. Open it again to see what it is now.",
            ),
            413 => ("That is too much", "The form holds more than this server takes. Send less."),
            415 => ("This cannot be read", "The request has a format that this page does not take."),
            419 => (
                "This form was open too long",
                "Nothing was changed. Go back, load the page again and send the form once more.",
            ),
            421 => ("This is another server", "The address in the request is not one of this server."),
            422 => ("This cannot be done", "Something that was asked for does not fit."),
            429 => ("Too many attempts", "Wait a little, then try again."),
            503 => ("Not ready yet", "The server is starting or being updated. Try again in a minute."),
            _ => (
                "It is our fault",
                "Something went wrong in this server. Trying again may help; if not, pass on the reference below.",
            ),
        };
        let mut page = Self::new(frame, title, lead, reference);
        if status == 404 {
            page.actions = vec![Link::new("Go to the start page", "/")];
        }
        if matches!(status, 404 | 503) {
            page.mark = Mark::Quiet;
        } else if !matches!(status, 400..=499) {
            page.mark = Mark::Bad;
        }
        page
    }

    /// The form that was refused can be opened anew at `back`.
    pub fn form_again(&mut self, back: String) {
        "Nothing was changed. Open the form anew and send it once more.".clone_into(&mut self.lead);
        self.actions = vec![Link::new("Open the form anew", back)];
        self.kept = true;
    }

    /// Nothing but the set-up page works before there is an administrator.
    #[must_use]
    pub fn not_set_up(frame: Frame) -> Self {
        let title = format!("{} is not set up yet", frame.brand.product);
        let mut page = Self::new(
            frame,
            &title,
            "Open the link that the server printed when it started. It makes you the first Account Administrator.",
            "",
        );
        page.mark = Mark::Quiet;
        page.more = vec!["Lost the link? Run portcullis user setup-link where the server runs.".to_owned()];
        page
    }

    /// The portal is for administrators. `request` is a text that the person can send to one.
    #[must_use]
    pub fn no_role(frame: Frame, person: Person, request: String, reference: &str) -> Self {
        let mut page = Self::new(
            frame,
            "You may not open this page",
            "You need the Account Administrator role to add and manage clients.",
            reference,
        );
        page.person = Some(person);
        page.request_text = request;
        page.actions = vec![Link::new("Back to my account", "/account")];
        page
    }
}
