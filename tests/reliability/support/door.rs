//! The way to a server over HTTP, on which anything may happen.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;

/// An address to send requests to, under the server's public name.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    client: reqwest::Client,
    base: String,
    pub(crate) public_url: String,
}

/// An answer that came whole.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

/// What came of a request that changes something.
#[derive(Debug, Clone)]
pub(crate) enum Heard {
    /// Done.
    Yes(Answer),
    /// Refused.
    No(Answer),
    /// 503 with `Retry-After`: not done, ask again. It may be done all the same, if the answer of the database was lost.
    Later,
    /// Something that must never be said: 500, or 503 without a word when to come again.
    Wrong(Answer),
    /// No answer. It may be done or not.
    Nothing,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn member(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl From<Option<Answer>> for Heard {
    fn from(answer: Option<Answer>) -> Self {
        match answer {
            None => Self::Nothing,
            Some(answer) => match answer.status {
                200..400 => Self::Yes(answer),
                400..500 => Self::No(answer),
                503 if !answer.header("retry-after").is_empty() => Self::Later,
                _ => Self::Wrong(answer),
            },
        }
    }
}

impl Door {
    /// A door whose connections are kept.
    pub(crate) fn to(address: SocketAddr, public_url: &str) -> Self {
        Self::build(address, public_url, reqwest::Client::builder())
    }

    /// A door with a connection for each request: behind a proxy each may reach another node.
    pub(crate) fn without_keeping(address: SocketAddr, public_url: &str) -> Self {
        Self::build(address, public_url, reqwest::Client::builder().pool_max_idle_per_host(0))
    }

    fn build(address: SocketAddr, public_url: &str, client: reqwest::ClientBuilder) -> Self {
        let client = client
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(30))
            .build()
            .expect("a client");
        Self { client, base: format!("http://{address}"), public_url: public_url.to_owned() }
    }

    /// A request, not yet sent.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let host = self.public_url.trim_start_matches("http://");
        self.client.request(method, format!("{}{path}", self.base)).header("host", host)
    }

    /// Sends it.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Option<Answer> {
        let response = request.send().await.ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await.ok()?;
        Some(Answer { status, headers, body })
    }

    pub(crate) async fn get(&self, path: &str) -> Option<Answer> {
        self.send(self.request(Method::GET, path)).await
    }

    /// A form to the token endpoint and its kin.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Option<Answer> {
        self.send(self.request(Method::POST, path).form(form)).await
    }
}
