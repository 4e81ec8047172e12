//! What a client-credentials client may ask for.

use crate::support::daemon::TOKEN;
use crate::support::http::send;
use crate::support::{Daemon, TestServer};

on_both_engines!(
    without_a_scope_all_that_is_allowed_is_granted,
    tk_22_there_is_neither_a_refresh_token_nor_an_id_token,
    tk_23_a_wider_scope_than_allowed_is_refused,
    tk_24_tokens_are_for_our_own_api_alone,
    tk_20_and_41_a_machine_redeems_no_codes,
);

async fn without_a_scope_all_that_is_allowed_is_granted(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    for fields in [&[][..], &[("scope", "")], &[("scope", "ocsapi")], &[("scope", "ocsapi ocsapi")]] {
        let answer = daemon.token_post(fields).await;
        assert_eq!((answer.status, answer.member("scope").as_str()), (200, "ocsapi"), "{fields:?}");
        let token = server.resource_server().verify(&answer.member("access_token")).await.expect("a good token");
        assert_eq!(token.claims["scope"], "ocsapi", "RFC 9068 2.2.3: a string");
    }
}

async fn tk_22_there_is_neither_a_refresh_token_nor_an_id_token(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    for scope in ["openid offline_access", "openid", "offline_access", "ocsapi openid", "ocsapi offline_access"] {
        let answer = daemon.token_post(&[("scope", scope)]).await;
        answer.assert_refused("invalid_scope");
        assert_eq!(answer.member("error_code"), "PC-2103", "{scope}");
    }
    let answer = daemon.token_post(&[]).await.json();
    let mut members: Vec<_> = answer.as_object().expect("an object").keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["access_token", "expires_in", "scope", "token_type"]);
}

async fn tk_23_a_wider_scope_than_allowed_is_refused(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let many = (0..1_200).map(|at| format!("s{at}")).collect::<Vec<_>>().join(" ");
    for scope in
        ["admin", "OCSAPI", "ocsapi admin", "ocsapi2", "ocs", "\"ocsapi\"", "ocsapi\tadmin", "\u{e4}pi", "a\\b", &many]
    {
        daemon.token_post(&[("scope", scope)]).await.assert_refused("invalid_scope");
    }
}

async fn tk_24_tokens_are_for_our_own_api_alone(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let own = format!("{}/api", server.public_url());
    for target in ["https://other.example/api", server.public_url(), "api", "urn:other", &own.to_uppercase()] {
        for name in ["resource", "audience"] {
            let answer = daemon.token_post(&[(name, target)]).await;
            answer.assert_refused("invalid_target");
            assert_eq!(answer.member("error_code"), "PC-2104", "{name}={target}");
        }
    }
    assert_eq!(daemon.token_post(&[("resource", &own)]).await.status, 200);
}

/// A grant type that the metadata lists is one that this client may not use; any other is not known at all.
async fn tk_20_and_41_a_machine_redeems_no_codes(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let metadata = server.http().get("/identity/.well-known/openid-configuration").await.json();
    let listed = metadata["grant_types_supported"].as_array().expect("grant types").clone();
    for (grant, field) in [("authorization_code", "code"), ("refresh_token", "refresh_token")] {
        let expected =
            if listed.iter().any(|known| known == grant) { "unauthorized_client" } else { "unsupported_grant_type" };
        let answer = send(redeem(&server, &daemon, grant, field)).await;
        answer.assert_refused(expected);
        assert_eq!(answer.member("error_code"), "PC-2102");
    }
}

fn redeem(server: &TestServer, daemon: &Daemon, grant: &str, field: &str) -> reqwest::RequestBuilder {
    let fields = [
        ("grant_type", grant),
        ("client_id", daemon.id.as_str()),
        ("client_secret", daemon.secret.as_str()),
        (field, "pc_xx_0000000000000000000000000000000000000000000000000"),
        ("redirect_uri", "https://shop.example.com/callback"),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    server.http().form(TOKEN, &fields)
}
