//! One operation in the document.

use super::super::listing::{Form, Parameter};
use super::super::operation::{Answered, Operation};
use super::super::shape::Shapes;
use super::{refusals, right};
use serde_json::{Map, Value, json};

/// The ids in its path.
pub(super) fn ids(operation: &Operation) -> Value {
    let address = operation.address();
    let names = address.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let id = |name: &str| {
        let (schema, about) = match name {
            "secretId" => (json!({ "type": "integer", "format": "int32" }), "The number of the secret."),
            "clientId" => (json!({ "type": "string", "minLength": 1 }), "The Client Id."),
            "tenantId" => (json!({ "type": "string", "format": "uuid" }), "The account: the token's claim tid."),
            _ => (json!({ "type": "string", "format": "uuid" }), "The Id that the list shows."),
        };
        json!({ "name": name, "in": "path", "required": true, "description": about, "schema": schema })
    };
    names.map(id).collect()
}

/// All that is told of it.
pub(super) fn operation(operation: &Operation, shapes: &mut Shapes) -> Value {
    let mut told = json!({
        "operationId": operation.id,
        "tags": [operation.tag()],
        "summary": operation.summary,
        "description": right(operation),
    });
    let parameters: Vec<Value> = operation.query.iter().map(parameter).chain(request_headers(operation)).collect();
    if !parameters.is_empty() {
        told["parameters"] = json!(parameters);
    }
    if let Some((shape, optional)) = &operation.body {
        let schema = shape(shapes).to_value();
        told["requestBody"] = json!({ "required": !optional, "content": { "application/json": { "schema": schema } } });
    }
    let answers =
        operation.answers.iter().map(|answered| (answered.status.as_str().to_owned(), well(answered, shapes)));
    let refused = refusals::of(operation).into_iter();
    let all: Map<String, Value> =
        answers.chain(refused.map(|(status, told)| (status.as_str().to_owned(), told))).collect();
    told["responses"] = json!(all);
    told
}

fn parameter(parameter: &Parameter) -> Value {
    let schema = match parameter.value {
        Form::Text => json!({ "type": "string" }),
        Form::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Form::Number(least, usual) => {
            json!({ "type": "integer", "format": "int32", "minimum": least, "default": usual })
        }
    };
    json!({ "name": parameter.name, "in": "query", "description": parameter.about, "schema": schema })
}

fn request_headers(operation: &Operation) -> impl Iterator<Item = Value> {
    let header = |name, about: &str| {
        let schema = json!({ "type": "string", "minLength": 1 });
        json!({ "name": name, "in": "header", "description": about, "schema": schema })
    };
    let watched =
        "The ETag of what the change was made up on: if it is something else by now, nothing is changed (412).";
    let once = "Up to 200 characters. The same key does it once, and is answered 409 after that.";
    let watched = operation.watched.then(|| header("If-Match", watched));
    watched.into_iter().chain(operation.once.then(|| header("Idempotency-Key", once)))
}

/// An answer when all is well.
fn well(answered: &Answered, shapes: &mut Shapes) -> Value {
    let reference = |name: &str| (name.to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }));
    let headers: Map<String, Value> = answered.headers.iter().copied().chain(["Operation-Id"]).map(reference).collect();
    let mut told = json!({ "description": answered.about, "headers": headers });
    if let Some(shape) = &answered.shape {
        told["content"] = json!({ "application/json": { "schema": shape(shapes).to_value() } });
    }
    told
}

/// The headers of answers.
pub(super) fn headers() -> Value {
    let text = |about: &str, required: bool| json!({ "description": about, "required": required, "schema": { "type": "string" } });
    let number = |about: &str, required: bool| json!({ "description": about, "required": required, "schema": { "type": "integer" } });
    json!({
        "Operation-Id": text("What this request is called in the server's log.", true),
        "ETag": text("Changes when what is shown changes.", true),
        "Location": text("The address of what was made, or is there.", true),
        "Link": text("Where the neighbouring pages are (RFC 8288), if there are any.", false),
        "Total-Count": number("How many there are in all.", true),
        "Retry-After": number("Seconds to wait.", false),
        "WWW-Authenticate": text("What is wrong with the token (RFC 6750).", true),
    })
}
