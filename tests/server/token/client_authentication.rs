//! How a client proves who it is, and how it can fail (RFC 6749 2.3).

use crate::support::daemon::{TOKEN, basic, raw_basic};
use crate::support::http::send;
use crate::support::server::signed_with;
use crate::support::{Daemon, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::{AuthMethodPolicy, ClientType, SigningAlgorithm};
use reqwest::RequestBuilder;

on_both_engines!(
    form_and_header_both_prove_it,
    tk_11_a_wrong_secret_is_refused_with_a_challenge_for_basic,
    tk_12_an_unknown_client_looks_like_a_wrong_secret,
    tk_12_without_a_secret_nobody_learns_which_clients_there_are,
    tk_13_a_client_with_a_secret_must_show_it,
    tk_14_credentials_come_in_one_way,
    tk_15_a_malformed_header_is_refused,
    tk_15_the_scheme_is_known_in_any_case,
    tk_16_header_and_form_name_the_same_client,
    tk_17_a_secret_that_is_nearly_right_is_wrong,
    tk_18_an_assertion_proves_nothing,
    tk_21_clients_with_users_get_no_token_of_their_own,
    tk_46_a_disabled_client_is_refused_until_it_is_enabled,
    tk_47_fifty_at_once_are_served,
    tk_48_ids_are_compared_byte_for_byte,
    a_client_may_be_bound_to_one_way,
    a_removed_client_is_unknown,
    a_refusal_is_logged_with_client_and_reason,
);

async fn form_and_header_both_prove_it(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    assert_eq!(daemon.token_post(&[]).await.status, 200);
    assert_eq!(daemon.token_basic(&[]).await.status, 200);
    assert_eq!(daemon.token_basic(&[("client_id", &daemon.id)]).await.status, 200, "said twice, the same");
    assert_eq!(daemon.token_basic(&[("client_secret", "")]).await.status, 200, "empty is absent");
    // Form-encoding every byte of both halves is what RFC 6749 2.3.1 asks for, and changes nothing.
    let escape = |text: &str| text.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
    let escaped = raw_basic(format!("{}:{}", escape(&daemon.id), escape(&daemon.secret)));
    assert_eq!(send(with_header(&server, &escaped)).await.status, 200);
}

fn with_header(server: &TestServer, authorization: &str) -> RequestBuilder {
    server.http().form(TOKEN, &[("grant_type", "client_credentials")]).header("authorization", authorization)
}

async fn tk_11_a_wrong_secret_is_refused_with_a_challenge_for_basic(server: TestServer) {
    let wrong = server.daemon("nightly-import").await.with_secret("wrong");
    let answer = wrong.token_post(&[]).await;
    answer.assert_refused("invalid_client");
    assert_eq!(answer.header("www-authenticate"), "");
    let answer = wrong.token_basic(&[]).await;
    answer.assert_refused("invalid_client");
    assert!(answer.header("www-authenticate").starts_with("Basic realm="), "RFC 6749 5.2");
    assert_eq!(answer.member("error_code"), "PC-2202");
    assert!(answer.member("error_uri").starts_with(server.public_url()));
}

async fn tk_12_an_unknown_client_looks_like_a_wrong_secret(server: TestServer) {
    let wrong = server.daemon("nightly-import").await.with_secret("wrong");
    let unknown = Daemon::new(&server.http(), "00000000-0000-4000-8000-000000000000", "wrong");
    let disabled = server.daemon("disabled").await;
    server.operator().await.enable(&disabled, false).await;
    let disabled = disabled.with_secret("wrong");
    for way in [Daemon::post, Daemon::basic] {
        let expected = send(way(&wrong, &[])).await;
        for stranger in [&unknown, &disabled] {
            let answer = send(way(stranger, &[])).await;
            assert_eq!(answer.body, expected.body);
            let headers = |answer: &crate::support::Answer| {
                let mut headers = answer.headers.clone();
                headers.remove("x-request-id");
                headers.remove("date");
                headers
            };
            assert_eq!((answer.status, headers(&answer)), (expected.status, headers(&expected)));
        }
    }
}

async fn tk_12_without_a_secret_nobody_learns_which_clients_there_are(server: TestServer) {
    let known = server.daemon("nightly-import").await.id;
    let urls = Some(vec!["https://spa.example.com/callback".to_owned()]);
    let settings = ClientSettings { redirect_urls: urls, ..ClientSettings::default() };
    let public = server.operator().await.register(ClientType::AuthorizationCode, "spa", settings).await.id;
    let unknown = "00000000-0000-4000-8000-000000000000";
    let ask = async |path: &str, id: &str| {
        let fields = [("grant_type", "client_credentials"), ("token", "x"), ("client_id", id)];
        let answer = send(server.http().form(path, &fields)).await;
        answer.assert_refused("invalid_client");
        assert_eq!(answer.member("error_code"), "PC-2201");
        answer.body
    };
    for path in [TOKEN, "/identity/connect/introspect", "/identity/connect/revocation"] {
        assert_eq!(ask(path, &known).await, ask(path, unknown).await, "{path}");
    }
    let path = "/identity/connect/introspect";
    assert_eq!(ask(path, &public).await, ask(path, unknown).await);
}

async fn tk_13_a_client_with_a_secret_must_show_it(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let grant = ("grant_type", "client_credentials");
    for fields in [
        &[grant][..],
        &[grant, ("client_id", &daemon.id)],
        &[grant, ("client_id", &daemon.id), ("client_secret", "")],
        &[grant, ("client_secret", &daemon.secret)],
    ] {
        let answer = send(server.http().form(TOKEN, fields)).await;
        answer.assert_refused("invalid_client");
        assert_eq!(answer.member("error_code"), "PC-2201");
    }
}

async fn tk_14_credentials_come_in_one_way(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let both = send(daemon.post(&[]).header("authorization", basic(&daemon.id, &daemon.secret))).await;
    both.assert_refused("invalid_request");
    assert_eq!(both.member("error_code"), "PC-2205");
    daemon.token_basic(&[("client_secret", &daemon.secret)]).await.assert_refused("invalid_request");
    let two_headers = daemon.basic(&[]).header("authorization", basic(&daemon.id, &daemon.secret));
    send(two_headers).await.assert_refused("invalid_request");
}

async fn tk_15_a_malformed_header_is_refused(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let good = basic(&daemon.id, &daemon.secret);
    let encoded = good.strip_prefix("Basic ").expect("Basic");
    let malformed = [
        String::new(),
        "Basic".to_owned(),
        "Basic ".to_owned(),
        format!("Basic\t{encoded}"),
        format!("Basic{encoded}"),
        format!("Bearer {encoded}"),
        format!("Digest {encoded}"),
        format!("Basic {encoded}=="),
        format!("Basic {}", encoded.replace('=', "")).replace(encoded, &encoded[1..]),
        format!("Basic {encoded} {encoded}"),
        format!("Basic {encoded},Basic {encoded}"),
        "Basic !!!!".to_owned(),
        raw_basic(&daemon.id),
        raw_basic(format!(":{}", daemon.secret)),
        raw_basic(format!("{}:%", daemon.id)),
        raw_basic(format!("{}:a%00", daemon.id)),
        raw_basic([daemon.id.as_bytes(), b":\xff\xfe"].concat()),
        raw_basic(format!("{}:{}", daemon.id, "x".repeat(5_000))),
        raw_basic(format!("{}:x", "i".repeat(5_000))),
    ];
    for header in malformed {
        let answer = send(with_header(&server, &header)).await;
        answer.assert_refused("invalid_client");
        assert_eq!(answer.member("error_code"), "PC-2201", "{header:?}");
        assert!(!answer.header("www-authenticate").is_empty(), "{header:?}");
    }
    let request = server.http().form(TOKEN, &[("grant_type", "client_credentials")]);
    send(request.header("authorization", &b"Basic \xff\xfe"[..])).await.assert_refused("invalid_client");
}

async fn tk_15_the_scheme_is_known_in_any_case(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    for scheme in ["basic", "BASIC", "bAsIc"] {
        let header = basic(&daemon.id, &daemon.secret).replace("Basic", scheme);
        assert_eq!(send(with_header(&server, &header)).await.status, 200, "{scheme}");
    }
}

async fn tk_16_header_and_form_name_the_same_client(server: TestServer) {
    let (a, b) = (server.daemon("a").await, server.daemon("b").await);
    let answer = a.token_basic(&[("client_id", &b.id)]).await;
    answer.assert_refused("invalid_request");
    assert_eq!(answer.member("error_code"), "PC-2205");
    a.with_secret(&b.secret).token_post(&[]).await.assert_refused("invalid_client");
}

async fn tk_17_a_secret_that_is_nearly_right_is_wrong(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let secret = daemon.secret.as_str();
    let (first, last) = (&secret[..secret.len() - 1], &secret[1..]);
    let near = [
        first.to_owned(),
        last.to_owned(),
        format!("{secret}x"),
        format!("x{secret}"),
        format!("{secret} "),
        format!(" {secret}"),
        format!("{secret}\n"),
        format!("{secret}\r\n"),
        format!("{secret}="),
        secret.to_uppercase(),
        secret.to_lowercase(),
        secret.chars().rev().collect(),
        secret.replace("pc_cs_", ""),
        secret.replace("pc_cs_", "pc_ac_"),
        format!("{secret}{secret}"),
        "x".repeat(10_000),
    ];
    for secret in near {
        daemon.with_secret(&secret).token_post(&[]).await.assert_refused("invalid_client");
        daemon.with_secret(&secret).token_basic(&[]).await.assert_refused("invalid_client");
    }
    daemon.with_secret(&format!("{secret}\0")).token_post(&[]).await.assert_refused("invalid_request");
}

async fn tk_18_an_assertion_proves_nothing(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let own = daemon.token().await;
    let unsigned = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4Iiwic3ViIjoieCJ9.";
    for assertion in [unsigned, "garbage", own.as_str()] {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &daemon.id),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ];
        send(server.http().form(TOKEN, &fields)).await.assert_refused("invalid_client");
        // Beside a secret, however right, it is a second way.
        for answer in [daemon.token_post(&fields[2..]).await, daemon.token_basic(&fields[2..]).await] {
            answer.assert_refused("invalid_request");
            assert_eq!(answer.member("error_code"), "PC-2205");
        }
    }
}

