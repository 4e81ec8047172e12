//! What the product is called here, and whom people ask. Every page shows it, also those that are made far from the state
//! of the server, when something has gone wrong: so it goes along with the request's task.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

tokio::task_local! {
    static BRAND: Arc<Brand>;
}

/// A name, and a way to get help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// What the product calls itself.
    pub product: String,
    /// Whom to ask for help: an address, a number or a link.
    pub support: Option<String>,
}

impl Default for Brand {
    fn default() -> Self {
        Self { product: "Portcullis".to_owned(), support: None }
    }
}

impl Brand {
    /// That of the request under way.
    #[must_use]
    pub fn current() -> Arc<Self> {
        BRAND.try_with(Arc::clone).unwrap_or_default()
    }

    /// Where the contact leads, if it is something to follow.
    #[must_use]
    pub fn support_href(&self) -> Option<String> {
        let contact = self.support.as_deref()?.trim();
        let plain = !contact.contains(char::is_whitespace);
        if contact.starts_with("https://") || contact.starts_with("http://") {
            Some(contact.to_owned())
        } else if plain && contact.contains('@') {
            Some(format!("mailto:{contact}"))
        } else if contact.starts_with('+') && contact.chars().all(|c| c.is_ascii_digit() || "+ -()/".contains(c)) {
            Some(format!("tel:{}", contact.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>()))
        } else {
            None
        }
    }
}

/// Lets everything that answers a request know.
pub(super) async fn within(State(brand): State<Arc<Brand>>, request: Request, next: Next) -> Response {
    BRAND.scope(brand, next.run(request)).await
}

#[cfg(test)]
mod tests {
    use super::Brand;

    #[test]
    fn a_contact_that_can_be_followed_is_a_link() {
        let rows = [
            ("help@example.com", Some("mailto:help@example.com")),
            ("https://help.example.com/", Some("https://help.example.com/")),
            ("+49 30 1234-5", Some("tel:+493012345")),
            ("the desk on the second floor", None),
            ("ask me @ the desk", None),
            ("javascript:alert(1)", None),
        ];
        for (contact, expected) in rows {
            let brand = Brand { support: Some(contact.to_owned()), ..Brand::default() };
            assert_eq!(brand.support_href().as_deref(), expected, "{contact}");
        }
        assert_eq!(Brand::default().support_href(), None);
    }

    #[test]
    fn outside_of_a_request_the_product_has_its_own_name() {
        assert_eq!(Brand::current().product, "Portcullis");
    }
}
