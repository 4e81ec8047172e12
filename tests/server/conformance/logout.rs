//! The modules of RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0).

use super::plan::{LOGGED_OUT, Module, Plan, long_state, modules};
use crate::support::Page;
use crate::support::html::forms;
use crate::support::person::{Arrival, Person};
use crate::support::relying_party::{AuthRequest, SignedIn};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

/// The table.
pub(super) fn modules() -> Vec<Module> {
    modules! {
        "oidcc-rp-initiated-logout-discovery-endpoint-verification" => discovery,
        "oidcc-rp-initiated-logout" => logout,
        "oidcc-rp-initiated-logout-no-state" => no_state,
        "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri" => bad_uri,
        "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri" => query_added,
        "oidcc-rp-initiated-logout-modified-id-token-hint" => modified_hint,
        "oidcc-rp-initiated-logout-bad-id-token-hint" => bad_hint,
        "oidcc-rp-initiated-logout-no-id-token-hint" => no_hint,
        "oidcc-rp-initiated-logout-no-params" => no_params,
        "oidcc-rp-initiated-logout-only-state" => only_state,
        "oidcc-rp-initiated-logout-no-post-logout-redirect-uri" => no_uri,
    }
}

/// A browser in which the user has signed in, and the request that an app would send it away with.
struct Scene<'p> {
    plan: &'p Plan,
    browser: Person,
    signed_in: SignedIn,
    request: AuthRequest,
}

impl<'p> Scene<'p> {
    async fn of(plan: &'p Plan) -> Self {
        let mut browser = plan.browser();
        let signed_in = plan.sign_in(&mut browser, &plan.app.request()).await;
        let request = AuthRequest(Vec::new())
            .with("id_token_hint", signed_in.token("id_token"))
            .with("post_logout_redirect_uri", LOGGED_OUT)
            .with("state", &long_state());
        Self { plan, browser, signed_in, request }
    }

    async fn leave(&mut self, request: &AuthRequest) -> Arrival {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&request.0).finish();
        self.browser.visit(&format!("{}/connect/endsession?{query}", self.plan.server.issuer())).await
    }

    async fn assert_out(mut self) {
        self.plan.assert_nobody_is_signed_in(&mut self.browser).await;
    }

    /// The page that comes must not lead to the app, whatever the user says to it.
    async fn assert_never_led_on(mut self, request: &AuthRequest) {
        let page = self.leave(request).await.on_page();
        if let Some(done) = self.say_yes(page).await {
            assert_eq!(done.heading(), "You are signed out");
            self.assert_out().await;
        }
    }

    async fn say_yes(&mut self, page: Page) -> Option<Page> {
        let question = forms(&page.text()).into_iter().find(|form| form.action == "/logout")?;
        Some(self.browser.submit(question.with("decision", "sign-out")).await.on_page())
    }

    /// A page says that the user is signed out, perhaps after a question.
    async fn assert_signed_out_page(mut self, request: &AuthRequest) {
        let page = self.leave(request).await.on_page();
        let page = self.say_yes(page.clone()).await.unwrap_or(page);
        assert_eq!((page.answer.status, page.heading().as_str()), (200, "You are signed out"));
        self.assert_out().await;
    }
}

async fn discovery(plan: &Plan) {
    let metadata = plan.app.http.get("/identity/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["end_session_endpoint"], format!("{}/connect/endsession", plan.server.issuer()));
}

async fn logout(plan: &Plan) {
    led_back(plan, Some(&long_state())).await;
}

async fn no_state(plan: &Plan) {
    led_back(plan, None).await;
}

async fn led_back(plan: &Plan, state: Option<&str>) {
    let mut scene = Scene::of(plan).await;
    let request = scene.request.clone();
    let request = if state.is_some() { request } else { request.without("state") };
    let callback = scene.leave(&request).await.at_app();
    let told: Vec<(&str, &str)> = callback.query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected: Vec<(&str, &str)> = state.map(|state| ("state", state)).into_iter().collect();
    assert_eq!((callback.uri.as_str(), told), (LOGGED_OUT, expected));
    assert!(callback.fragment.is_empty());
    scene.assert_out().await;
}

async fn bad_uri(plan: &Plan) {
    with_uri(plan, "https://rp.example/post_logout_unknown").await;
}

async fn query_added(plan: &Plan) {
    with_uri(plan, &format!("{LOGGED_OUT}?foo=bar")).await;
}

async fn with_uri(plan: &Plan, uri: &str) {
    let scene = Scene::of(plan).await;
    let request = scene.request.clone().with("post_logout_redirect_uri", uri);
    scene.assert_never_led_on(&request).await;
}

async fn modified_hint(plan: &Plan) {
    let scene = Scene::of(plan).await;
    let payload = scene.signed_in.token("id_token").split('.').nth(1).expect("claims");
    let hint = format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(json!({"alg": "none"}).to_string()));
    let request = scene.request.clone().with("id_token_hint", &hint);
    scene.assert_never_led_on(&request).await;
}

/// A token of the app's own making, issuer and audience swapped.
async fn bad_hint(plan: &Plan) {
    let scene = Scene::of(plan).await;
    let mut claims = scene.signed_in.id_token.clone();
    (claims["iss"], claims["aud"]) = (claims["aud"].take(), claims["iss"].take());
    let key = jsonwebtoken::EncodingKey::from_secret(plan.app.secret.as_bytes());
    let hint = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).expect("a token");
    let request = scene.request.clone().with("id_token_hint", &hint);
    scene.assert_never_led_on(&request).await;
}

async fn no_hint(plan: &Plan) {
    let scene = Scene::of(plan).await;
    let request = scene.request.clone().without("id_token_hint");
    scene.assert_never_led_on(&request).await;
}

async fn no_params(plan: &Plan) {
    Scene::of(plan).await.assert_signed_out_page(&AuthRequest(Vec::new())).await;
}

async fn only_state(plan: &Plan) {
    let request = AuthRequest(Vec::new()).with("state", &long_state());
    Scene::of(plan).await.assert_signed_out_page(&request).await;
}

async fn no_uri(plan: &Plan) {
    let scene = Scene::of(plan).await;
    let request = scene.request.clone().without("post_logout_redirect_uri");
    scene.assert_signed_out_page(&request).await;
}
