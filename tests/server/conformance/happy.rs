//! Modules whose request must simply be granted.

use super::plan::Plan;
use crate::support::http::send;
use crate::support::relying_party::{USERINFO, assert_userinfo};
use reqwest::Method;

pub(super) async fn server(plan: &Plan) {
    let mut browser = plan.browser();
    plan.sign_in(&mut browser, &plan.app.request()).await;
    assert_eq!(browser.logins(), 1);
}

pub(super) async fn userinfo_get(plan: &Plan) {
    let signed_in = plan.sign_in_with(&[]).await;
    let userinfo = plan.app.userinfo(signed_in.token("access_token")).await;
    assert_eq!(userinfo["sub"], signed_in.id_token["sub"]);
}

pub(super) async fn userinfo_post_header(plan: &Plan) {
    let signed_in = plan.sign_in_with(&[]).await;
    let request = plan.app.http.request(Method::POST, USERINFO).bearer_auth(signed_in.token("access_token"));
    assert_eq!(assert_userinfo(&send(request).await)["sub"], signed_in.id_token["sub"]);
}

pub(super) async fn userinfo_post_body(plan: &Plan) {
    let signed_in = plan.sign_in_with(&[]).await;
    let request = plan.app.http.form(USERINFO, &[("access_token", signed_in.token("access_token"))]);
    assert_eq!(assert_userinfo(&send(request).await)["sub"], signed_in.id_token["sub"]);
}

pub(super) async fn display_page(plan: &Plan) {
    plan.sign_in_with(&[("display", "page")]).await;
}

pub(super) async fn display_popup(plan: &Plan) {
    plan.sign_in_with(&[("display", "popup")]).await;
}

pub(super) async fn unknown_parameter(plan: &Plan) {
    plan.sign_in_with(&[("extra", "foobar")]).await;
}

pub(super) async fn login_hint(plan: &Plan) {
    plan.sign_in_with(&[("login_hint", "buffy@localhost")]).await;
}

pub(super) async fn ui_locales(plan: &Plan) {
    plan.sign_in_with(&[("ui_locales", "se")]).await;
}

pub(super) async fn claims_locales(plan: &Plan) {
    plan.sign_in_with(&[("claims_locales", "se")]).await;
}

pub(super) async fn acr_values(plan: &Plan) {
    let metadata = plan.app.http.get("/identity/.well-known/openid-configuration").await.json();
    let supported = metadata["acr_values_supported"].as_array().expect("a list");
    let asked: Vec<&str> = supported.iter().map(|acr| acr.as_str().expect("a text")).collect();
    let signed_in = plan.sign_in_with(&[("acr_values", &asked.join(" "))]).await;
    assert!(supported.contains(&signed_in.id_token["acr"]), "{}", signed_in.id_token);
}

/// The request as a form on the app's page, in a browser that is signed in and in one that is not.
pub(super) async fn post_request(plan: &Plan) {
    let mut browser = plan.browser();
    for logins in [1, 1] {
        let request = plan.app.request();
        let arrival = browser.post_from_elsewhere(&plan.app.authorize_endpoint(), &request.0).await;
        plan.app.complete(&request, arrival).await;
        assert_eq!(browser.logins(), logins);
    }
}

pub(super) async fn client_secret_post(plan: &Plan) {
    let request = plan.posting.request();
    let arrival = plan.browser().visit(&plan.posting.url(&request)).await;
    plan.posting.complete(&request, arrival).await;
}
