//! Modules about the code on its way to the token endpoint.

use super::plan::Plan;
use crate::support::http::send;
use crate::support::relying_party::USERINFO;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;

pub(super) async fn codereuse(plan: &Plan) {
    let signed_in = plan.sign_in_with(&[]).await;
    plan.app.exchange(&signed_in.code, &[]).await.assert_refused("invalid_grant");
}

pub(super) async fn codereuse_30seconds(plan: &Plan) {
    let signed_in = plan.sign_in_with(&[]).await;
    plan.wait(30);
    plan.app.exchange(&signed_in.code, &[]).await.assert_refused("invalid_grant");
    let request = plan.app.http.request(Method::GET, USERINFO).bearer_auth(signed_in.token("access_token"));
    let answer = send(request).await;
    assert!((400..500).contains(&answer.status), "the access token outlives the reuse of its code: {}", answer.status);
}

/// With every character that a verifier may have (RFC 7636 4.1).
pub(super) async fn valid_pkce(plan: &Plan) {
    let verifier = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    let challenge = URL_SAFE_NO_PAD.encode(digest.as_ref());
    let pkce = [("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")];
    let request = plan.request_with(&pkce);
    let arrival = plan.browser().visit(&plan.app.url(&request)).await;
    let received = plan.app.receive(&request, arrival).await;
    let answer = plan.app.exchange(&received.code, &[("code_verifier", verifier)]).await;
    plan.app.finish(&request, received.code, received.id_token, &answer).await;
}
