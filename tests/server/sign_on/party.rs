//! An app with users, and what comes back to it through a browser.

use crate::support::daemon::{TOKEN, basic};
use crate::support::http::send;
use crate::support::{Answer, Browser, Daemon, Http, TestServer, USER_PASSWORD};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::{ClientType, ConsentPolicy};
use reqwest::Method;
use std::collections::BTreeMap;
use url::form_urlencoded::{Serializer, parse};

pub(crate) const AUTHORIZE: &str = "/identity/connect/authorize";
pub(crate) const USERINFO: &str = "/identity/connect/userinfo";
pub(crate) const INTROSPECT: &str = "/identity/connect/introspect";
pub(crate) const REVOKE: &str = "/identity/connect/revocation";

/// The example of RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Names and values, of requests and answers.
pub(crate) type Fields<'a> = &'a [(&'a str, &'a str)];

/// An app that lets users sign in.
#[derive(Clone)]
pub(crate) struct RelyingParty {
    server: TestServer,
    http: Http,
    pub(crate) daemon: Daemon,
    pub(crate) redirect_uri: String,
}

/// All that the token endpoint gives.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "the names of RFC 6749 5.1")]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
    pub(crate) id_token: String,
}

/// Where a browser is in the end: on a page of the server, or on its way to somewhere else.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) path: String,
    pub(crate) answer: Answer,
}

impl RelyingParty {
    /// A browser app without a secret, at `https://{name}.example/app/cb`.
    pub(crate) async fn spa(server: &TestServer, name: &str) -> Self {
        Self::register(server, ClientType::AuthorizationCode, name, ClientSettings::default()).await
    }

    /// A server-side app with a secret, at `https://{name}.example/app/cb`.
    pub(crate) async fn web(server: &TestServer, name: &str) -> Self {
        Self::register(server, ClientType::Hybrid, name, ClientSettings::default()).await
    }

    /// The same as `spa`, but users are asked for consent.
    pub(crate) async fn asking(server: &TestServer, name: &str) -> Self {
        let settings = ClientSettings { consent: Some(ConsentPolicy::FirstTime), ..ClientSettings::default() };
        Self::register(server, ClientType::AuthorizationCode, name, settings).await
    }

    async fn register(server: &TestServer, client_type: ClientType, name: &str, settings: ClientSettings) -> Self {
        let redirect_uri = format!("https://{name}.example/app/cb");
        let settings = ClientSettings {
            redirect_urls: Some(vec![redirect_uri.clone()]),
            logout_redirect_urls: Some(vec![format!("https://{name}.example/bye")]),
            allow_offline_access: Some(true),
            allow_access_tokens_via_browser: (client_type == ClientType::Hybrid).then_some(true),
            ..settings
        };
        let daemon = server.operator().await.register(client_type, name, settings).await;
        Self { server: server.clone(), http: server.http(), daemon, redirect_uri }
    }

    /// The same app, whose requests arrive at another node.
    pub(crate) fn at(&self, node: &crate::support::server::Node) -> Self {
        Self { http: node.http(), daemon: self.daemon.at(node), ..self.clone() }
    }

