//! A plan: the people and apps that a certification needs, the table of its modules, and their run.

use super::{again, codes, happy, refresh, refusals, scopes};
use crate::support::person::Person;
use crate::support::relying_party::{AuthRequest, RelyingParty, SignedIn};
use crate::support::{NOW, Operator, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::{ClientType, ConsentPolicy, PkcePolicy, UserClaims};
use std::pin::Pin;

/// What a plan is run in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Variant {
    pub(super) response_type: &'static str,
    pub(super) form_post: bool,
}

/// A server with a user and the clients of a certification.
#[derive(Clone)]
pub(super) struct Plan {
    pub(super) server: TestServer,
    pub(super) app: RelyingParty,
    /// The second client, for what one must not do with the other's tokens.
    pub(super) other: RelyingParty,
    /// The client that sends its secret in the form.
    pub(super) posting: RelyingParty,
}

const EMAIL: &str = "uma@example.com";
/// Where the apps want their answers.
const CALLBACK: &str = "https://rp.example/callback";
/// Where the apps want to be after signing out.
pub(super) const LOGGED_OUT: &str = "https://rp.example/post_logout";

/// All that the standard knows of a user; `name`, `email` and `updated_at` are the account's own.
const CLAIMS: &str = r#"{
    "given_name": "Uma", "family_name": "Berg", "middle_name": "Iris", "nickname": "umi",
    "preferred_username": "uma", "profile": "https://uma.example/", "picture": "https://uma.example/uma.png",
    "website": "https://uma.example/blog", "gender": "female", "birthdate": "1987-10-16",
    "zoneinfo": "Europe/Amsterdam", "locale": "nl-NL", "email_verified": true, "phone_number": "+31 20 555 0100",
    "phone_number_verified": true, "address": {"street_address": "Keizersgracht 1", "locality": "Amsterdam",
    "postal_code": "1015 CN", "country": "NL"}
}"#;

impl Plan {
    async fn set(server: TestServer, variant: Variant) -> Self {
        let operator = server.operator().await;
        let claims = UserClaims::parse(CLAIMS, NOW).expect("good claims").to_string();
        operator.add_user_with_claims(EMAIL, "Uma Berg", &claims).await;
        // Consent is remembered in one half of the plans, and not asked for in the other.
        let consent = if variant.form_post { ConsentPolicy::FirstTime } else { ConsentPolicy::Never };
        let app = register(&server, &operator, "First", consent, variant).await;
        let other = register(&server, &operator, "Second", consent, variant).await;
        let mut posting = register(&server, &operator, "Posting", consent, variant).await;
        posting.secret_in_form = true;
        Self { server, app, other, posting }
    }

    /// The user, with a browser that has never been here.
    pub(super) fn browser(&self) -> Person {
        Person::new(&self.server, EMAIL)
    }

    /// Lets the first app sign the user in.
    pub(super) async fn sign_in(&self, browser: &mut Person, request: &AuthRequest) -> SignedIn {
        let arrival = browser.visit(&self.app.url(request)).await;
        self.app.complete(request, arrival).await
    }

    /// The same in a new browser, with the usual request and these parameters.
    pub(super) async fn sign_in_with(&self, parameters: &[(&str, &str)]) -> SignedIn {
        let request = self.request_with(parameters);
        self.sign_in(&mut self.browser(), &request).await
    }

    /// The usual request of the first app with these parameters.
    pub(super) fn request_with(&self, parameters: &[(&str, &str)]) -> AuthRequest {
        parameters.iter().fold(self.app.request(), |request, (name, value)| request.with(name, value))
    }

    /// Lets time pass.
    pub(super) fn wait(&self, seconds: i64) {
        self.server.clock().advance(seconds);
    }

    /// A browser in which nobody is signed in is told so, without a page.
    pub(super) async fn assert_nobody_is_signed_in(&self, browser: &mut Person) {
        let request = self.request_with(&[("prompt", "none"), ("state", &long_state())]);
        let error = self.app.refusal(&request, browser.visit(&self.app.url(&request)).await);
        assert_eq!(error, "login_required");
    }
}

