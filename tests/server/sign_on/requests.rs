//! Authorize requests that are wrong: without a proven way back there is a page, with one the app is told (AZ-01 to
//! AZ-42, AZ-64, AZ-65).

use super::party::{AUTHORIZE, Arrival, RelyingParty, bob, go};
use crate::support::daemon::TOKEN;
use crate::support::http::send;
use crate::support::{Browser, TestServer};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};

on_both_engines!(
    az_01_to_16_a_redirect_uri_is_the_same_bytes_or_leads_nowhere,
    az_03_an_administrator_is_told_what_differs_and_a_stranger_is_not,
    az_01_02_62_unknown_and_disabled_clients_look_the_same,
    az_17_18_57_what_came_twice_or_broken_is_refused,
    az_20_to_42_the_app_is_told_what_is_wrong,
    az_42_nobody_calls_an_address_that_a_request_brings,
    az_64_65_the_way_back_is_proven_before_anything_else,
    az_35_a_thousand_scopes_are_refused,
);

/// Not `https://spa.example/app/cb`.
const FOREIGN: &[(&str, &str)] = &[
    ("AZ-03", ""),
    ("AZ-04", "https://evil.example/cb"),
    ("AZ-04", "/app/cb"),
    ("AZ-04", "app/cb"),
    ("AZ-04", "//spa.example/app/cb"),
    ("AZ-05", "https://web.example/app/cb"),
    ("AZ-06", "https://spa.example/app/cb/"),
    ("AZ-06", "https://spa.example/app/cb/x"),
    ("AZ-06", "https://spa.example/app/cbx"),
    ("AZ-06", "https://spa.example/app"),
    ("AZ-06", "https://spa.example/app/"),
    ("AZ-06", "https://spa.example"),
    ("AZ-07", "https://spa.example/app/cb?"),
    ("AZ-07", "https://spa.example/app/cb?x=1"),
    ("AZ-07", "https://spa.example/app/cb?next=https://evil.example"),
    ("AZ-08", "https://spa.example/app/cb#"),
    ("AZ-08", "https://spa.example/app/cb#x"),
    ("AZ-09", "https://spa.example@evil.example/app/cb"),
    ("AZ-09", "https://spa.example:80@evil.example/app/cb"),
    ("AZ-09", "https://a@spa.example@evil.example/app/cb"),
    ("AZ-09", "https://spa.example%40evil.example/app/cb"),
    ("AZ-09", "https://evil.example\\@spa.example/app/cb"),
    ("AZ-10", "https://spa.example.evil.example/app/cb"),
    ("AZ-10", "https://evilspa.example/app/cb"),
    ("AZ-10", "https://x.spa.example/app/cb"),
    ("AZ-10", "https://spa.example./app/cb"),
    ("AZ-10", "https://spaxexample/app/cb"),
    ("AZ-10", "https://spa.example:443/app/cb"),
    ("AZ-10", "https://spa.example:8443/app/cb"),
    ("AZ-11", "https://spa.example/app/../app/cb"),
    ("AZ-11", "https://spa.example/app/./cb"),
    ("AZ-11", "https://spa.example/app//cb"),
    ("AZ-11", "https://spa.example/app/cb/..;/evil"),
    ("AZ-11", "https://spa.example/app/cb/%2e%2e/evil"),
    ("AZ-11", "https://spa.example/app/cb/%252e%252e/evil"),
    ("AZ-11", "https://spa.example/app/cb;x"),
    ("AZ-12", "https://spa.example/APP/cb"),
    ("AZ-12", "https://SPA.example/app/cb"),
    ("AZ-12", "HTTPS://spa.example/app/cb"),
    ("AZ-13", "http://spa.example/app/cb"),
    ("AZ-13", "javascript:alert(1)"),
    ("AZ-13", "JaVaScRiPt://spa.example/app/cb%0aalert(1)"),
    ("AZ-13", "data:text/html,<script>alert(1)</script>"),
    ("AZ-13", "file:///etc/passwd"),
    ("AZ-14", "https://spa.example/app/cb\r\nx: y"),
    ("AZ-14", "https://spa.example/app/cb\n"),
    ("AZ-14", "https://spa.example/app/cb\t"),
    ("AZ-14", "https://spa.example/app/cb\0"),
    ("AZ-14", " https://spa.example/app/cb"),
    ("AZ-14", "https://spa.example/app/cb "),
    ("AZ-14", "https:\\\\spa.example\\app\\cb"),
    ("AZ-14", "https://spa.example/app/cb\u{2028}"),
    ("AZ-14", "https://spa\u{3002}example/app/cb"),
    ("AZ-15", "https://spa.example/%61pp/cb"),
    ("AZ-15", "https://spa.example%2fapp/cb"),
    ("AZ-15", "https://spa%2eexample/app/cb"),
    ("AZ-16", "http://127.0.0.1/app/cb"),
    ("AZ-16", "http://127.0.0.1:8080/app/cb"),
    ("AZ-16", "http://[::1]/app/cb"),
    ("AZ-16", "http://localhost/app/cb"),
    ("AZ-19", "https://spa.example/app/cb?code=mine"),
];

