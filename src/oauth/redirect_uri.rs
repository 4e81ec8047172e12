//! Whether a redirect URI is the client's (RFC 9700 2.1): the same bytes, or it is not.

use super::{Client, ClientType};

/// Whether `sent` is one of the client's redirect URLs. The port of a loopback IP address may vary for native apps
/// (RFC 8252 7.3); `localhost` is a name like any other.
#[must_use]
pub fn is_redirect_uri_of(client: &Client, sent: &str) -> bool {
    let may_vary = client.client_type == ClientType::Hybrid;
    client.urls.redirect.iter().any(|registered| registered == sent || (may_vary && differ_in_port(registered, sent)))
}

/// Parameters of the answers of the authorize endpoint (RFC 6749 4.1.2 and 4.2.2, RFC 9207 2, OpenID Connect Core 3.3.2.5,
/// Session Management 2, JARM 2.3).
const OF_ANSWERS: [&str; 12] = [
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "error_uri",
    "id_token",
    "access_token",
    "token_type",
    "expires_in",
    "session_state",
    "response",
];

/// The first parameter in the query of a redirect URI that an answer has, too: an app that is answered there would find it
/// twice, and might take the wrong one.
#[must_use]
pub(super) fn answer_in_query(uri: &str) -> Option<&'static str> {
    of_query(uri, &OF_ANSWERS)
}

/// The same for a URL to which a browser goes once it is signed out: the answer has a `state` (RP-Initiated Logout 3).
#[must_use]
pub(super) fn logout_answer_in_query(uri: &str) -> Option<&'static str> {
    of_query(uri, &["state"])
}

fn of_query(uri: &str, names: &[&'static str]) -> Option<&'static str> {
    let (_, query) = uri.split_once('?')?;
    let mut sent = url::form_urlencoded::parse(query.as_bytes());
    sent.find_map(|(name, _)| names.iter().copied().find(|known| *known == name))
}

/// Whether both are the same URI of the same loopback IP address but for the port.
fn differ_in_port(registered: &str, sent: &str) -> bool {
    matches!((without_port(registered), without_port(sent)), (Some(one), Some(other)) if one == other)
}

/// A loopback URI as its host and what follows the port.
fn without_port(uri: &str) -> Option<(&'static str, &str)> {
    let (host, rest) = ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find_map(|host| uri.strip_prefix(host).map(|rest| (host, rest)))?;
    let rest = match rest.strip_prefix(':') {
        Some(port_first) => {
            let end = port_first.find(|c: char| !c.is_ascii_digit()).unwrap_or(port_first.len());
            // 07777 would be another spelling of 7777, and this server compares spellings.
            port_first[..end].parse::<u16>().ok().filter(|&port| port > 0 && !port_first.starts_with('0'))?;
            &port_first[end..]
        }
        None => rest,
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::test_client::client;

    fn accepts(client_type: ClientType, registered: &str, sent: &str) -> bool {
        let mut client = client(client_type);
        client.urls.redirect = vec!["https://other.example/".to_owned(), registered.to_owned()];
        is_redirect_uri_of(&client, sent)
    }

    #[test]
    fn only_the_same_bytes_match() {
        let good = "https://app.example/cb";
        assert!(accepts(ClientType::AuthorizationCode, good, good));
        let bad = [
            "",
            "/cb",
            "//app.example/cb",
            "https://app.example/cb/",
            "https://app.example/cb/x",
            "https://app.example/cbx",
            "https://app.example/",
            "https://app.example/cb?",
            "https://app.example/cb?next=https://evil.example",
            "https://app.example/cb#x",
            "https://app.example@evil.example/cb",
            "https://app.example:443/cb",
            "https://app.example.evil.example/cb",
            "https://xapp.example/cb",
            "https://app.example./cb",
            "https://app.example/x/../cb",
            "https://app.example/%63b",
            "https://app.example//cb",
            "https://app.example/CB",
            "https://APP.example/cb",
            "HTTPS://app.example/cb",
            "http://app.example/cb",
            " https://app.example/cb",
            "https://app.example/cb\n",
            "https://app.example\\/cb",
            "https://app.example/cb\u{2028}",
        ];
        for sent in bad {
            for client_type in [ClientType::AuthorizationCode, ClientType::Hybrid] {
                assert!(!accepts(client_type, good, sent), "{sent:?}");
            }
        }
    }

    #[test]
    fn what_an_answer_says_is_found_in_a_query() {
        let rows = [
            ("https://app.example/cb", None, None),
            ("https://app.example/cb?x=1&y", None, None),
            ("https://app.example/cb?Code=1&codes=1&mycode=1", None, None),
            ("https://app.example/code=1?x=code", None, None),
            ("https://app.example/cb?code=1", Some("code"), None),
            ("https://app.example/cb?x=1&%69ss=https://evil.example", Some("iss"), None),
            ("https://app.example/cb?state", Some("state"), Some("state")),
            ("https://app.example/cb?x=?&response=", Some("response"), None),
            ("com.example.app:/cb?error=x", Some("error"), None),
        ];
        for (uri, answer, logout) in rows {
            assert_eq!((answer_in_query(uri), logout_answer_in_query(uri)), (answer, logout), "{uri}");
        }
    }

    #[test]
    fn a_native_app_may_choose_the_port_on_a_loopback_address() {
        let rows = [
            ("http://127.0.0.1/cb", "http://127.0.0.1:54321/cb", true),
            ("http://127.0.0.1:8080/cb", "http://127.0.0.1/cb", true),
            ("http://127.0.0.1:8080/cb", "http://127.0.0.1:9090/cb", true),
            ("http://[::1]/cb", "http://[::1]:9/cb", true),
            ("http://127.0.0.1", "http://127.0.0.1:9", true),
            ("http://127.0.0.1/cb?x=1", "http://127.0.0.1:9/cb?x=1", true),
            ("http://127.0.0.1/cb", "http://127.0.0.1:9/cb/", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:9/other", false),
            ("http://127.0.0.1/cb", "http://[::1]:9/cb", false),
            ("http://127.0.0.1/cb", "http://localhost:9/cb", false),
            ("http://localhost/cb", "http://localhost:9/cb", false),
            ("https://127.0.0.1/cb", "https://127.0.0.1:9/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:0/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:07777/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:99999/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.2:9/cb", false),
        ];
        for (registered, sent, expected) in rows {
            assert_eq!(accepts(ClientType::Hybrid, registered, sent), expected, "{registered} {sent}");
            assert!(!accepts(ClientType::AuthorizationCode, registered, sent), "a browser app: {sent}");
        }
    }
}
