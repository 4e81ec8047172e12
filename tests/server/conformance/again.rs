//! Modules in which a browser comes a second time: asked for the password when it must be, and only then.

use super::plan::{Plan, long_state};
use crate::support::person::Seen;
use crate::support::relying_party::SignedIn;

fn auth_time(signed_in: &SignedIn) -> i64 {
    signed_in.id_token["auth_time"].as_i64().expect("auth_time")
}

pub(super) async fn prompt_login(plan: &Plan) {
    let mut browser = plan.browser();
    let first = plan.sign_in(&mut browser, &plan.app.request()).await;
    plan.wait(1);
    let second = plan.sign_in(&mut browser, &plan.request_with(&[("prompt", "login")])).await;
    assert_eq!(browser.logins(), 2);
    assert!(auth_time(&second) > auth_time(&first));
    assert_eq!(second.id_token["sub"], first.id_token["sub"]);
}

pub(super) async fn prompt_none_not_logged_in(plan: &Plan) {
    plan.assert_nobody_is_signed_in(&mut plan.browser()).await;
}

pub(super) async fn prompt_none_logged_in(plan: &Plan) {
    silently(plan, &[]).await;
}

pub(super) async fn id_token_hint(plan: &Plan) {
    silently(plan, &["id_token_hint"]).await;
}

/// Signs in, and once more with `prompt=none` and parameters that take the first ID token.
async fn silently(plan: &Plan, hints: &[&str]) {
    let mut browser = plan.browser();
    let first = plan.sign_in(&mut browser, &plan.app.request()).await;
    let pages = browser.seen.clone();
    plan.wait(1);
    let state = long_state();
    let request = plan.request_with(&[("prompt", "none"), ("state", &state)]);
    let request = hints.iter().fold(request, |request, hint| request.with(hint, first.token("id_token")));
    let second = plan.sign_in(&mut browser, &request).await;
    assert_eq!(browser.seen, pages);
    for same in ["sub", "auth_time"] {
        assert_eq!(second.id_token[same], first.id_token[same], "{same}");
    }
}

pub(super) async fn max_age_1(plan: &Plan) {
    let mut browser = plan.browser();
    let first = plan.sign_in(&mut browser, &plan.app.request()).await;
    plan.wait(2);
    let second = plan.sign_in(&mut browser, &plan.request_with(&[("max_age", "1")])).await;
    assert_eq!(browser.logins(), 2);
    assert!(auth_time(&second) > auth_time(&first));
}

pub(super) async fn max_age_10000(plan: &Plan) {
    let mut browser = plan.browser();
    let first = plan.sign_in(&mut browser, &plan.request_with(&[("max_age", "15000")])).await;
    plan.wait(2);
    let second = plan.sign_in(&mut browser, &plan.request_with(&[("max_age", "10000")])).await;
    assert_eq!(browser.seen.iter().filter(|seen| **seen == Seen::Login).count(), 1);
    assert_eq!(auth_time(&second), auth_time(&first));
}
