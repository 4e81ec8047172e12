//! One of every page, to be looked at without a server.

use super::pages::{OperationPage, PartsPage, ShapePage, token_command};
use super::view::{parts, shape, whole};
use crate::web::api::document::document;
use crate::web::pages::Frame;
use crate::web::pages::looks::{Sample, sample};

pub(in crate::web) fn samples() -> Vec<Sample> {
    let (url, frame) = ("https://id.example.com", Frame::default);
    let document = document(url);
    let operation = |id: &str| {
        let operation = whole(&document, id).expect("an operation");
        sample(&format!("api-{id}"), &OperationPage { frame: frame(), shell: None, operation })
    };
    let (name, shape) = ("HybridClient".to_owned(), shape(&document, "HybridClient").expect("a shape"));
    vec![
        sample(
            "api",
            &PartsPage { frame: frame(), shell: None, parts: parts(&document), token_command: token_command(url) },
        ),
        operation("listClientCredentialClients"),
        operation("addHybridClient"),
        operation("removeRole"),
        sample("api-shape", &ShapePage::new(frame(), None, name, shape)),
    ]
}
