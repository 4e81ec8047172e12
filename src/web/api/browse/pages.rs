//! The pages that show the document. They are made on the server, from our own templates, and work without JavaScript.

use super::Prepared;
use super::view::{Body, Part, Whole, parts, shape, whole};
use crate::web::errors;
use crate::web::extract::{PageContext, Path, SignedInVisitor};
use crate::web::pages::Frame;
use crate::web::state::AppState;
use askama::Template;
use axum::Extension;
use axum::extract::{FromRequestParts, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

/// Whoever may read these pages: who is signed in, or everybody where the operator has settled it so.
pub(super) struct Reader;

impl FromRequestParts<AppState> for Reader {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        if app.site.public_api_docs {
            return Ok(Self);
        }
        SignedInVisitor::from_request_parts(parts, app).await.map(|_| Self)
    }
}

/// All operations.
#[derive(Template)]
#[template(path = "pages/api.html")]
pub(super) struct PartsPage {
    pub frame: Frame,
    pub parts: Vec<Part>,
    pub token_command: String,
}

/// One operation.
#[derive(Template)]
#[template(path = "pages/api_operation.html")]
pub(super) struct OperationPage {
    pub frame: Frame,
    pub operation: Whole,
}

/// One named shape.
#[derive(Template)]
#[template(path = "pages/api_shape.html")]
pub(super) struct ShapePage {
    pub frame: Frame,
    pub name: String,
    pub shape: Body,
    pub must: &'static str,
}

impl ShapePage {
    /// What is sent may leave most members out; what is answered has them.
    pub(super) fn new(frame: Frame, name: String, shape: Body) -> Self {
        let sent = ["New", "Changed"].iter().any(|verb| name.starts_with(verb)) || name.ends_with("ToSend");
        Self { frame, name, shape, must: if sent { "Needed." } else { "Always there." } }
    }
}

/// How to get a token for the commands of these pages.
pub(super) fn token_command(public_url: &str) -> String {
    format!(
        "curl -sS {public_url}/identity/connect/token \\\n  -u \"$PORTCULLIS_CLIENT_ID:$PORTCULLIS_CLIENT_SECRET\" \\\n  \
         -d grant_type=client_credentials -d scope=ocsapi"
    )
}

pub(super) async fn list(
    State(app): State<AppState>,
    Extension(it): Extension<Prepared>,
    _: Reader,
    page: PageContext,
) -> Response {
    let token_command = token_command(&app.provider.settings().public_url);
    let view = PartsPage { frame: page.frame(), parts: parts(&it.of(&app).value), token_command };
    page.answer(StatusCode::OK, &view)
}

pub(super) async fn operation(
    State(app): State<AppState>,
    Extension(it): Extension<Prepared>,
    _: Reader,
    page: PageContext,
    Path(id): Path<String>,
) -> Response {
    match whole(&it.of(&app).value, &id) {
        Some(operation) => page.answer(StatusCode::OK, &OperationPage { frame: page.frame(), operation }),
        None => errors::not_found(page).await,
    }
}

pub(super) async fn one_shape(
    State(app): State<AppState>,
    Extension(it): Extension<Prepared>,
    _: Reader,
    page: PageContext,
    Path(name): Path<String>,
) -> Response {
    match shape(&it.of(&app).value, &name) {
        Some(shape) => page.answer(StatusCode::OK, &ShapePage::new(page.frame(), name, shape)),
        None => errors::not_found(page).await,
    }
}
