//! Says a refusal in the language of who asked: OAuth's JSON, the REST API's JSON, a page, or plain text.

use super::Reference;
use super::refusal::Refusal;
use axum::extract::Request;
use axum::response::{Html, IntoResponse, Response};
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
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
    pub(super) fn tell(self, refusal: &Refusal, reference: &Reference) -> Response {
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
            Self::Browser => Html(page(refusal, reference)).into_response(),
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

/// Plain on purpose: it must work when templates and assets are what has failed.
fn page(refusal: &Refusal, reference: &Reference) -> String {
    let (title, resolution) = (refusal.title(), refusal.resolution());
    let reason = match refusal {
        // Our own address, from our own settings: an origin has no character that HTML could mistake.
        Refusal::OtherHost(home) => format!("This server is <a href=\"{home}\">{home}</a>"),
        other => other.reason().into_owned(),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <h1>{title}</h1>\n<p>{reason}</p>\n<p>{resolution}</p>\n<p>Reference <code>{reference}</code></p>\n</html>\n"
    )
}

/// Whether the Accept header asks for HTML by name.
pub(in crate::web) fn takes_html(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT).iter().any(|line| line.to_str().is_ok_and(|line| line.contains("text/html")))
}

/// Whether `path` belongs to the REST API, whose paths know no case.
pub(in crate::web) fn is_api(path: &str) -> bool {
    is_below(path, "/api")
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