async fn tk_21_clients_with_users_get_no_token_of_their_own(server: TestServer) {
    let operator = server.operator().await;
    let urls = Some(vec!["https://shop.example.com/callback".to_owned()]);
    let settings = ClientSettings { redirect_urls: urls, ..ClientSettings::default() };
    let hybrid = operator.register(ClientType::Hybrid, "shop", settings.clone()).await;
    hybrid.token_post(&[]).await.assert_refused("unauthorized_client");
    hybrid.token_basic(&[]).await.assert_refused("unauthorized_client");
    let public = operator.register(ClientType::AuthorizationCode, "spa", settings).await;
    let fields = [("grant_type", "client_credentials"), ("client_id", public.id.as_str())];
    send(server.http().form(TOKEN, &fields)).await.assert_refused("unauthorized_client");
    let answer = public.with_secret("made-up").token_post(&[]).await;
    answer.assert_refused("invalid_client");
    assert_eq!(answer.member("error_code"), "PC-2206");
}

async fn tk_46_a_disabled_client_is_refused_until_it_is_enabled(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    daemon.token().await;
    operator.enable(&daemon, false).await;
    for answer in [daemon.token_post(&[]).await, daemon.token_basic(&[]).await] {
        answer.assert_refused("invalid_client");
        assert_eq!(answer.member("error_code"), "PC-1102");
    }
    operator.enable(&daemon, true).await;
    daemon.token().await;
}

