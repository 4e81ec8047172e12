//! Answers that are no lists: one thing, with a tag that tells whether it has changed.

use super::problem::Problem;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, ETAG, HeaderValue, LOCATION};
use serde::Serialize;

pub(super) type Answer = Result<Response, Problem>;

/// The tag of what is shown: equal for equal bytes.
pub(super) fn etag(body: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body);
    format!("\"{}\"", hex::encode(&digest.as_ref()[..12]))
}

/// The tag of a thing as it is shown.
pub(super) fn etag_of(view: &impl Serialize) -> String {
    etag(&serde_json::to_vec(view).unwrap_or_default())
}

/// One thing, as it is now.
pub(super) fn one(view: &impl Serialize) -> Answer {
    text(serde_json::to_vec(view).unwrap_or_default())
}

/// The same, of which the JSON is there already.
#[expect(clippy::unnecessary_wraps, reason = "handlers end with it")]
pub(super) fn text(body: impl Into<Vec<u8>>) -> Answer {
    let body = body.into();
    let tag = etag(&body);
    let mut response = ([(CONTENT_TYPE, "application/json")], body).into_response();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    Ok(response)
}

/// Something that was just made, with its address.
pub(super) fn created(view: &impl Serialize, address: &str) -> Answer {
    located(StatusCode::CREATED, view, address)
}

/// Something that was there already, very much as asked for.
pub(super) fn found(view: &impl Serialize, address: &str) -> Answer {
    located(StatusCode::FOUND, view, address)
}

#[expect(clippy::unnecessary_wraps, reason = "handlers end with it")]
fn located(status: StatusCode, view: &impl Serialize, address: &str) -> Answer {
    let mut response = (status, axum::Json(view)).into_response();
    if let Ok(address) = HeaderValue::from_str(address) {
        response.headers_mut().insert(LOCATION, address);
    }
    Ok(response)
}

/// Done, nothing to show.
#[expect(clippy::unnecessary_wraps, reason = "handlers end with it")]
pub(super) fn nothing() -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}
