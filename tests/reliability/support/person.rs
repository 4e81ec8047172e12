//! A person with a browser, as far as signing in needs one.

use super::door::{Answer, Door};
use super::place::{EMAIL, PASSWORD};
use super::{App, Heard};
use reqwest::Method;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Someone before a browser. Clones are windows of the same one.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) door: Door,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Person {
    pub(crate) fn new(door: &Door) -> Self {
        Self { door: door.clone(), cookies: Arc::default() }
    }

    /// The same person and browser, by another way.
    pub(crate) fn at(&self, door: &Door) -> Self {
        Self { door: door.clone(), cookies: Arc::clone(&self.cookies) }
    }

    /// Opens an address.
    pub(crate) async fn open(&self, path: &str) -> Option<Answer> {
        self.ask(self.door.request(Method::GET, path)).await
    }

    async fn ask(&self, request: reqwest::RequestBuilder) -> Option<Answer> {
        let cookies = {
            let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
        };
        let request = request.header("accept", "text/html").header("cookie", cookies);
        let answer = self.door.send(request).await?;
        for line in answer.headers.get_all("set-cookie") {
            let (pair, flags) = line.to_str().expect("plain text").split_once(';').expect("flags");
            let (name, value) = pair.split_once('=').expect("a value");
            let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
            if flags.to_ascii_lowercase().contains("max-age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Some(answer)
    }

    /// Fills in the sign-in form of a page and sends it.
    pub(crate) async fn send_login(&self, page: &Answer) -> Option<Answer> {
        self.send_password(page, PASSWORD).await
    }

    /// The same with another password.
    pub(crate) async fn send_password(&self, page: &Answer, password: &str) -> Option<Answer> {
        self.send_typed("/login", page, &[("email", EMAIL), ("password", password)]).await
    }

    /// Sends a page's form that asks for nothing.
    pub(crate) async fn send_hidden(&self, path: &str, page: &Answer) -> Option<Answer> {
        self.send_typed(path, page, &[]).await
    }

    /// Sends a page's form with this typed into it.
    pub(crate) async fn send_typed(&self, path: &str, page: &Answer, typed: &[(&str, &str)]) -> Option<Answer> {
        let mut fields = hidden_fields(&page.body);
        fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let request = self.door.request(Method::POST, path).form(&fields);
        self.ask(request.header("origin", &self.door.public_url).header("sec-fetch-site", "same-origin")).await
    }

    /// A copy of the browser as it is now, which goes its own way.
    pub(crate) fn with_cookies_of_its_own(&self) -> Self {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self { door: self.door.clone(), cookies: Arc::new(Mutex::new(cookies)) }
    }

    /// Signs in, from nothing.
    pub(crate) async fn sign_in(&self) {
        let page = self.open("/login").await.expect("the sign-in page");
        let answer = self.send_login(&page).await.expect("an answer");
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    /// A code for an app, of someone who is signed in.
    pub(crate) async fn code(&self, app: &App) -> Result<String, Heard> {
        let answer = self.open(&app.authorize_path()).await;
        let there = answer.as_ref().map(|answer| answer.header("location").to_owned()).unwrap_or_default();
        code_in(&there).ok_or_else(|| answer.into())
    }
}

/// The code in the address that an app is called at.
pub(crate) fn code_in(location: &str) -> Option<String> {
    let (_, query) = location.split_once('?')?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "code").map(|(_, code)| code.into_owned())
}

/// Names and values of the hidden fields in a page, as our own pages write them.
fn hidden_fields(html: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!("{name}=\""))?;
        Some(rest.split_once('"')?.0.replace("&amp;", "&").replace("&#38;", "&"))
    };
    let hidden = html.split("<input").skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
    hidden
        .filter(|tag| tag.contains("type=\"hidden\""))
        .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default())))
        .collect()
}