async fn register(
    server: &TestServer,
    by: &Operator,
    name: &str,
    consent: ConsentPolicy,
    variant: Variant,
) -> RelyingParty {
    let settings = ClientSettings {
        pkce: Some(PkcePolicy::Optional),
        consent: Some(consent),
        allow_offline_access: Some(true),
        allow_access_tokens_via_browser: Some(true),
        redirect_urls: Some(vec![CALLBACK.to_owned()]),
        logout_redirect_urls: Some(vec![LOGGED_OUT.to_owned()]),
        ..ClientSettings::default()
    };
    let daemon = by.register(ClientType::Hybrid, name, settings).await;
    let mut app = RelyingParty::new(server, &daemon, CALLBACK);
    (app.response_type, app.form_post) = (variant.response_type, variant.form_post);
    app
}

/// A state as long and as odd as the certification sends.
pub(super) fn long_state() -> String {
    format!("{}-._~", "aB3".repeat(42).chars().take(124).collect::<String>())
}

type Play = fn(Plan) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// A module: its name in the certification, and what it does.
pub(super) struct Module(pub(super) &'static str, pub(super) Play);

/// Makes modules out of `"name" => function` with `async fn function(plan: &Plan)`.
macro_rules! modules {
    ($($name:literal => $function:expr),+ $(,)?) => {
        vec![$($crate::conformance::plan::Module($name, |plan| Box::pin(async move { $function(&plan).await }))),+]
    };
}
pub(super) use modules;

/// The modules of the Basic, Hybrid and Form Post plans that run with static clients. The few that the Hybrid plans
/// leave out hold there as well.
fn all() -> Vec<Module> {
    modules! {
        "oidcc-server" => happy::server,
        "oidcc-response-type-missing" => refusals::response_type_missing,
        "oidcc-userinfo-get" => happy::userinfo_get,
        "oidcc-userinfo-post-header" => happy::userinfo_post_header,
        "oidcc-userinfo-post-body" => happy::userinfo_post_body,
        "oidcc-ensure-request-without-nonce" => refusals::request_without_nonce,
        "oidcc-scope-profile" => scopes::profile,
        "oidcc-scope-email" => scopes::email,
        "oidcc-scope-address" => scopes::address,
        "oidcc-scope-phone" => scopes::phone,
        "oidcc-scope-all" => scopes::all,
        "oidcc-alternate-happy-flow" => scopes::alternate_happy_flow,
        "oidcc-display-page" => happy::display_page,
        "oidcc-display-popup" => happy::display_popup,
        "oidcc-prompt-login" => again::prompt_login,
        "oidcc-prompt-none-not-logged-in" => again::prompt_none_not_logged_in,
        "oidcc-prompt-none-logged-in" => again::prompt_none_logged_in,
        "oidcc-max-age-1" => again::max_age_1,
        "oidcc-max-age-10000" => again::max_age_10000,
        "oidcc-ensure-request-with-unknown-parameter-succeeds" => happy::unknown_parameter,
        "oidcc-id-token-hint" => again::id_token_hint,
        "oidcc-login-hint" => happy::login_hint,
        "oidcc-ui-locales" => happy::ui_locales,
        "oidcc-claims-locales" => happy::claims_locales,
        "oidcc-ensure-request-with-acr-values-succeeds" => happy::acr_values,
        "oidcc-codereuse" => codes::codereuse,
        "oidcc-codereuse-30seconds" => codes::codereuse_30seconds,
        "oidcc-ensure-registered-redirect-uri" => refusals::registered_redirect_uri,
        "oidcc-ensure-post-request-succeeds" => happy::post_request,
        "oidcc-server-client-secret-post" => happy::client_secret_post,
        "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported" => refusals::unsigned_request_object,
        "oidcc-claims-essential" => scopes::claims_essential,
        "oidcc-ensure-request-object-with-redirect-uri" => refusals::request_object_with_redirect_uri,
        "oidcc-refresh-token" => refresh::refresh_token,
        "oidcc-ensure-request-with-valid-pkce-succeeds" => codes::valid_pkce,
    }
}

/// Runs the plan in one of its variants.
pub(super) async fn run(server: TestServer, variant: Variant) {
    run_modules(server, variant, &all()).await;
}

/// Runs modules one after the other, all of them whatever comes of each, and names those that failed.
pub(super) async fn run_modules(server: TestServer, variant: Variant, modules: &[Module]) {
    let plan = Plan::set(server, variant).await;
    let mut failed = Vec::new();
    for Module(name, play) in modules {
        if tokio::spawn(play(plan.clone())).await.is_err() {
            failed.push(*name);
        }
    }
    assert!(failed.is_empty(), "{variant:?}: {failed:#?}");
}
