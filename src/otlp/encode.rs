//! Spans as the message `ExportTraceServiceRequest`, in the JSON of OTLP: ids in hex, 64-bit numbers as text.

use crate::web::layers::RequestSpan;
use serde_json::{Value, json};

/// `SPAN_KIND_SERVER`.
const SERVER: u8 = 2;
/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;

/// The body of one request to a collector.
pub(super) fn spans(service: &str, spans: &[RequestSpan]) -> String {
    let resource = [text("service.name", service), text("service.version", crate::release::version())];
    json!({ "resourceSpans": [{
        "resource": { "attributes": resource },
        "scopeSpans": [{
            "scope": { "name": "portcullis" },
            "spans": spans.iter().map(span).collect::<Vec<_>>(),
        }],
    }] })
    .to_string()
}

fn span(span: &RequestSpan) -> Value {
    let mut attributes = vec![
        text("http.request.method", span.method),
        json!({ "key": "http.response.status_code", "value": { "intValue": span.status.to_string() } }),
        text("portcullis.reference", &span.reference),
    ];
    attributes.extend(span.route.as_deref().map(|route| text("http.route", route)));
    let failed = span.status >= 500;
    if failed {
        attributes.push(text("error.type", &span.status.to_string()));
    }
    json!({
        "traceId": hex(&span.trace),
        "spanId": hex(&span.id),
        "parentSpanId": span.parent.map_or_else(String::new, |parent| hex(&parent)),
        "name": span.route.as_deref().map_or_else(|| span.method.to_owned(), |route| format!("{} {route}", span.method)),
        "kind": SERVER,
        "startTimeUnixNano": span.began.to_string(),
        "endTimeUnixNano": span.ended.to_string(),
        "attributes": attributes,
        "status": if failed { json!({ "code": ERROR }) } else { json!({}) },
    })
}

fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
