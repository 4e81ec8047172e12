//! The pages that show the document. They are made on the server, from our own templates, and work without JavaScript.

use super::Prepared;
use super::view::{Body, Part, Whole, parts, shape, whole};
use crate::web::errors;
use crate::web::extract::{PageContext, Path, PortalSession, SignedInVisitor, person};
use crate::web::pages::{Area, Frame, Link, Shell};
use crate::web::state::AppState;
use askama::Template;
use axum::Extension;
use axum::extract::{FromRequestParts, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

/// Whoever may read these pages: who is signed in, or everybody where the operator has settled it so.
/// The portal stands around the pages for whoever may open it.
pub(super) struct Reader(Option<PortalSession>);

impl Reader {
    fn shell(&self, below: &[&str]) -> Option<Shell> {
        let session = self.0.as_ref()?;
        let below = below.iter().map(|label| Link::new(*label, "")).collect();
        let shell = Shell::portal(person(&session.who), Area::Api, below).with_findings(session.findings);
        Some(if session.read_only { shell.read_only() } else { shell })
    }
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        if !app.site.public_api_docs {
            SignedInVisitor::from_request_parts(parts, app).await?;
        }
        Ok(Self(PortalSession::from_request_parts(parts, app).await.ok()))
    }
}

/// All operations.
#[derive(Template)]
#[template(path = "pages/api.html")]
pub(super) struct PartsPage {
    pub frame: Frame,
    pub shell: Option<Shell>,
    pub parts: Vec<Part>,
    pub token_command: String,
}

/// One operation.
#[derive(Template)]
#[template(path = "pages/api_operation.html")]
pub(super) struct OperationPage {
    pub frame: Frame,
    pub shell: Option<Shell>,
    pub operation: Whole,
}

/// One named shape.
#[derive(Template)]
#[template(path = "pages/api_shape.html")]
pub(super) struct ShapePage {
    pub frame: Frame,
    pub shell: Option<Shell>,
    pub name: String,
    pub shape: Body,
    pub must: &'static str,
}

impl ShapePage {
    /// What is sent may leave most members out; what is answered has them.
    pub(super) fn new(frame: Frame, shell: Option<Shell>, name: String, shape: Body) -> Self {
        let sent = ["New", "Changed"].iter().any(|verb| name.starts_with(verb)) || name.ends_with("ToSend");
        Self { frame, shell, name, shape, must: if sent { "Needed." } else { "Always there." } }
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
    reader: Reader,
    page: PageContext,
) -> Response {
    let token_command = token_command(&app.provider.settings().public_url);
    let view =
        PartsPage { frame: page.frame(), shell: reader.shell(&[]), parts: parts(&it.of(&app).value), token_command };
    page.answer(StatusCode::OK, &view)
}

pub(super) async fn operation(
    State(app): State<AppState>,
    Extension(it): Extension<Prepared>,
    reader: Reader,
    page: PageContext,
    Path(id): Path<String>,
) -> Response {
    match whole(&it.of(&app).value, &id) {
        Some(operation) => {
            let (frame, shell) = (page.frame(), reader.shell(&[&operation.id]));
            page.answer(StatusCode::OK, &OperationPage { frame, shell, operation })
        }
        None => errors::not_found(page).await,
    }
}

pub(super) async fn one_shape(
    State(app): State<AppState>,
    Extension(it): Extension<Prepared>,
    reader: Reader,
    page: PageContext,
    Path(name): Path<String>,
) -> Response {
    match shape(&it.of(&app).value, &name) {
        Some(shape) => page.answer(StatusCode::OK, &ShapePage::new(page.frame(), reader.shell(&[&name]), name, shape)),
        None => errors::not_found(page).await,
    }
}
