//! The way back to the client. Nothing else in this program can send a browser to another site.

use super::redirect_uri::{answer_in_query, is_redirect_uri_of};
use super::{AuthorizeRefusal, Client, PageRefusal, Parameters, ResponseMode};

/// A redirect URI that was proven to be the client's, and how to answer there. It can only be made from a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnAddress {
    uri: String,
    state: Option<String>,
    mode: ResponseMode,
    issuer: String,
}

/// What goes back when all is well (RFC 6749 4.1.2, OpenID Connect Core 3.3.2.5).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct AuthorizeResponse {
    /// The authorization code.
    pub code: String,
    /// An ID token, if the response type has one.
    pub id_token: Option<String>,
    /// An access token and the seconds until it ends, if the response type has one.
    pub access_token: Option<(String, i64)>,
    /// What was granted.
    pub scope: String,
}

impl std::fmt::Debug for AuthorizeResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizeResponse").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// An answer, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub enum ReturnResponse {
    /// Send the browser to this URL.
    Redirect(String),
    /// Let the browser post these fields.
    FormPost {
        /// Where to.
        action: String,
        /// Name and value of each field.
        fields: Vec<(&'static str, String)>,
    },
}

impl std::fmt::Debug for ReturnResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Redirect(_) => "Redirect",
            Self::FormPost { .. } => "FormPost",
        })
    }
}

impl ReturnAddress {
    /// Proves the redirect URI of a request. `repeated` names parameters that came twice: one that says where to go must
    /// not, and no answer is given in a state or mode that is in doubt.
    pub(super) fn prove(
        parameters: &Parameters,
        repeated: &[String],
        client: &Client,
        issuer: &str,
    ) -> Result<Self, PageRefusal> {
        let twice = |name: &str| repeated.iter().any(|known| known == name);
        let once = |name: &str| parameters.get(name).filter(|_| !twice(name));
        if twice("redirect_uri") {
            return Err(PageRefusal::RepeatedParameter("redirect_uri"));
        }
        let uri = parameters.get("redirect_uri").ok_or(PageRefusal::NoRedirectUri)?;
        if !is_redirect_uri_of(client, uri) {
            return Err(PageRefusal::RedirectUriNotAllowed);
        }
        // Nobody can register one any more; some may have before.
        if answer_in_query(uri).is_some() {
            return Err(PageRefusal::RedirectUriWithAnswer);
        }
        let (mode, _) = ResponseMode::resolve(once("response_mode"), once("response_type"));
        Ok(Self { uri: uri.to_owned(), state: once("state").map(ToOwned::to_owned), mode, issuer: issuer.to_owned() })
    }

    /// The redirect URI.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// How the answer travels.
    #[must_use]
    pub const fn mode(&self) -> ResponseMode {
        self.mode
    }

    /// The answer to a request that was granted.
    #[must_use]
    pub fn success(&self, response: AuthorizeResponse) -> ReturnResponse {
        let mut fields = vec![("code", response.code)];
        if let Some((token, expires_in)) = response.access_token {
            fields.push(("access_token", token));
            fields.push(("token_type", "Bearer".to_owned()));
            fields.push(("expires_in", expires_in.to_string()));
            fields.push(("scope", response.scope));
        }
        fields.extend(response.id_token.map(|token| ("id_token", token)));
        self.respond(fields)
    }

    /// The answer to a request that was refused. `reference` finds it in the log, `error_uri` explains it.
    #[must_use]
    pub fn error(&self, refusal: &AuthorizeRefusal, reference: &str, error_uri: &str) -> ReturnResponse {
        let description = if reference.is_empty() {
            refusal.description()
        } else {
            format!("{} ref {reference}", refusal.description())
        };
        self.respond(vec![
            ("error", refusal.code().as_str().to_owned()),
            ("error_description", description),
            ("error_uri", error_uri.to_owned()),
        ])
    }

