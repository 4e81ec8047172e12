//! An app with users: asks for them at the authorize endpoint, and believes nothing of the answer without a look.

use super::daemon::{Daemon, TOKEN, basic};
use super::http::{Answer, send};
use super::id_token::{IdTokens, assert_claim_types};
use super::person::{Arrival, Callback, Fields};
use super::{Http, TestServer};
use reqwest::Method;
use serde_json::Value;
use std::sync::atomic::{AtomicU32, Ordering};

/// An app that is registered with a secret.
#[derive(Clone)]
pub(crate) struct RelyingParty {
    pub(crate) http: Http,
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) redirect_uri: String,
    pub(crate) response_type: &'static str,
    pub(crate) form_post: bool,
    /// Whether the secret travels in the form (`client_secret_post`).
    pub(crate) secret_in_form: bool,
    issuer: String,
    id_tokens: IdTokens,
}

/// A request to the authorize endpoint.
#[derive(Debug, Clone)]
pub(crate) struct AuthRequest(pub(crate) Fields);

/// What came through the browser.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) code: String,
    pub(crate) id_token: Option<Value>,
}

/// What an app has when a sign-in is complete.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) code: String,
    /// The answer of the token endpoint.
    pub(crate) tokens: Value,
    /// The ID token of the token endpoint.
    pub(crate) id_token: Value,
    pub(crate) userinfo: Value,
}

impl SignedIn {
    /// A member of the token endpoint's answer.
    pub(crate) fn token(&self, name: &str) -> &str {
        self.tokens[name].as_str().unwrap_or_default()
    }
}

impl AuthRequest {
    /// The same with a parameter set.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without a parameter.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// A parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        value(&self.0, name)
    }
}

impl RelyingParty {
    /// The app that was registered as `daemon`.
    pub(crate) fn new(server: &TestServer, daemon: &Daemon, redirect_uri: &str) -> Self {
        Self {
            http: server.http(),
            id: daemon.id.clone(),
            secret: daemon.secret.clone(),
            redirect_uri: redirect_uri.to_owned(),
            response_type: "code",
            form_post: false,
            secret_in_form: false,
            issuer: server.issuer(),
            id_tokens: IdTokens::new(server, &daemon.id),
        }
    }

    /// The request that it makes if nothing is special.
    pub(crate) fn request(&self) -> AuthRequest {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let request = AuthRequest(Vec::new())
            .with("client_id", &self.id)
            .with("redirect_uri", &self.redirect_uri)
            .with("scope", "openid")
            .with("state", &format!("St{count:08}"))
            .with("nonce", &format!("Nn{count:08}"))
            .with("response_type", self.response_type);
        if self.form_post { request.with("response_mode", "form_post") } else { request }
    }

    /// The authorize endpoint.
    pub(crate) fn authorize_endpoint(&self) -> String {
        format!("{}/connect/authorize", self.issuer)
    }

