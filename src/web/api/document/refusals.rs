//! Refusals in the document: which an operation may answer, and what their body is.

use super::super::operation::Operation;
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

/// The refusals that an operation may answer.
pub(super) fn of(operation: &Operation) -> Vec<(StatusCode, Value)> {
    let writes = !matches!(operation.method, Method::GET | Method::HEAD);
    let (body, changes) = (operation.body.is_some(), matches!(operation.method, Method::POST | Method::PUT));
    let built_in = writes && operation.path == "/Roles/{roleId}";
    let rows = [
        (
            StatusCode::BAD_REQUEST,
            "Something does not fit, or a limit is reached.",
            writes || !operation.query.is_empty(),
        ),
        (StatusCode::UNAUTHORIZED, "No token, or none that opens this.", true),
        (StatusCode::FORBIDDEN, "Another account, a missing role, or a missing scope.", true),
        (StatusCode::NOT_FOUND, "It is not there.", true),
        (StatusCode::METHOD_NOT_ALLOWED, "Built-in roles do not change.", built_in),
        (StatusCode::REQUEST_TIMEOUT, "The body did not come in time.", body),
        (StatusCode::CONFLICT, "It is taken, or somebody else was faster.", changes),
        (StatusCode::PRECONDITION_FAILED, "It is not what If-Match says any more.", operation.watched),
        (StatusCode::PAYLOAD_TOO_LARGE, "The body is longer than 256 KiB.", body),
        (StatusCode::URI_TOO_LONG, "Path and query are longer than 16 KiB.", !operation.query.is_empty()),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body is not JSON.", body),
        (StatusCode::TOO_MANY_REQUESTS, "Too many calls by this client or user.", true),
        (StatusCode::INTERNAL_SERVER_ERROR, "Our own trouble.", true),
        (StatusCode::SERVICE_UNAVAILABLE, "Try again in a moment.", true),
    ];
    let no_body = operation.method == Method::HEAD;
    let told = rows.into_iter().filter(|(.., told)| *told);
    told.map(|(status, about, _)| (status, refusal(status, about, no_body))).collect()
}

fn refusal(status: StatusCode, about: &str, no_body: bool) -> Value {
    let mut headers = json!({ "Operation-Id": { "$ref": "#/components/headers/Operation-Id" } });
    let more = match status {
        StatusCode::UNAUTHORIZED => "WWW-Authenticate",
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "Retry-After",
        _ => "",
    };
    if !more.is_empty() {
        headers[more] = json!({ "$ref": format!("#/components/headers/{more}") });
    }
    let mut told = json!({ "description": about, "headers": headers });
    if !no_body {
        told["content"] = json!({
            "application/json": { "schema": { "$ref": "#/components/schemas/Refusal" } },
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } },
        });
    }
    told
}

/// Their bodies: the four members that programs read, and for those who ask for it the members of RFC 9457 as well.
pub(super) fn schemas() -> Map<String, Value> {
    let text = json!({ "type": "string", "minLength": 1 });
    let four = ["OperationId", "Error", "Reason", "Resolution"];
    let members = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), text.clone())).collect::<Map<_, _>>();
    let refusal = json!({ "type": "object", "required": four, "properties": members(&four) });
    let mut properties = members(&[&four[..], &["type", "title", "detail"]].concat());
    properties.insert("status".to_owned(), json!({ "type": "integer" }));
    let required: Vec<&String> = properties.keys().collect();
    let problem = json!({ "type": "object", "required": required, "properties": properties });
    Map::from_iter([("Refusal".to_owned(), refusal), ("Problem".to_owned(), problem)])
}