async fn tk_47_fifty_at_once_are_served(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let requests = (0..50).map(|at| {
        let daemon = if at % 2 == 0 { daemon.clone() } else { daemon.with_secret("wrong") };
        tokio::spawn(async move { daemon.token_post(&[]).await.status })
    });
    for (at, request) in requests.collect::<Vec<_>>().into_iter().enumerate() {
        assert_eq!(request.await.expect("an answer"), if at % 2 == 0 { 200 } else { 401 });
    }
}

async fn tk_48_ids_are_compared_byte_for_byte(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let ids = [
        daemon.id.to_uppercase(),
        format!("{} ", daemon.id),
        format!(" {}", daemon.id),
        daemon.id.replace('-', "\u{2010}"),
        daemon.id.replace('-', ""),
        daemon.id.replacen(|c: char| c.is_ascii_digit(), "\u{ff11}", 1),
        format!("{}\u{200b}", daemon.id),
        "x".repeat(10_000),
        "\u{1f980}".repeat(200),
        "' OR '1'='1".to_owned(),
        "%".to_owned(),
    ];
    for id in ids {
        Daemon::new(&server.http(), &id, &daemon.secret).token_post(&[]).await.assert_refused("invalid_client");
    }
}

async fn a_client_may_be_bound_to_one_way(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    let bound = |method| ClientSettings { auth_method: Some(method), ..ClientSettings::default() };
    operator.change(&daemon, bound(AuthMethodPolicy::Basic)).await;
    let answer = daemon.token_post(&[]).await;
    answer.assert_refused("invalid_client");
    assert_eq!(answer.member("error_code"), "PC-2215");
    assert_eq!(daemon.token_basic(&[]).await.status, 200);
    operator.change(&daemon, bound(AuthMethodPolicy::Post)).await;
    daemon.token_basic(&[]).await.assert_refused("invalid_client");
    assert_eq!(daemon.token_post(&[]).await.status, 200);
}

async fn a_removed_client_is_unknown(server: TestServer) {
    let operator = server.operator().await;
    let daemon = operator.register(ClientType::ClientCredentials, "old", signed_with(SigningAlgorithm::Es256)).await;
    let token = daemon.token().await;
    operator.remove(&daemon).await;
    let answer = daemon.token_post(&[]).await;
    answer.assert_refused("invalid_client");
    assert_eq!(answer.member("error_code"), "PC-2202");
    server.resource_server().verify(&token).await.expect("what was issued works until it ends");
}

async fn a_refusal_is_logged_with_client_and_reason(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let answer = daemon.with_secret("wrong").token_post(&[]).await;
    let (logs, reference) = (server.logs(), answer.header("x-request-id"));
    let line = logs.lines().find(|line| line.contains("token.denied") && line.contains(reference));
    let line = line.expect("a line about the refusal, with its reference");
    for part in [daemon.id.as_str(), "PC-2202", "WrongSecret"] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert!(logs.lines().any(|line| line.contains("address=127.0.0.1") && line.contains(reference)));
}