async fn az_01_to_16_a_redirect_uri_is_the_same_bytes_or_leads_nowhere(server: TestServer) {
    let spa = RelyingParty::spa(&server, "spa").await;
    RelyingParty::web(&server, "web").await;
    let (stranger, bob) = (Browser::new(&server), bob(&server).await);
    for (id, uri) in FOREIGN {
        for browser in [&stranger, &bob] {
            let why = format!("{id} {uri:?}");
            spa.ask(browser, &[("redirect_uri", uri)]).await.assert_refused(&why);
            spa.ask(browser, &[("redirect_uri", uri), ("prompt", "none")]).await.assert_refused(&why);
        }
    }
    assert!(spa.ask(&bob, &[]).await.fields().contains_key("code"), "the registered one is good");
}

async fn az_03_an_administrator_is_told_what_differs_and_a_stranger_is_not(server: TestServer) {
    let spa = RelyingParty::spa(&server, "spa").await;
    let (admin, stranger) = (Browser::of_administrator(&server).await, Browser::new(&server));
    let path = spa.path(&[("redirect_uri", "https://spa.example:8443/app/cb")]);
    let page = admin.visit(&path).await;
    assert_eq!(page.status(), 400);
    for part in [
        "an address that we don’t know",
        "The port differs: 8443 ≠ none.",
        "<dt>Closest</dt><dd><code>https://spa.example/app/cb</code>",
        "/docs/errors/PC-1103",
    ] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let told = stranger.visit(&path).await.text();
    assert!(told.contains("PC-1103") && !told.contains("differs") && !told.contains("Closest"), "{told}");
}

async fn az_01_02_62_unknown_and_disabled_clients_look_the_same(server: TestServer) {
    let (spa, browser) = (RelyingParty::spa(&server, "spa").await, Browser::new(&server));
    spa.ask(&browser, &[("client_id", "")]).await.assert_refused("AZ-01");
    let id = spa.daemon.id.clone();
    let other_case = if id.to_uppercase() == id { id.to_lowercase() } else { id.to_uppercase() };
    let padded = [format!(" {id}"), format!("{id} "), format!("{id}\0"), other_case, "nobody".to_owned()];
    for unknown in &padded {
        spa.ask(&browser, &[("client_id", unknown)]).await.assert_refused(unknown);
    }
    // All but the reference, and the sealed cookie's token, is the same.
    let told = async || {
        let answer = go(&browser, &spa.path(&[])).await.answer;
        let reference = answer.header("x-request-id").to_owned();
        (answer.status, answer.text().replace(&reference, ""))
    };
    server.operator().await.enable(&spa.daemon, false).await;
    let disabled = told().await;
    server.operator().await.remove(&spa.daemon).await;
    assert_eq!(told().await, disabled, "AZ-62");
    assert_eq!(disabled.0, 400);
}