    /// The good request with changes; an empty value takes a parameter away.
    pub(crate) fn query(&self, changes: Fields<'_>) -> String {
        let good = [
            ("client_id", self.daemon.id.as_str()),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("response_type", "code"),
            ("scope", "openid"),
            ("state", "st"),
            ("nonce", "no"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        changed(&good, changes)
    }

    /// The address of the good request with changes.
    pub(crate) fn path(&self, changes: Fields<'_>) -> String {
        format!("{AUTHORIZE}?{}", self.query(changes))
    }

    /// Sends a browser to the authorize endpoint.
    pub(crate) async fn ask(&self, browser: &Browser, changes: Fields<'_>) -> Arrival {
        go(browser, &self.path(changes)).await
    }

    /// A code for whoever is signed in.
    pub(crate) async fn code(&self, browser: &Browser, scope: &str) -> String {
        let fields = self.ask(browser, &[("scope", scope)]).await.fields();
        self.keep_code(&fields)
    }

    /// The code in an answer; nobody else may ever see it.
    pub(crate) fn keep_code(&self, fields: &BTreeMap<String, String>) -> String {
        let code = fields.get("code").unwrap_or_else(|| panic!("no code: {fields:?}")).clone();
        self.server.confide(&code);
        code
    }

    /// A request of the app to an endpoint, authenticated if it has a secret.
    pub(crate) async fn post(&self, path: &str, fields: Fields<'_>) -> Answer {
        let Daemon { id, secret, .. } = &self.daemon;
        let form = self.http.form(path, fields);
        if !secret.is_empty() {
            return send(form.header("authorization", basic(id, secret))).await;
        }
        let mut fields = fields.to_vec();
        fields.push(("client_id", id));
        send(self.http.form(path, &fields)).await
    }

    /// A request of nobody.
    pub(crate) async fn post_as_stranger(&self, path: &str, fields: Fields<'_>) -> Answer {
        send(self.http.form(path, fields)).await
    }

    /// Exchanges a code; the good request with changes.
    pub(crate) async fn exchange(&self, code: &str, changes: Fields<'_>) -> Answer {
        let good = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        let form: Vec<(String, String)> = parse(changed(&good, changes).as_bytes()).into_owned().collect();
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = self.post(TOKEN, &form).await;
        self.keep_tokens(answer)
    }

    /// Uses a refresh token.
    pub(crate) async fn refresh(&self, token: &str, more: Fields<'_>) -> Answer {
        let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
        fields.extend(more);
        let answer = self.post(TOKEN, &fields).await;
        self.keep_tokens(answer)
    }

    fn keep_tokens(&self, answer: Answer) -> Answer {
        if answer.status == 200 {
            assert!(answer.header("cache-control").contains("no-store"), "TK-10");
            let token = answer.member("refresh_token");
            if !token.is_empty() {
                self.server.confide(&token);
            }
        }
        answer
    }

    /// Tokens of whoever is signed in.
    pub(crate) async fn tokens(&self, browser: &Browser, scope: &str) -> Tokens {
        let code = self.code(browser, scope).await;
        Tokens::of(&self.exchange(&code, &[]).await)
    }

    /// Userinfo's answer to an access token.
    pub(crate) async fn userinfo(&self, token: &str) -> Answer {
        send(self.http.request(Method::GET, USERINFO).header("authorization", format!("Bearer {token}"))).await
    }

    /// Whether an access token is good.
    pub(crate) async fn is_alive(&self, token: &str) -> bool {
        match self.userinfo(token).await.status {
            200 => true,
            401 => false,
            other => panic!("{other}"),
        }
    }

    /// Whether the app hears that a token of its own is active. Needs a secret.
    pub(crate) async fn is_active(&self, token: &str) -> bool {
        let answer = self.post(INTROSPECT, &[("token", token)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["active"].as_bool().expect("RFC 7662 2.2")
    }
}

impl Tokens {
    /// Of an answer that gives them.
    #[track_caller]
    pub(crate) fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.text());
        Self {
            access_token: answer.member("access_token"),
            refresh_token: answer.member("refresh_token"),
            id_token: answer.member("id_token"),
        }
    }
}

impl Arrival {
    /// What the app is told, in the query or in the fragment; and in one of them only.
    #[track_caller]
    pub(crate) fn fields(&self) -> BTreeMap<String, String> {
        let to = self.away();
        let (_, answer) = to.split_once(['?', '#']).unwrap_or_else(|| panic!("no answer: {to}"));
        let pairs: Vec<(String, String)> = parse(answer.as_bytes()).into_owned().collect();
        let fields: BTreeMap<_, _> = pairs.iter().cloned().collect();
        assert_eq!(fields.len(), pairs.len(), "something comes twice: {to}");
        fields
    }

    /// Where the browser is sent, which is not here.
    #[track_caller]
    pub(crate) fn away(&self) -> &str {
        let to = self.answer.header("location");
        assert!(self.answer.status == 303 && !to.is_empty(), "{} stays: {}", self.path, self.answer.text());
        to
    }

    /// The error that the app is told.
    #[track_caller]
    pub(crate) fn error(&self) -> String {
        self.fields().remove("error").unwrap_or_default()
    }

    /// The page as the support knows pages.
    #[track_caller]
    pub(crate) fn page(self) -> crate::support::Page {
        assert_eq!(self.answer.header("location"), "", "it leads on");
        crate::support::Page { path: self.path, answer: self.answer }
    }

    /// A page that says what is wrong: it leads nowhere.
    #[track_caller]
    pub(crate) fn assert_refused(&self, why: &str) {
        let (answer, text) = (&self.answer, self.answer.text());
        assert_eq!((answer.status, answer.header("location")), (400, ""), "{why}: {text}");
        assert!(answer.header("content-type").starts_with("text/html"), "{why}");
        for link in ["href=\"https://evil", "href=\"javascript", "href=\"data", "href=\"//", "http-equiv"] {
            assert!(!text.contains(link), "{why}: {link} in {text}");
        }
    }
}

/// Goes on as long as it stays here.
pub(crate) async fn go(browser: &Browser, path: &str) -> Arrival {
    let answer = browser.ask(browser.request(Method::GET, path)).await;
    follow(browser, path, answer).await
}

/// Sends a form, and goes on as long as it stays here.
pub(crate) async fn submit(browser: &Browser, form: &crate::support::html::Form) -> Arrival {
    let answer = browser.post(form).await;
    follow(browser, &form.action, answer).await
}

async fn follow(browser: &Browser, path: &str, mut answer: Answer) -> Arrival {
    let mut path = path.to_owned();
    for _ in 0..6 {
        let to = answer.header("location").to_owned();
        if answer.status != 303 || !to.starts_with('/') || to.starts_with("//") {
            return Arrival { path, answer };
        }
        answer = browser.ask(browser.request(Method::GET, &to)).await;
        path = to;
    }
    panic!("it leads in a circle: {path}");
}

/// Bob, who is signed in, and his browser.
pub(crate) async fn bob(server: &TestServer) -> Browser {
    let browser = server.user("bob@example.com").await;
    browser.sign_in("bob@example.com", USER_PASSWORD).await;
    assert!(browser.is_signed_in().await);
    browser
}

/// Pairs as a form, with changes; an empty value takes a parameter away.
fn changed(good: Fields<'_>, changes: Fields<'_>) -> String {
    let kept = good.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    let pairs = kept.chain(changes.iter().filter(|(_, value)| !value.is_empty()));
    Serializer::new(String::new()).extend_pairs(pairs.copied()).finish()
}

/// The audit log's word for something that has happened.
pub(crate) async fn assert_audited(server: &TestServer, word: &str) {
    let rows = crate::support::raw::dump(&server.place().location).await;
    assert!(rows.lines().any(|row| row.starts_with("audit_events") && row.contains(word)), "{word} is not audited");
}

/// The claims of a JWT.
pub(crate) fn claims_of(token: &str) -> serde_json::Value {
    crate::support::resource_server::decode(token.split('.').nth(1).expect("a payload"))
}

/// The words of a scope, in whatever order.
pub(crate) fn words(scope: &str) -> std::collections::BTreeSet<&str> {
    scope.split(' ').collect()
}
