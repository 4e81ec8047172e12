//! `/docs`: the documents of this very version, and what every refusal means. `error_uri` leads here.

mod library;
mod markdown;

use super::errors;
use super::extract::{PageContext, Path, Visitor, person};
use super::pages::{Area, Frame, Shell};
use super::state::AppState;
use crate::oauth::{REASONS, ReasonPage};
use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use library::{Document, SHELVES, find, shelf};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/docs", get(index))
        .route("/docs/errors", get(list))
        .route("/docs/errors/{code}", get(one))
        .route("/docs/{name}", get(top))
        .route("/docs/{shelf}/{name}", get(document))
}

/// A shelf and what stands on it.
struct Shelf {
    label: &'static str,
    documents: Vec<&'static Document>,
}

fn shelves() -> Vec<Shelf> {
    SHELVES.iter().map(|(folder, label)| Shelf { label, documents: shelf(folder).collect() }).collect()
}

/// The contents.
#[derive(Template)]
#[template(path = "docs/index.html")]
struct IndexPage {
    frame: Frame,
    shell: Option<Shell>,
    shelves: Vec<Shelf>,
    current: &'static str,
    version: &'static str,
}

/// A document.
#[derive(Template)]
#[template(path = "docs/document.html")]
struct DocumentPage {
    frame: Frame,
    shell: Option<Shell>,
    shelves: Vec<Shelf>,
    current: &'static str,
    document: &'static Document,
}

/// All reasons.
#[derive(Template)]
#[template(path = "docs/reasons.html")]
struct ReasonsPage {
    frame: Frame,
    shell: Option<Shell>,
    shelves: Vec<Shelf>,
    current: &'static str,
    reasons: &'static [ReasonPage],
}

/// One reason.
#[derive(Template)]
#[template(path = "docs/reason.html")]
struct ReasonPageView {
    frame: Frame,
    shell: Option<Shell>,
    shelves: Vec<Shelf>,
    current: &'static str,
    reason: ReasonPage,
}

/// The account's or portal's header for whoever is signed in.
fn header(visitor: &Visitor) -> Option<Shell> {
    let who = visitor.0.as_ref()?;
    let (mut shell, portal) = (Shell::portal(person(who), Area::Docs, Vec::new()), who.may_open_portal());
    shell.in_portal = portal;
    Some(shell)
}

async fn index(visitor: Visitor, page: PageContext) -> Response {
    let (frame, shell, version) = (page.frame(), header(&visitor), crate::release::version());
    page.answer(StatusCode::OK, &IndexPage { frame, shell, shelves: shelves(), current: "", version })
}

async fn top(visitor: Visitor, page: PageContext, Path(name): Path<String>) -> Response {
    answer(&visitor, page, &name).await
}

async fn document(visitor: Visitor, page: PageContext, Path((shelf, name)): Path<(String, String)>) -> Response {
    answer(&visitor, page, &format!("{shelf}/{name}")).await
}

async fn answer(visitor: &Visitor, page: PageContext, name: &str) -> Response {
    let Some(document) = find(name.trim_end_matches(".md")) else { return errors::not_found(page).await };
    let (frame, shell) = (page.frame(), header(visitor));
    let view = DocumentPage { frame, shell, shelves: shelves(), current: document.name, document };
    page.answer(StatusCode::OK, &view)
}

async fn list(visitor: Visitor, page: PageContext) -> Response {
    let (frame, shell) = (page.frame(), header(&visitor));
    let view = ReasonsPage { frame, shell, shelves: shelves(), current: "errors", reasons: REASONS };
    page.answer(StatusCode::OK, &view)
}

async fn one(visitor: Visitor, page: PageContext, Path(code): Path<String>) -> Response {
    match REASONS.iter().find(|reason| reason.code.to_string().eq_ignore_ascii_case(&code)) {
        Some(reason) => {
            let (frame, shell) = (page.frame(), header(&visitor));
            let view = ReasonPageView { frame, shell, shelves: shelves(), current: "errors", reason: *reason };
            page.answer(StatusCode::OK, &view)
        }
        None => errors::not_found(page).await,
    }
}
