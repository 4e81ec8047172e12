//! Programs that are registered: daemons, and apps with users.

use super::door::{Answer, Door, Heard};

pub(crate) const TOKEN: &str = "/identity/connect/token";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A client.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) id: String,
    /// Empty if it has none.
    pub(crate) secret: String,
    pub(crate) redirect: String,
}

/// What an app got.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Tokens {
    pub(crate) fn of(answer: &Answer) -> Self {
        Self { access: answer.member("access_token"), refresh: answer.member("refresh_token") }
    }
}

impl App {
    /// Where it sends a browser.
    pub(crate) fn authorize_path(&self) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.id)
            .append_pair("redirect_uri", &self.redirect)
            .append_pair("response_type", "code")
            .append_pair("scope", "openid offline_access")
            .append_pair("state", "st")
            .append_pair("nonce", "no")
            .append_pair("code_challenge", CHALLENGE)
            .append_pair("code_challenge_method", "S256")
            .finish();
        format!("/identity/connect/authorize?{query}")
    }

    /// The same with another secret.
    pub(crate) fn with_secret(&self, secret: &str) -> Self {
        Self { secret: secret.to_owned(), ..self.clone() }
    }

    async fn post(&self, door: &Door, path: &str, form: &[(&str, &str)]) -> Option<Answer> {
        let mut form = form.to_vec();
        form.push(("client_id", &self.id));
        if !self.secret.is_empty() {
            form.push(("client_secret", &self.secret));
        }
        door.post(path, &form).await
    }

    pub(crate) async fn redeem(&self, door: &Door, code: &str) -> Heard {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect),
            ("code_verifier", VERIFIER),
        ];
        self.post(door, TOKEN, &form).await.into()
    }

    pub(crate) async fn refresh(&self, door: &Door, token: &str) -> Heard {
        self.post(door, TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await.into()
    }

    pub(crate) async fn revoke(&self, door: &Door, token: &str) -> Heard {
        self.post(door, "/identity/connect/revocation", &[("token", token)]).await.into()
    }

    /// A client-credentials token.
    pub(crate) async fn token(&self, door: &Door) -> Heard {
        self.post(door, TOKEN, &[("grant_type", "client_credentials"), ("scope", "ocsapi")]).await.into()
    }
}
