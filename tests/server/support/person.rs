//! A person before a browser, whom apps send to the server: signs in and agrees where it is asked to, and ends up at the
//! app again, or on a page.

use super::browser::{Browser, Page};
use super::html::{Form, forms};
use super::http::send;
use super::{TestServer, USER_PASSWORD};
use reqwest::Method;
use url::Url;

/// Names and values as they came.
pub(crate) type Fields = Vec<(String, String)>;

/// Someone with an account and a browser.
#[derive(Clone)]
pub(crate) struct Person {
    browser: Browser,
    server: TestServer,
    email: String,
    /// The pages on which there was something to do, in order.
    pub(crate) seen: Vec<Seen>,
}

/// A page on which the person did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Gave e-mail and password.
    Login,
    /// Allowed an app in.
    Consent,
}

/// Where a way ends.
#[derive(Debug, Clone)]
pub(crate) enum Arrival {
    /// At an app, with what it was told.
    App(Callback),
    /// On a page of the server that needs something else than sign-in and consent.
    Page(Page),
}

/// What an app is told, by each of the three ways.
#[derive(Debug, Clone)]
pub(crate) struct Callback {
    /// The URL without query and fragment.
    pub(crate) uri: String,
    pub(crate) query: Fields,
    pub(crate) fragment: Fields,
    pub(crate) form: Fields,
}

/// One request of the browser's.
struct Step {
    path: String,
    form: Option<Fields>,
    from_elsewhere: bool,
}

impl Step {
    fn get(path: &str) -> Self {
        Self { path: path.to_owned(), form: None, from_elsewhere: false }
    }

    fn post(form: Form) -> Self {
        Self { path: form.action, form: Some(form.fields), from_elsewhere: false }
    }
}

impl Person {
    /// Someone with this account, whose browser has never been here.
    pub(crate) fn new(server: &TestServer, email: &str) -> Self {
        Self { browser: Browser::new(server), server: server.clone(), email: email.to_owned(), seen: Vec::new() }
    }

    /// Opens a URL of the server and goes on to where it leads.
    pub(crate) async fn visit(&mut self, url: &str) -> Arrival {
        let path = url.strip_prefix(self.server.public_url()).expect("an address of the server");
        self.travel(Step::get(path)).await
    }

    /// Sends a form that stands on a page of another site: no cookie goes along.
    pub(crate) async fn post_from_elsewhere(&mut self, url: &str, fields: &Fields) -> Arrival {
        let path = url.strip_prefix(self.server.public_url()).expect("an address of the server").to_owned();
        self.travel(Step { path, form: Some(fields.clone()), from_elsewhere: true }).await
    }

    /// Sends a form of a page.
    pub(crate) async fn submit(&mut self, form: Form) -> Arrival {
        self.travel(Step::post(form)).await
    }

    /// How often the password was given.
    pub(crate) fn logins(&self) -> usize {
        self.seen.iter().filter(|seen| **seen == Seen::Login).count()
    }

    async fn travel(&mut self, mut step: Step) -> Arrival {
        for _ in 0..20 {
            let answer = self.ask(&step).await;
            if (300..400).contains(&answer.status) {
                let home = Url::parse(self.server.public_url()).expect("a URL");
                let url = home.join(answer.header("location")).expect("a way on");
                if url.origin() != home.origin() {
                    return Arrival::App(Callback::at(&url));
                }
                step = Step::get(&url[url::Position::BeforePath..]);
                continue;
            }
            // An app with a scheme of its own: the browser goes there, as far as it opens programs by itself.
            if let Some(url) = answer.header("refresh").strip_prefix("0; url=") {
                return Arrival::App(Callback::at(&Url::parse(url).expect("a URL")));
            }
            let page = Page { path: step.path, answer };
            let forms = forms(&page.text());
            let form_to = |action: &str| forms.iter().find(|form| form.action == action).cloned();
            if let Some(form) = form_to("/login") {
                self.seen.push(Seen::Login);
                step = Step::post(form.with("email", &self.email).with("password", USER_PASSWORD));
            } else if let Some(form) = form_to("/consent") {
                self.seen.push(Seen::Consent);
                step = Step::post(form.with("decision", "allow"));
            } else if let Some(form) = forms.iter().find(|form| !form.action.starts_with('/')) {
                self.assert_sends_itself(&page, form).await;
                return Arrival::App(Callback::posted(form));
            } else {
                return Arrival::Page(page);
            }
        }
        panic!("lost at {}: {:?}", step.path, self.seen);
    }

    async fn ask(&self, step: &Step) -> super::Answer {
        let Some(fields) = &step.form else {
            return self.browser.ask(self.browser.request(Method::GET, &step.path)).await;
        };
        if step.from_elsewhere {
            let request = self.server.http().request(Method::POST, &step.path).form(fields);
            return self.browser.ask(request.header("origin", "https://elsewhere.example")).await;
        }
        self.browser.post(&Form { action: step.path.clone(), fields: fields.clone() }).await
    }

    /// The form goes on its way by a script that runs in any browser there is: not deferred, no module, and after the
    /// form, which it therefore finds.
    async fn assert_sends_itself(&self, page: &Page, form: &Form) {
        let html = page.text();
        let script =
            html.split("</form>").nth(1).and_then(|rest| rest.split_once("<script src=\"")).expect("a script").1;
        let (src, rest) = script.split_once('"').expect("an address");
        assert!(rest.starts_with("></script>"), "{rest}");
        let asset = send(self.server.http().request(Method::GET, src)).await;
        assert!(asset.status == 200 && asset.text().contains("form.submit()"), "{src}");
        let policy = page.answer.header("content-security-policy");
        assert!(policy.contains("script-src 'self'"), "{policy}");
        let origin = Url::parse(&form.action).expect("a URL").origin().ascii_serialization();
        assert!(policy.contains(&origin), "{policy}");
        assert_eq!(page.answer.header("cache-control"), "no-store");
    }
}

impl Callback {
    fn at(url: &Url) -> Self {
        let read = |text: Option<&str>| {
            url::form_urlencoded::parse(text.unwrap_or_default().as_bytes()).into_owned().collect()
        };
        let (query, fragment) = (read(url.query()), read(url.fragment()));
        let mut uri = url.clone();
        uri.set_query(None);
        uri.set_fragment(None);
        Self { uri: uri.into(), query, fragment, form: Vec::new() }
    }

    fn posted(form: &Form) -> Self {
        let url = Url::parse(&form.action).expect("a URL");
        Self { form: form.fields.clone(), ..Self::at(&url) }
    }
}

impl Arrival {
    /// At the app, where it must be.
    #[track_caller]
    pub(crate) fn at_app(self) -> Callback {
        match self {
            Self::App(callback) => callback,
            Self::Page(page) => panic!("still at {}: {}", page.path, page.text()),
        }
    }

    /// On a page of the server, where it must be.
    #[track_caller]
    pub(crate) fn on_page(self) -> Page {
        match self {
            Self::Page(page) => page,
            Self::App(callback) => panic!("already at {callback:?}"),
        }
    }
}
