//! A program without a user, which has an id and a secret.

use super::http::{Answer, Http, send};
use super::server::Node;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::RequestBuilder;
use url::form_urlencoded::byte_serialize;

/// The token endpoint.
pub(crate) const TOKEN: &str = "/identity/connect/token";

/// A client-credentials client with one of its secrets.
#[derive(Debug, Clone)]
pub(crate) struct Daemon {
    http: Http,
    /// Its id.
    pub(crate) id: String,
    /// The secret that it uses.
    pub(crate) secret: String,
}

impl Daemon {
    /// A client that somebody has registered.
    pub(crate) fn new(http: &Http, id: &str, secret: &str) -> Self {
        Self { http: http.clone(), id: id.to_owned(), secret: secret.to_owned() }
    }

    /// The same client with another secret.
    pub(crate) fn with_secret(&self, secret: &str) -> Self {
        Self { secret: secret.to_owned(), ..self.clone() }
    }

    /// The same client, talking to another node.
    pub(crate) fn at(&self, node: &Node) -> Self {
        Self { http: node.http(), ..self.clone() }
    }

    /// Its request with id and secret in the form, and more fields.
    pub(crate) fn post(&self, more: &[(&str, &str)]) -> RequestBuilder {
        let mut fields =
            vec![("grant_type", "client_credentials"), ("client_id", &self.id), ("client_secret", &self.secret)];
        fields.extend(more);
        self.http.form(TOKEN, &fields)
    }

    /// Its request with id and secret in the header, and more fields in the form.
    pub(crate) fn basic(&self, more: &[(&str, &str)]) -> RequestBuilder {
        let mut fields = vec![("grant_type", "client_credentials")];
        fields.extend(more);
        self.http.form(TOKEN, &fields).header("authorization", basic(&self.id, &self.secret))
    }

    /// Asks with id and secret in the form (`client_secret_post`).
    pub(crate) async fn token_post(&self, more: &[(&str, &str)]) -> Answer {
        send(self.post(more)).await
    }

    /// Asks with id and secret in the header (`client_secret_basic`).
    pub(crate) async fn token_basic(&self, more: &[(&str, &str)]) -> Answer {
        send(self.basic(more)).await
    }

    /// A token, which it must get.
    #[track_caller]
    pub(crate) fn token(&self) -> impl Future<Output = String> + use<> {
        let (place, request) = (std::panic::Location::caller(), self.post(&[]));
        async move {
            let answer = send(request).await;
            assert_eq!(answer.status, 200, "{place}: {}", answer.text());
            answer.member("access_token")
        }
    }

    /// Whether it gets a token now.
    pub(crate) async fn gets_a_token(&self) -> bool {
        self.token_post(&[]).await.status == 200
    }
}

/// `Basic` with id and secret, each form-encoded first (RFC 6749 2.3.1).
pub(crate) fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    raw_basic(format!("{}:{}", encode(id), encode(secret)))
}

/// `Basic` with whatever bytes.
pub(crate) fn raw_basic(bytes: impl AsRef<[u8]>) -> String {
    format!("Basic {}", STANDARD.encode(bytes))
}
