//! A browser with a person before it: keeps cookies, follows redirects, fills in forms. It runs no script.

use super::TestServer;
use super::html::{Form, forms};
use super::http::{Answer, Http, send};
use super::server::{ADMIN_EMAIL, ADMIN_PASSWORD, Node};
use reqwest::{Method, RequestBuilder};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A browser; clones are windows of the same one.
#[derive(Clone)]
pub(crate) struct Browser {
    server: TestServer,
    http: Http,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    seen: Arc<Mutex<Vec<Answer>>>,
}

/// A page, and the path where it was found in the end.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) answer: Answer,
}

impl Page {
    /// The form that leads to `action`.
    pub(crate) fn form(&self, action: &str) -> Form {
        let found = forms(&self.answer.text()).into_iter().find(|form| form.action == action);
        found.unwrap_or_else(|| panic!("{} has no form for {action}: {}", self.path, self.answer.text()))
    }

    /// The page's text.
    pub(crate) fn text(&self) -> String {
        self.answer.text()
    }

    /// The first heading.
    pub(crate) fn heading(&self) -> String {
        let html = self.text();
        let heading = html.split_once("<h1>").and_then(|(_, rest)| rest.split_once("</h1>"));
        heading.map(|(heading, _)| heading.to_owned()).unwrap_or_default()
    }

    /// The answer's status.
    pub(crate) fn status(&self) -> u16 {
        self.answer.status
    }
}

impl Browser {
    /// One without any cookie.
    pub(crate) fn new(server: &TestServer) -> Self {
        let (cookies, seen) = (Arc::default(), Arc::default());
        Self { server: server.clone(), http: server.http(), cookies, seen }
    }

    /// The same browser, whose requests arrive at another node.
    pub(crate) fn at(&self, node: &Node) -> Self {
        Self { http: node.http(), ..self.clone() }
    }

    /// Signs in by the sign-in page; leads on to wherever that leads.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Page {
        let form = self.visit("/login").await.form("/login");
        self.submit(&form.with("email", email).with("password", password)).await
    }

    /// One in which the first administrator is signed in.
    pub(crate) async fn of_administrator(server: &TestServer) -> Self {
        let browser = Self::new(server);
        let page = browser.sign_in(ADMIN_EMAIL, ADMIN_PASSWORD).await;
        assert_eq!((page.path.as_str(), page.status()), ("/portal", 200), "{}", page.text());
        browser
    }

    /// Goes to an address and on to where that leads.
    pub(crate) async fn visit(&self, path: &str) -> Page {
        let answer = self.ask(self.request(Method::GET, path)).await;
        self.follow(path, answer).await
    }

    /// Sends a form and goes on to where that leads.
    pub(crate) async fn submit(&self, form: &Form) -> Page {
        let answer = self.post(form).await;
        self.follow(&form.action, answer).await
    }

    /// Sends a form; a redirect is not followed.
    pub(crate) async fn post(&self, form: &Form) -> Answer {
        self.ask(self.form(form)).await
    }

    /// The request that sends a form.
    pub(crate) fn form(&self, form: &Form) -> RequestBuilder {
        let request = self.request(Method::POST, &form.action).form(&form.fields);
        request.header("origin", self.server.public_url()).header("sec-fetch-site", "same-origin")
    }

    /// A request with the cookies.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, path).header("accept", "text/html,*/*;q=0.8");
        let cookies = self.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
        if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) }
    }

    /// Sends a request, and keeps what comes with the answer.
    pub(crate) async fn ask(&self, request: RequestBuilder) -> Answer {
        let answer = send(request).await;
        for line in answer.headers.get_all("set-cookie") {
            self.keep(line.to_str().expect("a cookie of plain text"));
        }
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(answer.clone());
        answer
    }

    /// Keeps a cookie, after a look at how it is set (LG-10).
    fn keep(&self, line: &str) {
        let (pair, flags) = line.split_once(';').expect("a cookie with flags");
        let (name, value) = pair.split_once('=').expect("a cookie with a value");
        let flags: Vec<_> = flags.split(';').map(|flag| flag.trim().to_ascii_lowercase()).collect();
        if flags.contains(&"max-age=0".to_owned()) {
            self.cookies().remove(name);
            return;
        }
        for flag in ["httponly", "samesite=lax", "path=/"] {
            assert!(flags.contains(&flag.to_owned()), "LG-10: {line}");
        }
        assert!(!flags.iter().any(|flag| flag.starts_with("domain")) && line.len() < 4_096, "LG-10: {line}");
        if name.contains("session") {
            self.server.confide(value);
        }
        self.cookies().insert(name.to_owned(), value.to_owned());
    }

    /// Its cookies.
    pub(crate) fn cookies(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session's cookie.
    pub(crate) fn session(&self) -> Option<String> {
        self.cookies().get("portcullis-session").cloned()
    }

    /// How many of the answers so far hold this text.
    pub(crate) fn answers_with(&self, text: &str) -> usize {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().filter(|answer| answer.text().contains(text)).count()
    }

    /// Whether somebody is signed in.
    pub(crate) async fn is_signed_in(&self) -> bool {
        let answer = self.ask(self.request(Method::GET, "/account")).await;
        match answer.status {
            200 => true,
            303 => false,
            other => panic!("{other}"),
        }
    }

    async fn follow(&self, path: &str, mut answer: Answer) -> Page {
        let mut path = path.to_owned();
        for _ in 0..5 {
            if answer.status != 303 {
                return Page { path, answer };
            }
            path = answer.header("location").to_owned();
            assert!(path.starts_with('/') && !path.starts_with("//"), "it leads away: {path}");
            answer = self.ask(self.request(Method::GET, &path)).await;
        }
        panic!("it leads in a circle: {path}");
    }
}
