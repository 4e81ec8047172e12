//! The database is gone: what can be served still is, and everything else asks to be asked again.

use crate::support::{Answer, Daemon, TestServer};

on_both_engines!(
    without_a_database_tokens_are_temporarily_unavailable,
    without_a_database_known_clients_get_their_tokens,
    without_a_database_it_is_alive_and_not_ready,
);
on_both_fresh!(without_a_database_and_not_known_to_be_set_up_it_asks_to_be_asked_again);

async fn without_a_database_tokens_are_temporarily_unavailable(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    // Asked once, so that it knows that it is set up; not for a token.
    server.http().get("/identity/.well-known/openid-configuration").await;
    server.destroy_database().await;
    let unknown = Daemon::new(&server.http(), "unknown", "wrong");
    for _ in 0..3 {
        assert_unavailable(&daemon.token_post(&[]).await);
        assert_unavailable(&daemon.token_basic(&[]).await);
        assert_unavailable(&unknown.token_post(&[]).await);
    }
    daemon.token_post(&[("grant_type", "x")]).await.assert_refused("invalid_request");
}

fn assert_unavailable(answer: &Answer) {
    assert_eq!((answer.status, answer.member("error").as_str()), (503, "temporarily_unavailable"));
    assert_eq!((answer.header("retry-after"), answer.header("cache-control")), ("2", "no-store"));
    assert_eq!(answer.member("error_code"), "PC-9002");
    assert_eq!(answer.member("reference"), answer.header("x-request-id"));
}

async fn without_a_database_known_clients_get_their_tokens(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    daemon.token().await;
    server.destroy_database().await;
    let token = daemon.token().await;
    server.resource_server().verify(&token).await.expect("a good token");
    daemon.with_secret("wrong").token_post(&[]).await.assert_refused("invalid_client");
}

async fn without_a_database_it_is_alive_and_not_ready(server: TestServer) {
    server.destroy_database().await;
    assert_eq!(server.http().get("/healthz").await.status, 200);
    assert_eq!(server.http().get("/readyz").await.status, 503);
}

async fn without_a_database_and_not_known_to_be_set_up_it_asks_to_be_asked_again(server: TestServer) {
    server.destroy_database().await;
    for path in ["/portal", "/identity/.well-known/openid-configuration", "/nothing"] {
        let page = server.http().visit(path).await;
        assert_eq!((page.status, page.header("retry-after")), (503, "2"), "{path}");
    }
}