async fn az_17_18_57_what_came_twice_or_broken_is_refused(server: TestServer) {
    let (spa, browser) = (RelyingParty::spa(&server, "spa").await, bob(&server).await);
    let raw = async |query: String| go(&browser, &format!("{AUTHORIZE}?{query}")).await;
    let good = spa.query(&[]);
    for (id, twice) in [
        ("AZ-17", "&redirect_uri=https%3A%2F%2Fevil.example%2Fcb"),
        ("AZ-17", "&redirect_uri=https%3A%2F%2Fspa.example%2Fapp%2Fcb"),
        ("AZ-18", "&client_id=another"),
        ("AZ-57", "&x=%zz"),
        ("AZ-57", "&x=%f"),
        ("AZ-57", "&x=%ff%fe"),
        ("AZ-57", "&state%00=1"),
    ] {
        raw(format!("{good}{twice}")).await.assert_refused(&format!("{id} {twice}"));
    }
    raw(format!("redirect_uri=https%3A%2F%2Fevil.example%2Fcb&{good}")).await.assert_refused("AZ-17");
    let brackets = good.replace("client_id=", "client_id[]=").replace("redirect_uri=", "redirect_uri[0]=");
    raw(brackets).await.assert_refused("AZ-57");
    let many = (0..120).fold(String::new(), |many, n| many + &format!("&p{n}=1"));
    raw(format!("{good}{many}")).await.assert_refused("too many");
    for name in ["response_type", "scope", "nonce", "code_challenge", "code_challenge_method", "state", "prompt", "x"] {
        let arrival = raw(format!("{good}&{name}=code&{name}=token")).await;
        assert_eq!(arrival.error(), "invalid_request", "AZ-18 {name}");
        assert_eq!(arrival.fields().contains_key("state"), name != "state", "none that is in doubt");
    }
}

/// An app, what it changes in a good request, and the error that it is told.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);

const TOLD: &[Row] = &[
    ("AZ-20", "spa", &[("response_type", "")], "invalid_request"),
    ("AZ-21", "spa", &[("response_type", "foo")], "unsupported_response_type"),
    ("AZ-21", "spa", &[("response_type", "CODE")], "unsupported_response_type"),
    ("AZ-21", "spa", &[("response_type", "code code")], "unsupported_response_type"),
    ("AZ-21", "spa", &[("response_type", "code<script>")], "unsupported_response_type"),
    ("AZ-22", "spa", &[("response_type", "token")], "unsupported_response_type"),
    ("AZ-22", "spa", &[("response_type", "id_token")], "unsupported_response_type"),
    ("AZ-22", "spa", &[("response_type", "id_token token")], "unsupported_response_type"),
    ("AZ-22", "spa", &[("response_type", "code token")], "unauthorized_client"),
    ("AZ-22", "web", &[("response_type", "id_token token")], "unsupported_response_type"),
    ("AZ-23", "spa", &[("response_type", "code id_token")], "unauthorized_client"),
    ("AZ-24", "web", &[("response_type", "code id_token"), ("response_mode", "query")], "invalid_request"),
    ("AZ-25", "web", &[("response_type", "code id_token"), ("nonce", "")], "invalid_request"),
    ("AZ-26", "spa", &[("response_mode", "teleport")], "invalid_request"),
    ("AZ-28", "spa", &[("code_challenge", ""), ("code_challenge_method", "")], "invalid_request"),
    ("AZ-29", "spa", &[("code_challenge_method", "plain")], "invalid_request"),
    ("AZ-29", "spa", &[("code_challenge_method", "")], "invalid_request"),
    ("AZ-30", "spa", &[("code_challenge_method", "S512")], "invalid_request"),
    ("AZ-30", "spa", &[("code_challenge_method", "s256")], "invalid_request"),
    ("AZ-31", "spa", &[("code_challenge", "short")], "invalid_request"),
    ("AZ-31", "spa", &[("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=")], "invalid_request"),
    ("AZ-31", "spa", &[("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")], "invalid_request"),
    ("AZ-31", "spa", &[("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMM")], "invalid_request"),
    ("AZ-32", "spa", &[("code_challenge", "")], "invalid_request"),
    ("AZ-32", "web", &[("code_challenge", "")], "invalid_request"),
    ("AZ-33", "spa", &[("scope", "admin")], "invalid_scope"),
    ("AZ-34", "spa", &[("scope", "openid \"x")], "invalid_scope"),
    ("AZ-34", "spa", &[("scope", "openid a\\b")], "invalid_scope"),
    ("AZ-34", "spa", &[("scope", "openid\u{7f}")], "invalid_scope"),
    ("AZ-34", "spa", &[("scope", "openid \u{e9}")], "invalid_scope"),
    ("AZ-36", "spa", &[("prompt", "none")], "login_required"),
    ("AZ-37", "spa", &[("prompt", "none login")], "invalid_request"),
    ("AZ-38", "spa", &[("max_age", "-1")], "invalid_request"),
    ("AZ-38", "spa", &[("max_age", "1.5")], "invalid_request"),
    ("AZ-38", "spa", &[("max_age", "99999999999999999999")], "invalid_request"),
    ("AZ-38", "spa", &[("max_age", "soon")], "invalid_request"),
    ("AZ-38", "spa", &[("prompt", "dance")], "invalid_request"),
    ("AZ-41", "spa", &[("request", "eyJub25lIn0.e30.")], "request_not_supported"),
    ("AZ-42", "spa", &[("request_uri", "http://127.0.0.1:1/r")], "request_uri_not_supported"),
    ("AZ-42", "spa", &[("request_uri", "http://169.254.169.254/latest")], "request_uri_not_supported"),
    ("AZ-42", "spa", &[("request_uri", "file:///etc/passwd")], "request_uri_not_supported"),
    ("RFC 8707", "spa", &[("resource", "https://evil.example/api")], "invalid_target"),
    // Nobody sees the nonce again where there is no ID token.
    (
        "RFC 9700 2.1.1",
        "web",
        &[("scope", "ocsapi"), ("code_challenge", ""), ("code_challenge_method", "")],
        "invalid_request",
    ),
];

