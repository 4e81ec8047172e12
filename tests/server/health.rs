//! Health: alive, and ready (both before set-up and under any name).

use crate::support::TestServer;
use crate::support::daemon::TOKEN;
use crate::support::http::send;

on_both_engines!(a_server_that_is_set_up_is_alive_and_ready, probes_come_under_any_name);
on_both_fresh!(a_server_without_keys_is_alive_and_not_ready);

async fn a_server_that_is_set_up_is_alive_and_ready(server: TestServer) {
    for path in ["/healthz", "/readyz"] {
        let answer = server.http().get(path).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{path}");
    }
}

async fn probes_come_under_any_name(server: TestServer) {
    for host in ["10.1.2.3:8484", "evil.example", "localhost"] {
        assert_eq!(server.http().under(host).get("/healthz").await.status, 200, "{host}");
        assert_eq!(server.http().under(host).get("/readyz").await.status, 200, "{host}");
    }
}

async fn a_server_without_keys_is_alive_and_not_ready(server: TestServer) {
    assert_eq!(server.http().get("/healthz").await.status, 200);
    assert_eq!(server.http().get("/readyz").await.status, 503);
    server.set_up().await;
    // Set up before its keys are made, it asks to be asked again.
    let daemon = server.daemon("nightly-import").await;
    let answer = send(daemon.post(&[])).await;
    assert_eq!((answer.status, answer.member("error").as_str()), (503, "temporarily_unavailable"), "{TOKEN}");
    assert!(!answer.header("retry-after").is_empty());
    server.provider().ensure_signing_keys().await.expect("new keys");
    assert_eq!(server.http().get("/readyz").await.status, 200);
    server.resource_server().verify(&daemon.token().await).await.expect("a good token");
}
