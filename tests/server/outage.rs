//! The database is gone: what can be served still is, and everything else asks to be asked again.

use crate::support::{Answer, Daemon, TestServer, raw};

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
        assert_unavailable(&server.http().get(path).await);
    }
    assert_unavailable(&Daemon::new(&server.http(), "unknown", "wrong").token_post(&[]).await);
}

/// Only PostgreSQL cuts connections.
mod cut {
    use super::connections_that_were_cut_are_replaced;
    on_both_engines!(@engine postgres served connections_that_were_cut_are_replaced);
}

async fn connections_that_were_cut_are_replaced(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    // Several at once, so that there are several connections to be cut.
    let look = async |_| server.http().get("/readyz").await.status;
    assert_eq!(futures_util::future::join_all((0..8).map(look)).await, [200; 8]);
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    raw::run(&server.place().location, sql).await;
    // Each connection may be found dead once: then it asks to be asked again, and it is over.
    for _ in 0..6 {
        let status = server.http().get("/readyz").await.status;
        assert!(matches!(status, 200 | 503), "{status}");
    }
    assert_eq!(server.http().get("/readyz").await.status, 200);
    daemon.token().await;
    operator.enable(&daemon, false).await;
    daemon.token_post(&[]).await.assert_refused("invalid_client");
}
