//! What a request to the token endpoint may look like (RFC 6749 3.2).

use crate::support::daemon::TOKEN;
use crate::support::http::send;
use crate::support::{Answer, Daemon, TestServer};
use reqwest::Method;

on_both_engines!(
    tk_01_only_post_is_served,
    tk_02_nothing_in_the_query_counts,
    tk_03_only_forms_are_read,
    tk_03_a_form_may_name_its_charset,
    tk_04_a_request_names_its_grant_type,
    tk_05_and_06_other_grant_types_are_unsupported,
    tk_07_no_parameter_comes_twice,
    tk_08_unknown_and_empty_parameters_are_ignored,
    tk_09_mangled_bodies_are_refused,
    tk_10_an_answer_is_json_whatever_the_client_accepts,
    tk_40_nothing_that_was_sent_is_echoed,
);

/// Posts raw bytes as a form.
async fn post(server: &TestServer, body: impl Into<Vec<u8>>) -> Answer {
    let request = server.http().request(Method::POST, TOKEN);
    send(request.header("content-type", "application/x-www-form-urlencoded").body(body.into())).await
}

/// The form of a request that gets a token.
fn form(daemon: &Daemon) -> String {
    format!("grant_type=client_credentials&client_id={}&client_secret={}", daemon.id, daemon.secret)
}

async fn tk_01_only_post_is_served(server: TestServer) {
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = send(server.http().request(method.clone(), TOKEN)).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{method}");
    }
}

async fn tk_02_nothing_in_the_query_counts(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let query = format!("{TOKEN}?{}", form(&daemon));
    send(server.http().form(&query, &[])).await.assert_refused("invalid_request");
    let grant = [("grant_type", "client_credentials")];
    send(server.http().form(&query, &grant)).await.assert_refused("invalid_client");
    // And what is in the query does no harm to what is in the form.
    let other = format!("{TOKEN}?client_id=other&scope=other&grant_type=password");
    let fields = [grant[0], ("client_id", &daemon.id), ("client_secret", &daemon.secret)];
    assert_eq!(send(server.http().form(&other, &fields)).await.status, 200);
}

async fn tk_03_only_forms_are_read(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let kinds = [
        None,
        Some(""),
        Some("application/json"),
        Some("text/plain"),
        Some("multipart/form-data; boundary=x"),
        Some("application/x-www-form-urlencodedx"),
        Some("application/x-www-form-urlencoded-but-not"),
        Some("text/plain; application/x-www-form-urlencoded"),
    ];
    for kind in kinds {
        let request = server.http().request(Method::POST, TOKEN).body(form(&daemon));
        let request = kind.into_iter().fold(request, |request, kind| request.header("content-type", kind));
        let answer = send(request).await;
        answer.assert_refused("invalid_request");
        assert_eq!(answer.member("error_code"), "PC-2101", "{kind:?}");
    }
}

async fn tk_03_a_form_may_name_its_charset(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    for kind in ["application/x-www-form-urlencoded; charset=UTF-8", "Application/X-WWW-Form-URLEncoded;charset=utf-8"]
    {
        let request = server.http().request(Method::POST, TOKEN).header("content-type", kind);
        assert_eq!(send(request.body(form(&daemon))).await.status, 200, "{kind}");
    }
}

async fn tk_04_a_request_names_its_grant_type(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    for grant in ["", "grant_type=&", "grant_type&", "Grant_Type=client_credentials&"] {
        let body = form(&daemon).replace("grant_type=client_credentials&", grant);
        let answer = post(&server, body).await;
        answer.assert_refused("invalid_request");
        assert_eq!(answer.member("error_code"), "PC-2101", "{grant}");
    }
}

async fn tk_05_and_06_other_grant_types_are_unsupported(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let grants = [
        "password",
        "implicit",
        "CLIENT_CREDENTIALS",
        "client_credentials ",
        "client-credentials",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "\u{1f511}",
    ];
    for grant in grants {
        let fields = [("grant_type", grant), ("client_id", &daemon.id), ("client_secret", &daemon.secret)];
        let fields = [&fields[..], &[("username", "ada@example.com"), ("password", "does-not-matter")]].concat();
        send(server.http().form(TOKEN, &fields)).await.assert_refused("unsupported_grant_type");
    }
}