/// The app is told this error, its own state and our issuer, and nothing else.
fn assert_told(server: &TestServer, app: &RelyingParty, arrival: &Arrival, error: &str, why: &str) {
    let fields = arrival.fields();
    assert_eq!(fields["error"], error, "{why}: {fields:?}");
    assert_eq!((fields["state"].as_str(), fields["iss"].as_str()), ("st", server.issuer().as_str()), "AZ-46 {why}");
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["error", "error_description", "error_uri", "iss", "state"], "{why}");
    let allowed = |byte: u8| matches!(byte, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(fields["error_description"].bytes().all(allowed), "RFC 6749 4.1.2.1: {fields:?}");
    let rest = arrival.away().strip_prefix(&app.redirect_uri).expect("the registered URI");
    assert!(rest.starts_with(['?', '#']), "{why}: {rest}");
    assert!(arrival.answer.header("cache-control").contains("no-store"), "{why}");
}

async fn az_20_to_42_the_app_is_told_what_is_wrong(server: TestServer) {
    let (spa, web) = (RelyingParty::spa(&server, "spa").await, RelyingParty::web(&server, "web").await);
    let browser = Browser::new(&server);
    for (id, app, changes, error) in TOLD {
        let app = if *app == "spa" { &spa } else { &web };
        let (arrival, why) = (app.ask(&browser, changes).await, format!("{id} {changes:?}"));
        assert_told(&server, app, &arrival, error, &why);
        let fragment = changes.iter().any(|(name, value)| *name == "response_type" && value.contains("token"));
        assert_eq!(arrival.away().contains('#'), fragment, "AZ-24 {why}");
    }
    assert!(browser.session().is_none(), "AZ-36");
}

