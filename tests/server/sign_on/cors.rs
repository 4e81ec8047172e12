//! Calls of pages of other origins to the endpoints of clients (CO-01 to CO-13).

use super::party::{AUTHORIZE, INTROSPECT, REVOKE, RelyingParty, USERINFO, VERIFIER, bob};
use crate::support::daemon::{TOKEN, basic};
use crate::support::http::send;
use crate::support::{Answer, TestServer};
use reqwest::{Method, RequestBuilder};

on_both_engines!(
    co_01_06_07_a_registered_origin_may_read_answers_and_refusals,
    co_02_11_look_alikes_may_read_nothing,
    co_03_04_05_08_09_pages_are_closed_and_metadata_is_open,
    co_10_12_13_an_origin_is_one_clients_own,
    co_01_refusals_before_the_endpoint_can_be_read_like_its_own,
);

const ORIGIN: &str = "https://spa.example";

/// Whom the answer lets read it; never with cookies.
#[track_caller]
fn allowed(answer: &Answer) -> &str {
    assert_eq!(answer.header("access-control-allow-credentials"), "", "CO-03");
    assert!(answer.status < 500, "CO-11: {}", answer.text());
    answer.header("access-control-allow-origin")
}

async fn from(origin: &str, request: RequestBuilder) -> Answer {
    send(request.header("origin", origin)).await
}

fn preflight(server: &TestServer, path: &str) -> RequestBuilder {
    let request = server.http().request(Method::OPTIONS, path).header("access-control-request-method", "POST");
    request.header("access-control-request-headers", "authorization")
}

