//! Values to take along: shown whole, selected by one click, copied by a button where there is JavaScript.

use askama::Template;
use askama::filters::HtmlSafe;
use zeroize::Zeroize;

/// A value in a field that cannot be changed, with a **Copy** button to its right.
#[derive(Template)]
#[template(path = "parts/copy.html")]
pub struct CopyField {
    id: String,
    label: String,
    value: String,
    hint: String,
    long: bool,
    secret: bool,
}

impl CopyField {
    /// A field; the label is also what the button names, as in “Copy Client Id”.
    pub fn new(id: &str, label: &str, value: &str) -> Self {
        let (id, label, value) = (id.to_owned(), label.to_owned(), value.to_owned());
        Self { id, label, value, hint: String::new(), long: false, secret: false }
    }

    /// Help under the field.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// A block of several lines instead of a field.
    #[must_use]
    pub fn long(mut self) -> Self {
        self.long = true;
        self
    }

    /// A value that is shown only once: the page asks before it is left without a copy.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}

impl Drop for CopyField {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

impl HtmlSafe for CopyField {}

impl super::Frame {
    /// A value with a **Copy** button.
    pub fn copy(&self, id: &str, label: &str, value: impl AsRef<str>) -> CopyField {
        CopyField::new(id, label, value.as_ref())
    }
}
