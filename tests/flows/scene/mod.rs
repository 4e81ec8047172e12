//! A tenant with a user, a browser app, a server-side app, and everything they say to each other.

#[path = "../../server/support/keys.rs"]
#[allow(dead_code, reason = "made for the suite of the server, which needs more of it")]
mod keys;

mod people;
mod words;

pub(crate) use people::{ADA, secret_of};
pub(crate) use words::{CHALLENGE, VERIFIER, WEB_SECRET, claims_of, fields, refused, spa, web};

use crate::support::samples::session;
use crate::support::{Database, NOW, UnixTime};
use portcullis::clock::ManualClock;
use portcullis::flows::{
    AuthorizeOutcome, Provider, ProviderParts, Settings, SignIn, ThrottleLimits, TokenCall, TokenError, TokenLifetimes,
    TokenResponse, Trace, Visit,
};
use portcullis::keys::PasswordHasher;
use portcullis::oauth::admin_fields::SecretPolicy;
use portcullis::oauth::{Parameters, SessionId, TenantId, UserId};
use portcullis::random::Random;
use portcullis::storage::WebSession;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The issuer.
pub(crate) const ISSUER: &str = "https://id.example/identity";

/// The scene.
pub(crate) struct Scene {
    pub(crate) provider: Arc<Provider>,
    pub(crate) database: Database,
    clock: Arc<ManualClock>,
}

impl Scene {
    /// Sets it: users, clients and keys are there.
    pub(crate) async fn set(database: Database) -> Self {
        people::add(&database).await;
        keys::insert(&database, &master_key()).await;
        Self::on(database, TokenLifetimes::default()).await
    }

    /// Another process on the same store, or one with other lifetimes.
    pub(crate) async fn on(database: Database, tokens: TokenLifetimes) -> Self {
        let clock = Arc::new(ManualClock::new(NOW));
        let parts = ProviderParts {
            settings: settings(tokens),
            database: database.clone(),
            master_key: master_key(),
            hasher: PasswordHasher::new(1),
            clock: clock.clone(),
            random: Arc::new(Random::default()),
        };
        Self { provider: Provider::open(parts).await.expect("a provider"), database, clock }
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.advance(seconds);
    }

    pub(crate) fn now(&self) -> UnixTime {
        self.provider.now()
    }

    /// Ada signs in now, and her session begins.
    pub(crate) async fn sign_in(&self) -> SignIn {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let sign_in = SignIn {
            user_id: UserId::new(ADA),
            tenant_id: TenantId::new("acme"),
            auth_time: self.now(),
            generation: 0,
            sid: SessionId::new(format!("sid-{}", COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))),
            remembered: false,
            user_agent: String::new(),
            address: String::new(),
            browser: None,
        };
        self.begin(&sign_in).await;
        sign_in
    }

    /// Begins the session of a sign-in.
    pub(crate) async fn begin(&self, sign_in: &SignIn) {
        let row = WebSession {
            id_hash: sign_in.sid.as_str().as_bytes().to_vec(),
            sid: sign_in.sid.clone(),
            user_id: Some(sign_in.user_id.clone()),
            ..session(1)
        };
        let database = &self.database;
        let begun = written!(database, (row), tx => tx.insert_session(&row).await).await;
        assert!(begun.expect("a session"), "a session is begun once");
    }

    /// A browser with or without a session asks.
    pub(crate) async fn ask(&self, parameters: &Parameters, sign_in: Option<&SignIn>) -> AuthorizeOutcome {
        self.provider.authorize(parameters, &[], &visit(sign_in)).await.expect("an outcome")
    }

    /// The browser comes back from a page.
    pub(crate) async fn resume(&self, sealed: &str, sign_in: Option<&SignIn>) -> AuthorizeOutcome {
        self.provider.resume_authorize(sealed, &visit(sign_in)).await.expect("an outcome")
    }

    /// What a signed-in browser brings back to the client.
    pub(crate) async fn granted(&self, parameters: &Parameters, sign_in: &SignIn) -> BTreeMap<String, String> {
        let answer = fields(&self.ask(parameters, Some(sign_in)).await);
        assert_eq!(answer.get("error"), None, "{answer:?}");
        answer
    }

    /// The token endpoint.
    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> Result<TokenResponse, TokenError> {
        let form = form.iter().copied().collect();
        self.provider.token(call(&form)).await
    }

    /// The server-side app exchanges a code.
    pub(crate) async fn exchange(&self, code: &str) -> Result<TokenResponse, TokenError> {
        self.token(&words::exchange(code)).await
    }

    /// The server-side app refreshes.
    pub(crate) async fn refresh(&self, token: &str) -> Result<TokenResponse, TokenError> {
        self.token(&words::refresh(token)).await
    }

    /// All tokens of a sign-in to the server-side app, `offline_access` among the scopes.
    pub(crate) async fn tokens(&self) -> TokenResponse {
        let answer = self.granted(&words::web(&[("scope", "openid offline_access")]), &self.sign_in().await).await;
        self.exchange(&answer["code"]).await.expect("tokens")
    }

    /// Whether userinfo still answers to a token.
    pub(crate) async fn is_alive(&self, access_token: &str) -> bool {
        self.provider.userinfo(access_token, TRACE).await.is_ok()
    }
}

/// Where everything comes from.
pub(crate) const TRACE: Trace<'static> = Trace { address: "192.0.2.1", agent: "an app", reference: "7K2Q-9M4D" };

/// A browser at the door.
pub(crate) fn visit(sign_in: Option<&SignIn>) -> Visit<'_> {
    Visit { sign_in, address: TRACE.address, agent: TRACE.agent, reference: TRACE.reference }
}

/// A form at the token endpoint or its kin.
pub(crate) fn call(form: &Parameters) -> TokenCall<'_> {
    TokenCall { form, authorization: &[], trace: TRACE }
}

fn master_key() -> portcullis::keys::MasterKey {
    let folder = tempfile::tempdir().expect("a temporary folder");
    keys::master_key(&folder.path().join("master.key"))
}

fn settings(tokens: TokenLifetimes) -> Settings {
    Settings {
        public_url: "https://id.example".to_owned(),
        product: "Portcullis".to_owned(),
        secrets: SecretPolicy { max_lifetime: None, allow_never: true },
        secret_lifetime: 86_400,
        password_min_length: 12,
        session_idle: 3_600,
        session_absolute: 36_000,
        session_remembered: 360_000,
        portal_idle: 900,
        throttle: ThrottleLimits { address: (100, 600), pair: (10, 600), account: 100 },
        tokens,
        keys_rotate_every: 86_400,
        keys_cache_time: 600,
        api_calls_per_minute: 3_000,
        activity_keep: 7 * 86_400,
        audit_keep: None,
    }
}
