//! `/invite/{t}`, `/password/…`: a password by a link that works once.

use super::{Frame, Person};
use askama::Template;

/// A new password, for an invited person or one who forgot the old. Opening the page does not spend the link; posting
/// does. Posts `password` and the sealed `request`.
#[derive(Template)]
#[template(path = "pages/new_password.html")]
pub struct NewPasswordPage {
    /// Theme, form token, mistakes.
    pub frame: Frame,
    /// Heading and title.
    pub title: &'static str,
    /// Who invited, or what will happen.
    pub lead: String,
    /// The page's own address, with the link's code.
    pub action: String,
    /// The sealed request, if the person was on the way to an app.
    pub request: String,
    /// Whose password it will be.
    pub person: Person,
    /// Whether other devices are signed out by it.
    pub ends_sessions: bool,
}

impl NewPasswordPage {
    /// Lets the person go on, in the end, to where they were on the way to.
    #[must_use]
    pub fn on_the_way(self, request: String) -> Self {
        Self { request, ..self }
    }

    /// For somebody who is new.
    #[must_use]
    pub fn invitation(frame: Frame, action: String, person: Person, invited_by: &str) -> Self {
        let lead = if invited_by.is_empty() {
            "You have been invited. Choose a password to finish your account.".to_owned()
        } else {
            format!("{invited_by} invited you. Choose a password to finish your account.")
        };
        let (request, title) = (String::new(), "Accept your invitation");
        Self { frame, title, lead, action, request, person, ends_sessions: false }
    }

    /// For somebody who forgot.
    #[must_use]
    pub fn reset(frame: Frame, action: String, person: Person) -> Self {
        let lead = "After that, sign in with the new password.".to_owned();
        let (request, title) = (String::new(), "Choose a new password");
        Self { frame, title, lead, action, request, person, ends_sessions: true }
    }
}

/// A link that is used up or too old.
#[derive(Template, Default)]
#[template(path = "pages/link_gone.html")]
pub struct LinkGonePage {
    /// Theme.
    pub frame: Frame,
    /// Where a new one can be had by mail; empty where no mail is sent.
    pub again: String,
}

/// Where a forgotten password leads: to a form that has a link mailed, to what was done about it, or, where no mail is
/// sent, to an administrator.
#[derive(Template, Default)]
#[template(path = "pages/forgot.html")]
pub struct ForgotPage {
    /// Theme.
    pub frame: Frame,
    /// The sealed request; empty if nobody was on the way to anywhere.
    pub request: String,
    /// The sign-in page that the person came from.
    pub back: String,
    /// Whether links can be mailed.
    pub mails: bool,
    /// Whom a link was mailed to, if there is an account; empty before that.
    pub sent_to: String,
    /// The address, as far as it is known.
    pub email: String,
}

impl ForgotPage {
    /// This page again, for another link.
    fn again_href(&self) -> String {
        super::login::forgot_href(&self.request, &self.sent_to)
    }
}
