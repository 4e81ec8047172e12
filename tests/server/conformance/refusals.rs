//! Modules whose request must not be granted: the error goes where it may go, and nowhere else.

use super::plan::Plan;
use crate::support::Page;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

/// A page that says what is wrong, and leads nowhere.
fn assert_error_page(page: &Page) {
    assert_eq!(page.answer.status, 400, "{}", page.path);
    assert!(page.heading().contains("can’t sign in"), "{}", page.heading());
}

pub(super) async fn response_type_missing(plan: &Plan) {
    let request = plan.app.request().without("response_type");
    let error = plan.app.refusal(&request, plan.browser().visit(&plan.app.url(&request)).await);
    assert!(["unsupported_response_type", "invalid_request"].contains(&error.as_str()), "{error}");
}

/// `...-succeeds-for-code-flow` and `...-fails`: without an ID token in the front channel there is nothing to protect.
pub(super) async fn request_without_nonce(plan: &Plan) {
    let request = plan.app.request().without("nonce");
    let arrival = plan.browser().visit(&plan.app.url(&request)).await;
    if plan.app.response_type.contains("id_token") {
        assert_eq!(plan.app.refusal(&request, arrival), "invalid_request");
    } else {
        plan.app.complete(&request, arrival).await;
    }
}

pub(super) async fn registered_redirect_uri(plan: &Plan) {
    let request = plan.request_with(&[("redirect_uri", &format!("{}/unknown", plan.app.redirect_uri))]);
    assert_error_page(&plan.browser().visit(&plan.app.url(&request)).await.on_page());
}

fn unsigned(claims: &serde_json::Value) -> String {
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({"alg": "none"})), part(claims))
}

/// Everything in a request object, and outside of it only what must be.
pub(super) async fn unsigned_request_object(plan: &Plan) {
    let request = plan.app.request();
    let inside: serde_json::Map<_, _> = request.0.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let request = request.without("state").without("nonce").with("request", &unsigned(&json!(inside)));
    let error = plan.app.refusal(&request, plan.browser().visit(&plan.app.url(&request)).await);
    assert_eq!(error, "request_not_supported");
}

/// The one redirect URI that counts is the one outside, and that is unknown.
pub(super) async fn request_object_with_redirect_uri(plan: &Plan) {
    let request = plan.app.request();
    let inside: serde_json::Map<_, _> = request.0.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let outside = format!("{}_invalid", plan.app.redirect_uri);
    let request = request.with("redirect_uri", &outside).with("request", &unsigned(&json!(inside)));
    assert_error_page(&plan.browser().visit(&plan.app.url(&request)).await.on_page());
}
