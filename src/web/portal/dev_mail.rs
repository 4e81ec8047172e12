//! `/dev/mail`: mails that were not sent.

use crate::web::pages::{Frame, Shell};
use askama::Template;

/// A mail.
#[derive(Debug, Clone)]
pub struct KeptMail {
    /// Whom to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The link to this server that is in it, if one is.
    pub link: Option<String>,
}

/// *Mails*.
#[derive(Template)]
#[template(path = "portal/dev_mail.html")]
pub struct DevMailPage {
    /// Theme.
    pub frame: Frame,
    /// Header and menu.
    pub shell: Shell,
    /// The latest first.
    pub mails: Vec<KeptMail>,
}
