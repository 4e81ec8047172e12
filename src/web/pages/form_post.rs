//! The authorization endpoint's answer as a form (OAuth 2.0 Form Post Response Mode).

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
