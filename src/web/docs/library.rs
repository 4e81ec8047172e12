//! The documents that the program carries along, made into HTML when the first one is asked for.

use super::markdown::to_html;
use std::sync::LazyLock;

/// Path in `docs/` without the end, and text.
const SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/documents.rs"));

/// The folders in the order of the contents, and their headings. The last holds what is in no folder.
pub(super) const SHELVES: &[(&str, &str)] =
    &[("tutorials", "Learn"), ("how-to", "Do"), ("reference", "Look up"), ("", "Understand")];

/// A document.
#[derive(Debug)]
pub(super) struct Document {
    /// Its path below `/docs/`.
    pub name: &'static str,
    /// Its heading.
    pub title: String,
    /// Everything below the heading, as HTML.
    pub html: String,
}

/// What is read one after the other; everything else stands by its name.
const IN_TURN: &[&str] = &["tutorials/first-token", "tutorials/browser-app", "tutorials/server-app"];

static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| {
    let document = |&(name, source): &(&'static str, &str)| {
        let (title, html) = to_html(name, source);
        Document { name, title, html }
    };
    let mut documents: Vec<_> = SOURCES.iter().map(document).collect();
    documents.sort_by_key(|document| IN_TURN.iter().position(|name| *name == document.name));
    documents
});

/// The document at this path.
pub(super) fn find(name: &str) -> Option<&'static Document> {
    DOCUMENTS.iter().find(|document| document.name == name)
}

/// What stands on a shelf.
pub(super) fn shelf(folder: &str) -> impl Iterator<Item = &'static Document> {
    let folder = folder.to_owned();
    DOCUMENTS.iter().filter(move |document| {
        let own = document.name.rsplit_once('/').map_or("", |(folder, _)| folder);
        own == folder || (folder.is_empty() && SHELVES.iter().all(|(known, _)| *known != own))
    })
}

/// Whether there is a document at this path.
pub(super) fn is_there(name: &str) -> bool {
    SOURCES.iter().any(|(known, _)| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_has_a_heading_and_every_link_between_them_leads_somewhere() {
        assert!(DOCUMENTS.len() > 10, "documents are missing: {}", DOCUMENTS.len());
        for document in DOCUMENTS.iter() {
            assert!(!document.title.is_empty() && !document.html.contains("<h1"), "{}", document.name);
            for (at, _) in document.html.match_indices("href=\"/docs/") {
                let rest = &document.html[at + "href=\"/docs/".len()..];
                let target = rest.split(['"', '#']).next().unwrap_or_default();
                assert!(is_there(target) || target.starts_with("errors"), "{} leads to {target}", document.name);
            }
            assert!(!document.html.contains(".md\""), "{} leads to a file", document.name);
            for tag in ["<script", "<style", " style=\"", "javascript:"] {
                assert!(!document.html.contains(tag), "{}: {tag}", document.name);
            }
        }
    }

    #[test]
    fn every_document_stands_on_one_shelf() {
        let all: Vec<_> = SHELVES.iter().flat_map(|(folder, _)| shelf(folder)).map(|document| document.name).collect();
        assert_eq!(all.len(), DOCUMENTS.len(), "{all:?}");
        let tutorials: Vec<_> = shelf("tutorials").map(|document| document.name).collect();
        assert_eq!(tutorials, IN_TURN);
    }
}
