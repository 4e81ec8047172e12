//! The only place that turns reasons into answers: status codes, challenges, bodies.

use super::cookies;
use super::extract::PageContext;
use super::layers::{self, Reference};
use super::pages::{self, ErrorPage, Frame, Theme};
use crate::flows::{BearerError, IssueError, SignedIn, StorageError, TokenError};
use crate::oauth::{ErrorCode, ParametersError, ReasonCode, TokenRefusal};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode, Uri};
use std::fmt::Write as _;

/// A refusal of the token endpoint and its kin, with what its answer needs to know of the request.
pub(super) struct OAuthError {
    pub error: TokenError,
    pub reference: Reference,
    /// Where the documentation of reasons is.
    pub docs: String,
    /// Whether the client tried HTTP Basic: then it is told to try again that way (RFC 6749 5.2).
    pub basic: bool,
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        match self.error {
            TokenError::Refused(ref refusal, ref client) => {
                let client = client.as_ref().map_or("", |client| client.as_str());
                tracing::info!(event = "token.denied", client_id = client, error_code = %refusal.reason(), reason = ?refusal, reference = self.reference.as_str(), "refused: {}", refusal.finding());
                refused(refusal, &self.reference, &self.docs, self.basic)
            }
            TokenError::Throttled(throttled) => {
                tracing::info!(event = "client.throttled", reference = self.reference.as_str());
                let mut response = failed(&Failure::TooMany, &self.reference, &self.docs);
                response.headers_mut().insert(RETRY_AFTER, throttled.retry_after.into());
                response
            }
            TokenError::Storage(error) => {
                tracing::error!(event = "token.failed", %error, reference = self.reference.as_str());
                failed(&Failure::Away, &self.reference, &self.docs)
            }
            TokenError::NotReady => failed(&Failure::Away, &self.reference, &self.docs),
            TokenError::Sign => {
                tracing::error!(event = "token.failed", error = "signing failed", reference = self.reference.as_str());
                failed(&Failure::Broken, &self.reference, &self.docs)
            }
        }
    }
}

