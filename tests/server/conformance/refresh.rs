//! The module about refresh tokens, with two clients.

use super::plan::Plan;
use crate::support::relying_party::{AuthRequest, RelyingParty, SignedIn, assert_tokens};

pub(super) async fn refresh_token(plan: &Plan) {
    let first = plan.app.request();
    let (signed_in, scope) = (grant(plan, &plan.app, &first).await, "openid offline_access");
    refresh(plan, &plan.app, &signed_in, &[("scope", scope)]).await;

    let second = plan.other.request().with("nonce", &"n0".repeat(22)[..43]);
    let signed_in = grant(plan, &plan.other, &second).await;
    let token = refresh(plan, &plan.other, &signed_in, &[]).await;
    let answer = plan.app.ask_tokens(&[("grant_type", "refresh_token"), ("refresh_token", &token)]).await;
    answer.assert_refused("invalid_grant");
}

async fn grant(plan: &Plan, app: &RelyingParty, request: &AuthRequest) -> SignedIn {
    let request = request.clone().with("scope", "openid offline_access").with("prompt", "consent");
    let arrival = plan.browser().visit(&app.url(&request)).await;
    app.complete(&request, arrival).await
}

/// Refreshes after a second; gives the new refresh token.
async fn refresh(plan: &Plan, app: &RelyingParty, before: &SignedIn, more: &[(&str, &str)]) -> String {
    plan.wait(1);
    let token = before.token("refresh_token");
    assert!(!token.is_empty(), "{}", before.tokens);
    let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
    fields.extend(more);
    let tokens = assert_tokens(&app.ask_tokens(&fields).await);
    for name in ["access_token", "refresh_token"] {
        assert_ne!(tokens[name], before.tokens[name], "{name}");
    }
    let id_token = app.refreshed_id_token(&tokens).await;
    for same in ["iss", "sub", "aud", "azp", "auth_time"] {
        assert_eq!(id_token[same], before.id_token[same], "{same}");
    }
    assert_ne!(id_token["iat"], before.id_token["iat"]);
    app.userinfo(tokens["access_token"].as_str().expect("an access token")).await;
    tokens["refresh_token"].as_str().expect("a refresh token").to_owned()
}