async fn co_01_06_07_a_registered_origin_may_read_answers_and_refusals(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    for path in [TOKEN, USERINFO, REVOKE] {
        let answer = from(ORIGIN, preflight(&server, path)).await;
        assert_eq!((answer.status, allowed(&answer)), (204, ORIGIN), "CO-01 {path}");
        assert!(answer.header("access-control-allow-headers").contains("authorization"), "CO-07");
        assert!(answer.header("vary").contains("origin"), "CO-06");
    }
    let code = spa.code(&browser, "openid").await;
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", spa.daemon.id.as_str()),
        ("code", &code),
        ("redirect_uri", &spa.redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    let good = from(ORIGIN, server.http().form(TOKEN, &form)).await;
    form.truncate(2);
    let bad = from(ORIGIN, server.http().form(TOKEN, &form)).await;
    let token = good.member("access_token");
    let userinfo = |token: &str| server.http().request(Method::GET, USERINFO).bearer_auth(token);
    let answers = [good, bad, from(ORIGIN, userinfo(&token)).await, from(ORIGIN, userinfo("garbage")).await];
    for (answer, status) in answers.iter().zip([200, 400, 200, 401]) {
        assert_eq!((answer.status, allowed(answer)), (status, ORIGIN), "CO-01");
        assert!(answer.header("vary").contains("origin"), "CO-06");
    }
    let plain = server.http().get(USERINFO).await;
    assert_eq!((allowed(&plain), plain.header("vary")), ("", "origin"), "CO-06");
}

async fn co_02_11_look_alikes_may_read_nothing(server: TestServer) {
    let spa = RelyingParty::spa(&server, "spa").await;
    let form = [("grant_type", "authorization_code"), ("client_id", spa.daemon.id.as_str())];
    let long = format!("https://{}.example", "a".repeat(5_000));
    for origin in [
        "null",
        "*",
        "",
        "https://spa.example.evil.example",
        "https://evilspa.example",
        "https://x.spa.example",
        "http://spa.example",
        "https://spa.example:8443",
        "https://spa.example/",
        "https://spa.example/app/cb",
        "https://spa.example.",
        "HTTPS://SPA.EXAMPLE",
        "https://spa.example https://evil.example",
        "https://spa.example,https://evil.example",
        "https://spa_example",
        "spa.example",
        "https://user@spa.example",
        &long,
    ] {
        for path in [TOKEN, USERINFO, REVOKE] {
            assert_eq!(allowed(&from(origin, preflight(&server, path)).await), "", "CO-02 {origin}");
        }
        assert_eq!(allowed(&from(origin, server.http().form(TOKEN, &form)).await), "", "CO-02 {origin}");
        assert_eq!(allowed(&from(origin, server.http().request(Method::GET, USERINFO)).await), "", "CO-02 {origin}");
    }
    for (name, value) in [
        ("access-control-request-method", "DELETE"),
        ("access-control-request-method", "\"quoted\""),
        ("access-control-request-headers", "x, y, z"),
        ("access-control-request-private-network", "true"),
    ] {
        let request = server.http().request(Method::OPTIONS, TOKEN).header(name, value);
        allowed(&from(ORIGIN, request).await);
        allowed(&send(server.http().request(Method::OPTIONS, TOKEN).header(name, value)).await);
    }
    allowed(&from(ORIGIN, server.http().request(Method::OPTIONS, TOKEN)).await);
}

async fn co_03_04_05_08_09_pages_are_closed_and_metadata_is_open(server: TestServer) {
    let spa = RelyingParty::spa(&server, "spa").await;
    let http = server.http();
    for path in [
        AUTHORIZE,
        &spa.path(&[]),
        &spa.path(&[("prompt", "none")]),
        "/identity/connect/endsession",
        "/login",
        "/consent",
        "/account",
        "/portal",
        "/",
    ] {
        assert_eq!(allowed(&from(ORIGIN, http.request(Method::GET, path)).await), "", "CO-04, CO-05 {path}");
        assert_eq!(allowed(&from(ORIGIN, preflight(&server, path)).await), "", "CO-04, CO-05 {path}");
    }
    for path in ["/identity/.well-known/openid-configuration", "/identity/.well-known/openid-configuration/jwks"] {
        assert_eq!(allowed(&from("https://anybody.example", http.request(Method::GET, path)).await), "*", "CO-08");
    }
    assert_eq!(allowed(&from(ORIGIN, http.form(INTROSPECT, &[("token", "x")])).await), "", "CO-09");
    assert_eq!(allowed(&from(ORIGIN, preflight(&server, INTROSPECT)).await), "", "CO-09");
}

async fn co_10_12_13_an_origin_is_one_clients_own(server: TestServer) {
    let (browser, spa) = (bob(&server).await, RelyingParty::spa(&server, "spa").await);
    let (other, web) = (RelyingParty::spa(&server, "other").await, RelyingParty::web(&server, "web").await);
    let daemon = server.daemon("nightly").await;
    let http = server.http();
    let machine = [("CO-10", daemon.post(&[])), ("CO-10", daemon.basic(&[]))];
    let refused = daemon.with_secret("a wrong secret");
    let machine = machine.into_iter().chain([("CO-10", refused.post(&[])), ("CO-10", refused.basic(&[]))]);
    let form = [("grant_type", "authorization_code"), ("code", "x")];
    let named = |id: &str| {
        let fields: Vec<_> = form.into_iter().chain([("client_id", id)]).collect();
        http.form(TOKEN, &fields)
    };
    let web_id = web.daemon.id.as_str();
    let requests = machine.chain([
        ("CO-12", named("nobody")),
        ("CO-13", named(&other.daemon.id)),
        ("CO-13", named(web_id)),
        ("CO-13", http.form(TOKEN, &form).header("authorization", basic(web_id, &web.daemon.secret))),
        ("CO-13", http.form(REVOKE, &[("token", "x"), ("client_id", &other.daemon.id)])),
    ]);
    for (id, request) in requests {
        assert_eq!(allowed(&from(ORIGIN, request).await), "", "{id}");
    }
    assert_eq!(allowed(&from(ORIGIN, named(&spa.daemon.id)).await), ORIGIN);
    let userinfo = |token: &str| http.request(Method::GET, USERINFO).bearer_auth(token);
    for app in [&other, &web] {
        let token = app.tokens(&browser, "openid").await.access_token;
        let answer = from(ORIGIN, userinfo(&token)).await;
        assert_eq!((answer.status, allowed(&answer)), (200, ""), "CO-13");
    }
}

async fn co_01_refusals_before_the_endpoint_can_be_read_like_its_own(server: TestServer) {
    let _spa = RelyingParty::spa(&server, "spa").await;
    let (http, tenant) = (server.http(), server.operator().await.tenant_id());
    let api = format!("/api/v1/Tenants/{tenant}/ClientCredentialClients");
    let long = format!("{USERINFO}?x={}", "x".repeat(17_000));
    let refusals: [(u16, &(dyn Fn() -> RequestBuilder + Send + Sync)); 6] = [
        (413, &|| http.request(Method::POST, TOKEN).body("x".repeat(70_000))),
        (415, &|| http.form(TOKEN, &[("a", "b")]).header("content-encoding", "gzip")),
        (414, &|| http.request(Method::GET, &long)),
        (421, &|| http.under("elsewhere.example").form(TOKEN, &[("a", "b")])),
        (405, &|| http.request(Method::PUT, TOKEN)),
        (413, &|| http.request(Method::POST, &api).body("x".repeat(300_000))),
    ];
    for (status, request) in refusals {
        let answer = from(ORIGIN, request()).await;
        assert_eq!((answer.status, allowed(&answer)), (status, ORIGIN));
        assert!(answer.header("vary").contains("origin"), "{status}");
        assert_eq!(allowed(&from("https://evil.example", request()).await), "", "{status}");
    }
    let keys = "/identity/.well-known/openid-configuration/jwks";
    let answer = from("https://anybody.example", http.request(Method::POST, keys)).await;
    assert_eq!((answer.status, allowed(&answer)), (405, "*"));
    for closed in [INTROSPECT, "/login", "/api/docs"] {
        let answer = from(ORIGIN, http.form(closed, &[("a", "b")]).header("content-encoding", "gzip")).await;
        assert_eq!((answer.status, allowed(&answer)), (415, ""), "{closed}");
    }
}
