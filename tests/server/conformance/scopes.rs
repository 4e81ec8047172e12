//! Modules that ask for claims: all of a scope come, at userinfo, and none that nobody asked for.

use super::plan::Plan;
use crate::support::relying_party::{AuthRequest, SignedIn};
use portcullis::oauth::claims::CLAIM_SCOPES;

pub(super) async fn profile(plan: &Plan) {
    scope(plan, "openid profile").await;
}

pub(super) async fn email(plan: &Plan) {
    scope(plan, "openid email").await;
}

pub(super) async fn address(plan: &Plan) {
    scope(plan, "openid address").await;
}

pub(super) async fn phone(plan: &Plan) {
    scope(plan, "openid phone").await;
}

pub(super) async fn all(plan: &Plan) {
    scope(plan, "openid profile email address phone").await;
}

async fn scope(plan: &Plan, scope: &str) {
    let signed_in = plan.sign_in_with(&[("scope", scope)]).await;
    assert_told(&signed_in, scope);
}

fn assert_told(signed_in: &SignedIn, scope: &str) {
    for (word, claims) in CLAIM_SCOPES {
        for claim in claims {
            let asked = scope.split(' ').any(|asked| asked == word);
            assert_eq!(signed_in.userinfo.get(claim).is_some(), asked, "{claim} in {}", signed_in.userinfo);
        }
    }
}

/// Everything in another order.
pub(super) async fn alternate_happy_flow(plan: &Plan) {
    let AuthRequest(mut parameters) = plan.app.request().with("scope", "email openid");
    parameters.reverse();
    let signed_in = plan.sign_in(&mut plan.browser(), &AuthRequest(parameters)).await;
    assert_told(&signed_in, "email openid");
}

pub(super) async fn claims_essential(plan: &Plan) {
    let signed_in = plan.sign_in_with(&[("claims", r#"{"userinfo":{"name":{"essential":true}}}"#)]).await;
    assert_eq!(signed_in.userinfo["name"], "Uma Berg");
}