async fn tk_07_no_parameter_comes_twice(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let body = form(&daemon);
    let repeated = [
        format!("{body}&grant_type=client_credentials"),
        format!("{body}&client_id={}", daemon.id),
        format!("{body}&client_secret={}", daemon.secret),
        format!("{body}&scope=ocsapi&scope=ocsapi"),
        format!("{body}&scope=&scope="),
        format!("{body}&gr%61nt_type=client_credentials"),
        format!("{body}&resource=a&resource=b"),
        format!("{body}&unknown=1&unknown=2"),
    ];
    for body in repeated {
        let answer = post(&server, body.clone()).await;
        answer.assert_refused("invalid_request");
        assert_eq!(answer.member("error_code"), "PC-1207", "{body}");
    }
}

async fn tk_08_unknown_and_empty_parameters_are_ignored(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let body = form(&daemon);
    for more in ["&is_admin=true", "&sub=somebody", "&tid=other", "&scope=", "&resource=", "&&", "&=", "&=x", "&aud=x"]
    {
        assert_eq!(post(&server, format!("{body}{more}")).await.status, 200, "{more}");
    }
}

async fn tk_09_mangled_bodies_are_refused(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let body = form(&daemon);
    let many = |count: usize| (0..count).fold(String::new(), |text, at| text + &format!("&p{at}=v"));
    let with = |more: &[u8]| [body.as_bytes(), more].concat();
    let mangled: [(&str, Vec<u8>); 15] = [
        ("nothing", Vec::new()),
        ("only separators", b"&&&&&&&&".to_vec()),
        ("a lone percent sign", with(b"&x=%")),
        ("half an escape", with(b"&x=%4")),
        ("no hex digits", with(b"&x=%zz")),
        ("a sign between hex digits", with(b"&x=%+1")),
        ("invalid UTF-8", with(b"&x=\xff\xfe")),
        ("invalid UTF-8, escaped", with(b"&x=%c3%28")),
        ("an overlong slash", with(b"&x=%c0%af")),
        ("half a surrogate pair", with(b"&x=%ed%a0%80")),
        ("NUL, escaped", with(b"&x=a%00b")),
        ("NUL", with(b"\0")),
        ("UTF-16", body.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("a JSON object", br#"{"grant_type":"client_credentials"}"#.to_vec()),
        ("101 pairs", with(many(98 + 1).as_bytes())),
    ];
    for (what, bytes) in mangled {
        let answer = post(&server, bytes).await;
        answer.assert_refused("invalid_request");
        assert!(!answer.text().contains(&daemon.secret), "{what}");
    }
    assert_eq!(post(&server, with(many(97).as_bytes())).await.status, 200, "100 pairs are fine");
    for (what, bytes) in [("20,000 pairs", with(many(20_000).as_bytes())), ("900 kB", with(&vec![b'x'; 900_000]))] {
        let answer = post(&server, bytes).await;
        assert_eq!((answer.status, answer.member("error").as_str()), (413, "invalid_request"), "{what}");
        assert_eq!(answer.header("connection"), "close", "the rest of the body is not read: nothing may follow it");
    }
}

async fn tk_10_an_answer_is_json_whatever_the_client_accepts(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let wrong = daemon.with_secret("wrong");
    for accept in ["*/*", "application/json", "text/html", "application/xml", "image/png;q=0.1", "nonsense", ""] {
        let answer = send(daemon.post(&[]).header("accept", accept)).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{accept}");
        assert_eq!(
            (answer.member("token_type").as_str(), answer.json()["expires_in"].as_i64()),
            ("Bearer", Some(3600))
        );
        send(wrong.post(&[]).header("accept", accept)).await.assert_refused("invalid_client");
    }
}

async fn tk_40_nothing_that_was_sent_is_echoed(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let marked = "<script>alert('Zq7')</script>";
    let requests = [
        server.http().form(TOKEN, &[("grant_type", marked)]),
        daemon.post(&[("scope", marked)]),
        daemon.post(&[("resource", marked)]),
        daemon.post(&[(marked, "1"), (marked, "2")]),
        Daemon::new(&server.http(), marked, marked).post(&[]),
        Daemon::new(&server.http(), marked, marked).basic(&[]),
        daemon.basic(&[("client_id", marked)]),
        daemon.with_secret(marked).post(&[]),
    ];
    for request in requests {
        let answer = send(request).await;
        assert!(answer.status == 400 || answer.status == 401, "{}", answer.text());
        assert!(!answer.text().contains("Zq7") && !answer.text().contains(&daemon.secret), "{}", answer.text());
    }
}