fn refused(refusal: &TokenRefusal, reference: &Reference, docs: &str, basic: bool) -> Response {
    let mut body = serde_json::json!({
        "error": refusal.code().as_str(),
        "error_description": refusal.description(),
        "error_uri": format!("{docs}/{}", refusal.reason()),
        "error_code": refusal.reason().to_string(),
    });
    // What a stranger can provoke must be the same bytes each time: there the reference is in X-Request-Id only.
    if !refusal.is_anonymous() {
        body["reference"] = reference.as_str().into();
    }
    let unauthorized = refusal.code() == ErrorCode::InvalidClient;
    let status = if unauthorized { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    let mut response = (status, axum::Json(body)).into_response();
    if unauthorized && basic {
        let challenge = http::HeaderValue::from_static("Basic realm=\"portcullis\", charset=\"UTF-8\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Why a program gets no answer, through no fault of its request.
enum Failure {
    /// Too many failures before.
    TooMany,
    /// The database is away, or the server is starting.
    Away,
    /// Our own trouble.
    Broken,
}

fn failed(failure: &Failure, reference: &Reference, docs: &str) -> Response {
    let again = "The server cannot answer now. Try again; if it stays, give the reference to its operator.";
    let wait =
        "Too many refused attempts from this address or for this client. Wait as Retry-After says, and fix the cause.";
    let (status, code, reason, description) = match failure {
        Failure::TooMany => (StatusCode::TOO_MANY_REQUESTS, ErrorCode::TemporarilyUnavailable, 2301, wait),
        Failure::Away => (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::TemporarilyUnavailable, 9002, again),
        Failure::Broken => (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::ServerError, 9001, again),
    };
    let reason = ReasonCode(reason);
    let body = serde_json::json!({
        "error": code.as_str(),
        "error_description": description,
        "error_uri": format!("{docs}/{reason}"),
        "error_code": reason.to_string(),
        "reference": reference.as_str(),
    });
    (status, axum::Json(body)).into_response()
}

/// A page for when something could not be issued: our own trouble.
pub(super) fn issue_page(error: &IssueError) -> Response {
    match error {
        IssueError::Storage(error) => storage_page(error),
        IssueError::NotReady => unavailable_page(),
        IssueError::Sign => {
            tracing::error!(event = "page.failed", error = "signing failed");
            bare_page(StatusCode::INTERNAL_SERVER_ERROR, 500)
        }
    }
}

/// A page for a request whose parameters cannot be read.
pub(super) fn malformed_page(page: &PageContext, error: &ParametersError) -> Response {
    let mut view = ErrorPage::of_status(page.frame(), 400, &page.reference);
    view.more = vec![match error {
        ParametersError::Repeated(Some(name)) => format!("The parameter {name} came more than once."),
        ParametersError::Repeated(None) => "A parameter came more than once.".to_owned(),
        ParametersError::Malformed => "The parameters are not percent-encoded UTF-8.".to_owned(),
        ParametersError::TooMany => "There are more than 100 parameters.".to_owned(),
    }];
    page.answer(StatusCode::BAD_REQUEST, &view)
}

/// Why an access token is not taken (RFC 6750 3): a challenge, and the same in JSON.
pub(super) struct BearerChallenge {
    pub error: BearerError,
    pub reference: Reference,
    pub docs: String,
}

impl IntoResponse for BearerChallenge {
    fn into_response(self) -> Response {
        let refusal = match self.error {
            BearerError::Refused(refusal) => refusal,
            BearerError::Storage(error) => {
                tracing::error!(event = "userinfo.failed", %error, reference = self.reference.as_str());
                return failed(&Failure::Away, &self.reference, &self.docs);
            }
        };
        tracing::info!(event = "bearer.denied", error_code = %refusal.reason(), reason = ?refusal, reference = self.reference.as_str());
        let status = match refusal.code() {
            None | Some(ErrorCode::InvalidToken) => StatusCode::UNAUTHORIZED,
            Some(ErrorCode::InsufficientScope) => StatusCode::FORBIDDEN,
            Some(_) => StatusCode::BAD_REQUEST,
        };
        let mut challenge = "Bearer realm=\"portcullis\"".to_owned();
        let mut body = serde_json::json!({
            "error_description": refusal.description(),
            "error_uri": format!("{}/{}", self.docs, refusal.reason()),
            "error_code": refusal.reason().to_string(),
            "reference": self.reference.as_str(),
        });
        if let Some(code) = refusal.code() {
            body["error"] = code.as_str().into();
            let _ = write!(challenge, ", error=\"{}\", error_description=\"{}\"", code.as_str(), refusal.description());
        }
        let mut response = (status, axum::Json(body)).into_response();
        if let Ok(challenge) = http::HeaderValue::from_str(&challenge) {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// A page for when the database does not answer.
pub(super) fn storage_page(error: &StorageError) -> Response {
    tracing::error!(event = "page.failed", %error);
    unavailable_page()
}

/// A page for when a session cannot be read or kept: that is the database too.
pub(super) fn session_page(error: &impl std::fmt::Display) -> Response {
    tracing::error!(event = "session.failed", %error);
    unavailable_page()
}

/// The page that asks to be asked again; when, the layer of headers says.
pub(super) fn unavailable_page() -> Response {
    bare_page(StatusCode::SERVICE_UNAVAILABLE, 503)
}

/// Which page an answer is, that was made where nothing is known of the request: [`dress`] makes it anew with what is.
#[derive(Debug, Clone, Copy)]
struct BarePage(u16);

fn bare_page(status: StatusCode, kind: u16) -> Response {
    let mut response = pages::answer(status, &ErrorPage::of_status(Frame::default(), kind, ""));
    response.extensions_mut().insert(BarePage(kind));
    response
}

/// Gives error pages the theme of the browser and the reference of the request, wherever they come from.
pub(super) async fn dress(request: Request, next: Next) -> Response {
    let theme = cookies::read(request.headers(), cookies::THEME).map(Theme::parse).unwrap_or_default();
    let reference = request.extensions().get::<Reference>().cloned();
    let mut response = next.run(request).await;
    if let Some(BarePage(kind)) = response.extensions_mut().remove() {
        let frame = Frame { theme, ..Frame::default() };
        let reference = reference.as_ref().map_or("", Reference::as_str);
        let mut page = ErrorPage::of_status(frame, kind, reference);
        if let Some(FormAgain(back)) = response.extensions_mut().remove() {
            page.form_again(back);
        }
        *response.body_mut() = pages::answer(response.status(), &page).into_body();
    }
    response
}

/// The session layer keeps a changed session after the handler has answered. If it cannot, it answers 500 without a word;
/// but nothing is wrong with us: the database is away for a moment.
pub(super) async fn unkept_session(response: Response) -> Response {
    use axum::body::HttpBody as _;
    let silent = response.status() == StatusCode::INTERNAL_SERVER_ERROR && response.body().is_end_stream();
    if silent { unavailable_page() } else { response }
}

/// The page for whoever has no business in the portal. It names the role that is missing, and nothing of the account.
pub(super) fn not_an_administrator(page: &PageContext, who: &SignedIn, asked: &str) -> Response {
    let request = format!(
        "Please give me the Account Administrator role in {}, or add a client for me.\nI am {} ({}).\nI was at {asked}.",
        page.frame().brand.product,
        who.user.name,
        who.user.email
    );
    let person = super::extract::person(who);
    let view = ErrorPage::no_role(page.frame(), person, request, &page.reference);
    page.answer(StatusCode::FORBIDDEN, &view)
}

/// A form without the right token, or from another site. Nothing was changed. `back` is where it can be opened anew.
pub(super) fn form_refused(why: &str, back: Option<String>) -> Response {
    tracing::info!(event = "form.refused", reason = why);
    let mut response = bare_page(StatusCode::FORBIDDEN, 419);
    if let Some(back) = back {
        response.extensions_mut().insert(FormAgain(back));
    }
    response
}

/// Where the form that was refused can be opened anew; what was typed is filled in there.
#[derive(Debug, Clone)]
struct FormAgain(String);

/// A form that cannot be read at all, as the page that belongs to the status.
pub(super) fn unreadable_form(status: StatusCode) -> Response {
    tracing::info!(event = "form.unreadable", status = status.as_u16());
    bare_page(status, status.as_u16())
}

/// There is nothing where somebody went: a page for people; for programs, below the addresses that are theirs, JSON as
/// their other refusals are, and no cookie.
pub(super) async fn nothing_there(uri: Uri, headers: HeaderMap, reference: Reference, page: PageContext) -> Response {
    if layers::is_browser_page(uri.path()) || layers::takes_html(&headers) {
        return not_found(page).await;
    }
    let body = serde_json::json!({
        "error": "invalid_request",
        "error_description": "There is nothing at this address. The discovery document names all endpoints.",
        "reference": reference.as_str(),
    });
    (StatusCode::NOT_FOUND, axum::Json(body)).into_response()
}

/// There is nothing at this address.
pub(super) async fn not_found(page: PageContext) -> Response {
    page.answer(StatusCode::NOT_FOUND, &ErrorPage::of_status(page.frame(), 404, &page.reference))
}
