//! Where browsers are sent.

use super::text;
use portcullis::oauth::admin_fields::redirect_urls;
use portcullis::oauth::{
    AuthMethodPolicy, AuthorizeRejection, AuthorizeRequest, Client, ClientId, ClientType, ConsentPolicy, Parameters,
    PkcePolicy, ReturnResponse, SigningAlgorithm, TenantId, UnixTime, UrlLists, is_redirect_uri_of,
};
use url::Url;

const REGISTERED: [&str; 2] = ["https://app.example/cb?from=us", "http://127.0.0.1:4711/cb"];
const ISSUER: &str = "https://id.example/identity";

fn client(client_type: ClientType, redirect: Vec<String>) -> Client {
    Client {
        id: ClientId::new("app"),
        tenant_id: TenantId::new("acme"),
        client_type,
        name: "App".to_owned(),
        enabled: true,
        token_lifetime: 3_600,
        role_ids: Vec::new(),
        urls: UrlLists { redirect, logout: Vec::new(), cors: Vec::new() },
        allow_offline_access: true,
        allow_access_tokens_via_browser: true,
        client_uri: None,
        logo_uri: None,
        pkce: PkcePolicy::PkceOrNonce,
        consent: ConsentPolicy::Never,
        auth_method: AuthMethodPolicy::Any,
        access_token_algorithm: SigningAlgorithm::Rs256,
        tags: Vec::new(),
        created_at: UnixTime(0),
        created_by: String::new(),
        last_used_at: None,
        version: 1,
    }
}

/// An authorize request. Whatever it says, a browser goes to a registered place or nowhere.
pub fn authorize_query(bytes: &[u8]) {
    let Ok((parameters, repeated)) = Parameters::parse_repeated(bytes) else { return };
    for client_type in [ClientType::AuthorizationCode, ClientType::Hybrid] {
        let client = client(client_type, REGISTERED.map(ToOwned::to_owned).to_vec());
        let answer = match AuthorizeRequest::validate(&parameters, &repeated, Some(&client), ISSUER) {
            Ok(request) => {
                require_registered(request.return_address.uri(), client_type);
                assert!(client_type == ClientType::Hybrid || request.code_challenge.is_some(), "a code without PKCE");
                let _ = request.consent_scope();
                continue;
            }
            Err(AuthorizeRejection::Page(_)) => continue,
            Err(AuthorizeRejection::Redirect(refusal, address)) => {
                require_registered(address.uri(), client_type);
                address.error(&refusal, "REF", "https://id.example/errors")
            }
        };
        if let ReturnResponse::Redirect(url) = answer {
            let printable = url.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
            assert!(printable, "a header could be split: {url:?}");
            let host = Url::parse(&url).ok().and_then(|url| url.host_str().map(ToOwned::to_owned));
            assert!(matches!(host.as_deref(), Some("app.example" | "127.0.0.1")), "{url}");
        }
    }
}

fn require_registered(uri: &str, client_type: ClientType) {
    let same_but_port = || {
        let url = Url::parse(uri).expect("a URL");
        client_type == ClientType::Hybrid
            && url.host_str() == Some("127.0.0.1")
            && url.path() == "/cb"
            && url.query().is_none()
    };
    assert!(REGISTERED.contains(&uri) || same_but_port(), "{uri} is not registered");
}

/// A redirect URL on its way into the register: what is taken means the same to us, to a parser of URLs and to a browser,
/// and matches itself alone.
pub fn redirect_url(bytes: &[u8]) {
    let text = text(bytes);
    let Ok(kept) = redirect_urls(&[text.clone().into_owned()]) else { return };
    let [kept] = kept.as_slice() else { panic!("one line, {} URLs", kept.len()) };
    let url = Url::parse(kept).expect("what was taken is a URL");
    assert_eq!(Ok(&url), Url::parse(text.trim()).as_ref(), "{text} became {kept}");
    if matches!(url.scheme(), "http" | "https") {
        let host = url.host_str().expect("a host");
        let meant = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        assert_eq!(authority(kept), meant, "a browser goes elsewhere");
        let loopback = host == "localhost" || host == "[::1]" || host.starts_with("127.");
        assert!(url.scheme() == "https" || loopback, "{kept}");
    } else {
        assert_eq!(kept, text.trim(), "it is kept as it was written");
    }
    let app = client(ClientType::AuthorizationCode, vec![kept.clone()]);
    assert!(is_redirect_uri_of(&app, kept));
    for other in [format!("{kept}/"), format!("{kept}#"), format!("{kept}%20"), kept.replacen("//", "//x@", 1)] {
        assert!(other == *kept || !is_redirect_uri_of(&app, &other), "{other}");
    }
}

/// What a browser takes for host and port: what stands between the slashes, and a backslash is one.
fn authority(text: &str) -> &str {
    let rest = text.split_once(':').map_or("", |(_, rest)| rest).trim_start_matches(['/', '\\']);
    rest.split(['/', '\\', '?', '#']).next().unwrap_or_default()
}