async fn az_42_nobody_calls_an_address_that_a_request_brings(server: TestServer) {
    let (spa, web) = (RelyingParty::spa(&server, "spa").await, RelyingParty::web(&server, "web").await);
    let browser = Browser::new(&server);
    let trap = TcpListener::bind("127.0.0.1:0").expect("a free port");
    trap.set_nonblocking(true).expect("a listener that does not wait");
    let address = trap.local_addr().expect("an address");
    for host in [address.to_string(), format!("localhost:{}", address.port()), format!("2130706433:{}", address.port())]
    {
        let url = format!("http://{host}/r");
        for app in [&spa, &web] {
            let arrival = app.ask(&browser, &[("request_uri", &url)]).await;
            assert_eq!(arrival.error(), "request_uri_not_supported");
            let posted = send(server.http().request(Method::POST, AUTHORIZE).form(&[("request_uri", &url)])).await;
            assert!(posted.status == 303 && posted.header("location").starts_with(AUTHORIZE), "as a GET, seen above");
            // A header that says where its key is, and parameters that others follow.
            let header = serde_json::json!({ "alg": "RS256", "typ": "JWT", "jku": url, "x5u": url, "kid": "x" });
            let header = URL_SAFE_NO_PAD.encode(header.to_string());
            let jwt = format!("{header}.{}.c2ln", URL_SAFE_NO_PAD.encode(r#"{"iss":"x"}"#));
            for name in ["jwks_uri", "logo_uri", "sector_identifier_uri", "registration", "policy_uri", "resource"] {
                app.ask(&browser, &[(name, &url)]).await;
            }
            app.ask(&browser, &[("id_token_hint", &jwt)]).await;
            assert_eq!(app.ask(&browser, &[("request", &jwt)]).await.error(), "request_not_supported");
            assert!(!app.is_alive(&jwt).await);
            let assertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            let form = [
                ("grant_type", "authorization_code"),
                ("code", "x"),
                ("client_assertion_type", assertion),
                ("client_assertion", &jwt),
            ];
            assert!((400..500).contains(&app.post_as_stranger(TOKEN, &form).await.status));
        }
    }
    // Whatever it had begun, it has ended when it has stopped.
    server.stop().await;
    assert_eq!(trap.accept().expect_err("a connection").kind(), ErrorKind::WouldBlock, "the server called it");
    TcpStream::connect(address).expect("a connection");
    assert!(trap.accept().is_ok(), "and a call would have been noticed");
}

async fn az_64_65_the_way_back_is_proven_before_anything_else(server: TestServer) {
    let (spa, web) = (RelyingParty::spa(&server, "spa").await, RelyingParty::web(&server, "web").await);
    let browser = Browser::new(&server);
    let evil = ("redirect_uri", "https://evil.example/cb");
    for (_, _, changes, _) in TOLD {
        for app in [&spa, &web] {
            let changes: Vec<_> = changes.iter().copied().chain([evil]).collect();
            app.ask(&browser, &changes).await.assert_refused(&format!("AZ-64 {changes:?}"));
        }
    }
    let no_openid = [("response_type", "code id_token"), ("scope", "profile"), evil];
    web.ask(&browser, &no_openid).await.assert_refused("AZ-65");
    let arrival = web.ask(&browser, &no_openid[..2]).await;
    assert_eq!(arrival.error(), "invalid_scope");
}

async fn az_35_a_thousand_scopes_are_refused(server: TestServer) {
    let (spa, browser) = (RelyingParty::spa(&server, "spa").await, Browser::new(&server));
    let different = |count| (0..count).fold(String::new(), |many, n| many + &format!("s{n} "));
    let many = different(1_200);
    let one_too_many = different(51);
    for scope in [format!("openid {}", many.trim()), one_too_many.trim().to_owned(), "x".repeat(3_000)] {
        assert_told(&server, &spa, &spa.ask(&browser, &[("scope", &scope)]).await, "invalid_scope", "AZ-35");
    }
    let fields = spa.ask(&bob(&server).await, &[("scope", "openid admin")]).await.fields();
    let tokens = spa.exchange(&spa.keep_code(&fields), &[]).await;
    assert_eq!(tokens.member("scope"), "openid", "AZ-33: left out, and said so");
}