    /// The address of a request.
    pub(crate) fn url(&self, request: &AuthRequest) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&request.0).finish();
        format!("{}?{query}", self.authorize_endpoint())
    }

    /// The parameters of an answer, which must come in the one way that was asked for, to where it was asked for.
    fn answer_of(&self, request: &AuthRequest, callback: Callback) -> Fields {
        assert_eq!(callback.uri, self.redirect_uri);
        let Callback { query, fragment, form, .. } = callback;
        let fields = if request.get("response_mode") == Some("form_post") {
            assert!(query.is_empty() && fragment.is_empty(), "{query:?} {fragment:?}");
            form
        } else if matches!(request.get("response_type"), None | Some("code")) {
            assert!(form.is_empty() && fragment.is_empty(), "{fragment:?}");
            query
        } else {
            assert!(form.is_empty() && query.is_empty(), "{query:?}");
            fragment
        };
        assert_eq!(value(&fields, "state"), request.get("state"));
        assert_eq!(value(&fields, "iss"), Some(self.issuer.as_str()), "RFC 9207");
        fields
    }

    /// Takes what a browser brings after a request that was granted.
    pub(crate) async fn receive(&self, request: &AuthRequest, arrival: Arrival) -> Received {
        let fields = self.answer_of(request, arrival.at_app());
        assert_eq!(value(&fields, "error"), None, "{fields:?}");
        let response_type = request.get("response_type").unwrap_or_default();
        let code = value(&fields, "code").expect("a code").to_owned();
        assert_hard_to_guess(&code);
        let access_token = value(&fields, "access_token");
        assert_eq!(access_token.is_some(), response_type.split(' ').any(|word| word == "token"), "{fields:?}");
        if let Some(token) = access_token {
            assert_eq!(value(&fields, "token_type"), Some("Bearer"));
            assert!(value(&fields, "expires_in").is_some_and(|seconds| seconds.parse::<u32>().is_ok_and(|s| s > 0)));
            self.userinfo(token).await;
        }
        let id_token = value(&fields, "id_token");
        assert_eq!(id_token.is_some(), response_type.contains("id_token"), "{fields:?}");
        let id_token = match id_token {
            Some(token) => {
                let claims = self.id_tokens.check(token, request.get("nonce"), access_token, Some(&code)).await;
                assert!(claims["c_hash"].is_string(), "{claims}");
                assert_eq!(claims["at_hash"].is_string(), access_token.is_some(), "{claims}");
                Some(claims)
            }
            None => None,
        };
        Received { code, id_token }
    }

    /// Signs the user in to the end: code, tokens, userinfo.
    pub(crate) async fn complete(&self, request: &AuthRequest, arrival: Arrival) -> SignedIn {
        let Received { code, id_token: front } = self.receive(request, arrival).await;
        let answer = self.exchange(&code, &[]).await;
        self.finish(request, code, front, &answer).await
    }

    /// Checks the token endpoint's answer to a code.
    pub(crate) async fn finish(
        &self,
        request: &AuthRequest,
        code: String,
        front: Option<Value>,
        answer: &Answer,
    ) -> SignedIn {
        let tokens = assert_tokens(answer);
        let [access_token, id_token] = ["access_token", "id_token"].map(|name| tokens[name].as_str().expect("a token"));
        let id_token = self.id_tokens.check(id_token, request.get("nonce"), Some(access_token), Some(&code)).await;
        let userinfo = self.userinfo(access_token).await;
        assert_eq!(userinfo["sub"], id_token["sub"]);
        if let Some(front) = front {
            for same in ["sub", "iss", "auth_time"] {
                assert_eq!(front[same], id_token[same]);
            }
        }
        SignedIn { code, tokens, id_token, userinfo }
    }

    /// The claims of an ID token that came without a nonce, with an access token.
    pub(crate) async fn refreshed_id_token(&self, tokens: &Value) -> Value {
        let [access_token, id_token] = ["access_token", "id_token"].map(|name| tokens[name].as_str().expect("a token"));
        self.id_tokens.check(id_token, None, Some(access_token), None).await
    }

    /// Takes the error that a browser brings; says which.
    pub(crate) fn refusal(&self, request: &AuthRequest, arrival: Arrival) -> String {
        const KNOWN: [&str; 6] = ["error", "error_description", "error_uri", "state", "session_state", "iss"];
        let fields = self.answer_of(request, arrival.at_app());
        for (name, text) in &fields {
            assert!(KNOWN.contains(&name.as_str()), "{name} in {fields:?}");
            let allowed = |byte: u8| matches!(byte, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
            assert!(!name.starts_with("error") || text.bytes().all(allowed), "{fields:?}");
        }
        value(&fields, "error").expect("an error").to_owned()
    }

    /// Asks the token endpoint.
    pub(crate) async fn ask_tokens(&self, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        if self.secret_in_form {
            fields.extend([("client_id", self.id.as_str()), ("client_secret", self.secret.as_str())]);
            return send(self.http.form(TOKEN, &fields)).await;
        }
        send(self.http.form(TOKEN, &fields).header("authorization", basic(&self.id, &self.secret))).await
    }

    /// Exchanges a code.
    pub(crate) async fn exchange(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let mut fields =
            vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", self.redirect_uri.as_str())];
        fields.extend(more);
        self.ask_tokens(&fields).await
    }

    /// Asks who the user is, and must be told.
    pub(crate) async fn userinfo(&self, token: &str) -> Value {
        let request = self.http.request(Method::GET, USERINFO).bearer_auth(token);
        assert_userinfo(&send(request).await)
    }
}

/// The userinfo endpoint.
pub(crate) const USERINFO: &str = "/identity/connect/userinfo";

/// Checks an answer of userinfo.
#[track_caller]
pub(crate) fn assert_userinfo(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let claims = answer.json();
    assert!(claims["sub"].as_str().is_some_and(|sub| !sub.is_empty()), "{claims}");
    assert_claim_types(&claims);
    claims
}

/// Checks an answer of the token endpoint that gives tokens.
#[track_caller]
pub(crate) fn assert_tokens(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("cache-control").contains("no-store"));
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert!(tokens["expires_in"].as_i64().is_some_and(|seconds| (1..=31_536_000).contains(&seconds)), "{tokens}");
    assert_hard_to_guess(tokens["access_token"].as_str().expect("an access token"));
    if let Some(token) = tokens["refresh_token"].as_str() {
        assert_hard_to_guess(token);
    }
    tokens
}

/// At least 128 bits long, with 96 bits of Shannon's entropy.
#[track_caller]
fn assert_hard_to_guess(text: &str) {
    let count = |count: usize| f64::from(u32::try_from(count).expect("a short text"));
    let letters: std::collections::BTreeSet<char> = text.chars().collect();
    let share = |letter: &char| count(text.chars().filter(|other| other == letter).count()) / count(text.len());
    let entropy: f64 = letters.iter().map(share).map(|share| -share * share.log2()).sum::<f64>() * count(text.len());
    assert!(text.len() >= 16 && entropy >= 96.0, "{entropy} bits");
}

fn value<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    let mut found = fields.iter().filter(|(known, _)| known == name);
    let first = found.next().map(|(_, value)| value.as_str());
    assert!(found.next().is_none(), "{name} came twice");
    first
}
