//! The answer where some of the ids asked for were not found (207).

use crate::flows::admin::Words;
use crate::web::api::shape::Shape;
use schemars::{JsonSchema, json_schema};
use serde::Serialize;

/// What was found, and an error for each id that was not.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::web::api) struct PartlyFound<'a, V> {
    operation_id: &'a str,
    error: &'static str,
    reason: String,
    event_id: &'a str,
    child_errors: Vec<ChildError<'a>>,
    data: &'a [V],
}

/// Something that was asked for and not found.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields, rename = "ChildError")]
struct ChildError<'a> {
    operation_id: &'a str,
    error: &'static str,
    reason: String,
    resolution: String,
    event_id: &'a str,
    status_code: u16,
    /// The id that was asked for.
    model_id: &'a str,
}

impl<'a, V> PartlyFound<'a, V> {
    /// `words` say why each of `missing` is not there.
    pub(in crate::web::api) fn new(reference: &'a str, words: Words, missing: &[&'a str], found: &'a [V]) -> Self {
        let child = |id: &&'a str| ChildError {
            operation_id: reference,
            error: "Not found.",
            reason: words.reason.clone(),
            resolution: words.resolution.clone(),
            event_id: reference,
            status_code: 404,
            model_id: id,
        };
        Self {
            operation_id: reference,
            error: "Some were not found.",
            event_id: reference,
            child_errors: missing.iter().map(child).collect(),
            data: found,
            reason: words.reason,
        }
    }
}

impl PartlyFound<'_, ()> {
    /// The shape of it, given that of what was found.
    pub(in crate::web::api) fn shape(found: Shape) -> Shape {
        Box::new(move |shapes| {
            let (found, child) = (found(shapes), shapes.shown.subschema_for::<ChildError<'_>>());
            let text = json_schema!({ "type": "string" });
            json_schema!({
                "type": "object",
                "additionalProperties": false,
                "required": ["OperationId", "Error", "Reason", "EventId", "ChildErrors", "Data"],
                "properties": {
                    "OperationId": text, "Error": text, "Reason": text, "EventId": text,
                    "ChildErrors": { "type": "array", "items": child },
                    "Data": { "type": "array", "items": found },
                },
            })
        })
    }
}
