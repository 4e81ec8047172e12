//! The authorization endpoint's answer where a redirect alone will not do: a form (OAuth 2.0 Form Post Response Mode), and
//! the way to an app with a scheme of its own.

use super::{Fact, Frame};
use askama::Template;

/// A form that sends itself, or by its **Continue** button where there is no JavaScript.
#[derive(Template, Default)]
#[template(path = "pages/form_post.html")]
pub struct FormPostPage {
    /// Theme.
    pub frame: Frame,
    /// The client's name.
    pub app: String,
    /// The redirect URL.
    pub action: String,
    /// The parameters of the answer.
    pub fields: Vec<Fact>,
    /// Whether the answer is that nothing was granted.
    pub refused: bool,
}

/// The way to an app with a scheme of its own. Browsers that open programs only at a person's wish drop a redirect to one
/// without a word; here is a **Continue** button for them.
#[derive(Template, Default)]
#[template(path = "pages/continue.html")]
pub struct ContinuePage {
    /// Theme.
    pub frame: Frame,
    /// The app, as far as it is known.
    pub app: String,
    /// The redirect URL with the answer.
    pub url: String,
    /// Whether the answer is that nothing was granted.
    pub refused: bool,
}
