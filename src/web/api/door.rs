//! The one way into the API and out of it: paths in one case, an Operation-Id on every answer, refusals in words.

use super::path;
use super::problem::Problem;
use crate::flows::StorageError;
use crate::web::layers::Reference;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{ACCEPT, ALLOW, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use serde_json::json;
use tower::ServiceExt as _;

const OPERATION_ID: HeaderName = HeaderName::from_static("operation-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// What the door needs to know: the routes behind it, and where the documentation of reasons is.
#[derive(Clone)]
pub(super) struct Door {
    pub inner: Router,
    pub docs: String,
}

/// Lets a request in and its answer out.
pub(super) async fn pass(State(door): State<Door>, reference: Reference, mut request: Request) -> Response {
    if let Some(uri) = path::normal(request.uri()) {
        *request.uri_mut() = uri;
    }
    let head = request.method() == Method::HEAD;
    let wants_problem = asks_for_problem(request.headers());
    let Ok(mut response) = door.inner.oneshot(request).await;
    if response.status().is_client_error() || response.status().is_server_error() {
        let problem = response.extensions_mut().remove::<Problem>();
        let problem = problem.unwrap_or_else(|| Problem::of_router(response.status()));
        write(&mut response, &problem, &reference, wants_problem.then_some(door.docs.as_str()));
        name_once(&mut response);
    }
    if head {
        // Which of several were found stands in the body that HEAD has not.
        if response.status() == StatusCode::MULTI_STATUS {
            *response.status_mut() = StatusCode::OK;
        }
        *response.body_mut() = Body::empty();
    }
    response.headers_mut().insert(OPERATION_ID, reference.to_header());
    response
}

/// Where GET and HEAD have a handler each, the router names HEAD twice.
fn name_once(response: &mut Response) {
    let Some(allow) = response.headers().get(ALLOW).and_then(|allow| allow.to_str().ok()) else { return };
    let mut methods: Vec<&str> = Vec::new();
    for method in allow.split(',').map(str::trim) {
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    if let Ok(allow) = HeaderValue::from_str(&methods.join(",")) {
        response.headers_mut().insert(ALLOW, allow);
    }
}

/// A refusal by whoever stands before the door, in the words of the API.
pub(in crate::web) fn refusal(status: StatusCode, reason: &str, resolution: &str, reference: &Reference) -> Response {
    told(&Problem::new(status, reason, resolution), reference)
}

/// The same for our own trouble with the database.
pub(in crate::web) fn storage_refusal(error: &StorageError, reference: &Reference) -> Response {
    told(&Problem::from(error), reference)
}

fn told(problem: &Problem, reference: &Reference) -> Response {
    let mut response = problem.clone().into_response();
    write(&mut response, problem, reference, None);
    response.headers_mut().insert(OPERATION_ID, reference.to_header());
    response
}

/// The four members that programs know; for those who ask by name, those of RFC 9457 beside them.
fn write(response: &mut Response, problem: &Problem, reference: &Reference, docs: Option<&str>) {
    let (reason, resolution) = (&problem.words.reason, &problem.words.resolution);
    let mut body = json!({
        "OperationId": reference.as_str(), "Error": problem.title(), "Reason": reason, "Resolution": resolution,
    });
    if let Some(docs) = docs {
        body["type"] = json!(problem.code.map_or("about:blank".to_owned(), |code| format!("{docs}/{code}")));
        body["title"] = json!(problem.title());
        body["status"] = json!(problem.status.as_u16());
        body["detail"] = json!(format!("{reason} {resolution}"));
    }
    let body = body.to_string();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, if docs.is_some() { PROBLEM_JSON } else { JSON });
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    *response.body_mut() = Body::from(body);
}

fn asks_for_problem(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|kind| kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/problem+json"))
}
