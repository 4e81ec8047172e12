//! Says a refusal in the language of who asked: OAuth's JSON, the REST API's JSON, a page, or plain text.

use super::refusal::Refusal;
use super::{Origin, Reference};
use crate::web::cookies;
use crate::web::pages::{self, ErrorPage, Frame, Link, Theme};
use axum::extract::Request;
use axum::response::{Html, IntoResponse, Response};
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, REFERER};
use serde_json::json;

/// Who asked, as far as an answer depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    /// A program at an OAuth endpoint.
    Protocol,
    /// A program at the REST API.
    Api,
    /// A browser.
    Browser,
    /// Anything else.
    Other,
}

impl Asker {
    pub(super) fn of(request: &Request) -> Self {
        let path = request.uri().path();
        if !is_browser_page(path) {
            if is_api(path) { Self::Api } else { Self::Protocol }
        } else if takes_html(request.headers()) {
            Self::Browser
        } else {
            Self::Other
        }
    }

    /// The answer. Nothing of the request is repeated in it.
    pub(super) fn tell(self, refusal: &Refusal, reference: &Reference, visitor: &Visitor) -> Response {
        let (title, reason, resolution) = (refusal.title(), refusal.reason(), refusal.resolution());
        let mut response = match self {
            Self::Protocol => as_json(&json!({
                "error": refusal.oauth_error(),
                "error_description": format!("{reason} ref {reference}"),
            })),
            Self::Api => {
                let mut response = as_json(&json!({
                    "OperationId": reference.as_str(), "Error": title, "Reason": reason, "Resolution": resolution,
                }));
                response.headers_mut().insert("operation-id", reference.to_header());
                response
            }
            Self::Browser => page(refusal, reference, visitor),
            Self::Other => format!("{reason}\n{resolution}\nReference {reference}\n").into_response(),
        };
        *response.status_mut() = refusal.status();
        if let Some((name, value)) = refusal.header() {
            response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        response
    }
}

fn as_json(value: &serde_json::Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// The page: the card that all error pages are. Plain if that is what has failed.
fn page(refusal: &Refusal, reference: &Reference, visitor: &Visitor) -> Response {
    if matches!(refusal, Refusal::Panic) {
        return Html(plain(refusal, reference)).into_response();
    }
    let frame = Frame { theme: visitor.theme, ..Frame::default() };
    let mut view = ErrorPage::new(frame, refusal.title(), &refusal.reason(), reference.as_str());
    view.more = vec![refusal.resolution().to_owned()];
    match refusal {
        // Our own address, from our own settings.
        Refusal::OtherHost(home) => view.actions = vec![Link::new(format!("Go to {home}"), home.as_str())],
        _ if !visitor.from.is_empty() => view.actions = vec![Link::new("Go back", visitor.from.as_str())],
        _ => {}
    }
    pages::answer(refusal.status(), &view)
}

/// Plain on purpose: it must work when templates and assets are what has failed.
fn plain(refusal: &Refusal, reference: &Reference) -> String {
    let (title, reason, resolution) = (refusal.title(), refusal.reason(), refusal.resolution());
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <h1>{title}</h1>\n<p>{reason}</p>\n<p>{resolution}</p>\n<p>Reference <code>{reference}</code></p>\n</html>\n"
    )
}

/// What a page needs to know of the browser that it is for.
#[derive(Debug, Clone, Default)]
pub(super) struct Visitor {
    theme: Theme,
    /// The page of ours where it was; empty if it does not say.
    from: String,
}

impl Visitor {
    pub(super) fn of(headers: &HeaderMap, home: &Origin) -> Self {
        let theme = cookies::read(headers, cookies::THEME).map(Theme::parse).unwrap_or_default();
        let from = headers.get(REFERER).and_then(|from| from.to_str().ok()).filter(|from| from.len() <= 2_048);
        let from = from.and_then(|from| {
            from.strip_prefix(&home.to_string()).filter(|path| path.starts_with('/') && !path.starts_with("//"))
        });
        Self { theme, from: from.unwrap_or_default().to_owned() }
    }
}

/// Whether the Accept header asks for HTML by name.
pub(in crate::web) fn takes_html(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT).iter().any(|line| line.to_str().is_ok_and(|line| line.contains("text/html")))
}

/// Whether `path` belongs to the REST API, whose paths know no case.
pub(in crate::web) fn is_api(path: &str) -> bool {
    is_below(path, "/api")
}

/// Whether `path` takes a form with a file: a logo.
pub(super) fn takes_a_file(path: &str) -> bool {
    path.strip_prefix("/portal/clients/").is_some_and(|rest| rest.ends_with("/logo"))
}

/// Whether `path` is one that load balancers and supervisors ask.
pub(super) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// Whether `path` is one that people visit, cookies and all; the others are for programs. Of the protocol's endpoints
/// the front-channel ones are visited, of the API its pages.
pub(in crate::web) fn is_browser_page(path: &str) -> bool {
    const VISITED: [&str; 4] =
        ["/identity/connect/authorize", "/identity/connect/endsession", "/identity/connect/checksession", "/api/docs"];
    let for_programs = is_api(path) || is_below(path, "/identity") || is_below(path, "/.well-known");
    !for_programs || VISITED.iter().any(|visited| is_below(path, visited))
}

fn is_below(path: &str, top: &str) -> bool {
    path.as_bytes().split_at_checked(top.len()).is_some_and(|(start, rest)| {
        start.eq_ignore_ascii_case(top.as_bytes()) && matches!(rest.first(), None | Some(b'/'))
    })
}

#[cfg(test)]
mod tests {
    use super::{is_api, is_browser_page};

    #[test]
    fn paths_are_told_apart_by_whole_segments() {
        for (path, browser) in [
            ("/", true),
            ("/login", true),
            ("/identity", false),
            ("/identity/connect/token", false),
            ("/identity/connect/authorize", true),
            ("/identity/connect/authorizes", false),
            ("/identityx", true),
            ("/.well-known/oauth-authorization-server/identity", false),
            ("/Api/v1", false),
            ("/api/docs", true),
            ("/api/docs/getRole", true),
            ("/apis", true),
            ("", true),
        ] {
            assert_eq!(is_browser_page(path), browser, "{path}");
        }
        assert!(is_api("/API") && is_api("/api/v1/Tenants") && !is_api("/apiary"));
    }
}