    /// `state` goes back as it came, and `iss` in every answer (RFC 9207 2).
    fn respond(&self, mut fields: Vec<(&'static str, String)>) -> ReturnResponse {
        fields.extend(self.state.clone().map(|state| ("state", state)));
        fields.push(("iss", self.issuer.clone()));
        match self.mode {
            ResponseMode::Query => ReturnResponse::Redirect(with_query(&self.uri, &fields)),
            ResponseMode::Fragment => ReturnResponse::Redirect(format!("{}#{}", self.uri, encoded(&fields))),
            ResponseMode::FormPost => ReturnResponse::FormPost { action: self.uri.clone(), fields },
        }
    }
}

/// Adds fields to a URI that has no fragment; the query that it has stays as it is (RFC 6749 3.1.2).
pub(super) fn with_query(uri: &str, fields: &[(&'static str, String)]) -> String {
    let between = match uri.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{between}{}", encoded(fields))
}

fn encoded(fields: &[(&'static str, String)]) -> String {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
    pairs.join("&")
}

/// Encodes everything but RFC 3986's unreserved characters, spaces as `%20`: read alike as a form and as a URI.
fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::ClientType;
    use crate::oauth::test_client::client;
    use proptest::prelude::*;

    fn address(redirect_uri: &str, query: &[(&str, &str)]) -> ReturnAddress {
        let mut client = client(ClientType::Hybrid);
        client.urls.redirect = vec![redirect_uri.to_owned()];
        let parameters = query.iter().copied().chain([("redirect_uri", redirect_uri)]).collect();
        ReturnAddress::prove(&parameters, &[], &client, "https://id.example/identity").expect("an address")
    }

    fn response() -> AuthorizeResponse {
        AuthorizeResponse { code: "c".to_owned(), ..AuthorizeResponse::default() }
    }

    /// Redirect URI, other parameters, and where the browser goes.
    type Row = (&'static str, &'static [(&'static str, &'static str)], String);

    #[test]
    fn answers_are_written_into_the_place_of_the_mode() {
        const ISS: &str = "iss=https%3A%2F%2Fid.example%2Fidentity";
        let rows: [Row; 7] = [
            ("https://a.example/cb", &[], format!("https://a.example/cb?code=c&{ISS}")),
            ("https://a.example/cb?x=1", &[("state", "s")], format!("https://a.example/cb?x=1&code=c&state=s&{ISS}")),
            ("https://a.example/cb?", &[], format!("https://a.example/cb?code=c&{ISS}")),
            ("https://a.example/cb?x&", &[], format!("https://a.example/cb?x&code=c&{ISS}")),
            ("https://a.example", &[("response_mode", "fragment")], format!("https://a.example#code=c&{ISS}")),
            (
                "https://a.example/?x=1",
                &[("response_type", "code token")],
                format!("https://a.example/?x=1#code=c&{ISS}"),
            ),
            ("com.example.app:/cb", &[], format!("com.example.app:/cb?code=c&{ISS}")),
        ];
        for (uri, query, expected) in rows {
            let ReturnResponse::Redirect(url) = address(uri, query).success(response()) else { panic!("{uri}") };
            assert_eq!(url, expected);
        }
    }

    #[test]
    fn a_form_is_posted_to_the_address_itself() {
        let address = address("https://a.example/cb?x=1", &[("response_mode", "form_post"), ("state", "<\"&'>")]);
        let ReturnResponse::FormPost { action, fields } = address.success(response()) else { panic!("a form") };
        assert_eq!(action, "https://a.example/cb?x=1");
        assert!(fields.contains(&("state", "<\"&'>".to_owned())));
        assert!(fields.iter().any(|(name, _)| *name == "iss"));
    }

    #[test]
    fn an_error_carries_nothing_but_what_the_standards_name() {
        let address = address("https://a.example/cb", &[("response_mode", "form_post"), ("state", "s")]);
        let error = address.error(&AuthorizeRefusal::Denied, "7K2Q-9M4D", "https://id.example/docs/errors/PC-1303");
        let ReturnResponse::FormPost { fields, .. } = error else { panic!("a form") };
        let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["error", "error_description", "error_uri", "state", "iss"]);
        assert_eq!(fields[1].1, "The user did not allow it. ref 7K2Q-9M4D");
    }

    #[test]
    fn all_parts_of_a_hybrid_answer_are_there() {
        let address = address("https://a.example/cb", &[("response_mode", "form_post")]);
        let response = AuthorizeResponse {
            code: "c".to_owned(),
            id_token: Some("i".to_owned()),
            access_token: Some(("a".to_owned(), 60)),
            scope: "openid".to_owned(),
        };
        let ReturnResponse::FormPost { fields, .. } = address.success(response) else { panic!("a form") };
        let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["code", "access_token", "token_type", "expires_in", "scope", "id_token", "iss"]);
    }

    #[test]
    fn an_address_is_only_made_of_the_clients_own_uri() {
        let mut client = client(ClientType::Hybrid);
        client.urls.redirect.push("https://app.example/cb?iss=x".to_owned());
        let rows = [
            (None, &[][..], PageRefusal::NoRedirectUri),
            (Some("https://app.example/cb?iss=x"), &[], PageRefusal::RedirectUriWithAnswer),
            (Some("https://evil.example/cb"), &[], PageRefusal::RedirectUriNotAllowed),
            (Some("https://app.example/cb"), &["redirect_uri"], PageRefusal::RepeatedParameter("redirect_uri")),
        ];
        for (uri, repeated, expected) in rows {
            let parameters = uri.map(|uri| ("redirect_uri", uri)).into_iter().collect();
            let repeated: Vec<String> = repeated.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(ReturnAddress::prove(&parameters, &repeated, &client, "i"), Err(expected));
        }
    }

    proptest! {
        #[test]
        fn the_state_comes_back_byte_for_byte_and_never_splits_a_header(state in "(?s).{1,200}") {
            prop_assume!(!state.contains('\0'));
            for mode in ["query", "fragment"] {
                let address = address("https://a.example/cb?x=%20", &[("state", &state), ("response_mode", mode)]);
                let ReturnResponse::Redirect(url) = address.success(response()) else { panic!("a redirect") };
                prop_assert!(url.bytes().all(|b| (0x21..0x7f).contains(&b)));
                let (_, answer) = url.split_once(if mode == "query" { '?' } else { '#' }).expect("an answer");
                let answer = Parameters::parse(answer.as_bytes()).expect("reads");
                prop_assert_eq!(answer.get("state"), Some(&*state));
            }
        }
    }
}
