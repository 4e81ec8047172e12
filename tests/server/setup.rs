//! Before anybody has set it up, and how the first administrator is made.

use crate::support::TestServer;
use crate::support::daemon::TOKEN;
use crate::support::http::send;
use crate::support::server::new_administrator;
use portcullis::flows::{SetupError, SetupOutcome};
use portcullis::oauth::admin_fields::Field;
use portcullis::oauth::audit::Origin;

on_both_fresh!(
    ux_03_until_it_is_set_up_nothing_is_served,
    every_node_serves_once_one_is_set_up,
    the_code_makes_one_administrator_and_dies,
    a_wrong_code_makes_nobody_and_the_eleventh_try_is_refused,
    ux_05_a_new_code_ends_the_one_before,
    a_code_ends_after_an_hour,
    of_two_set_ups_at_once_one_wins,
);

async fn ux_03_until_it_is_set_up_nothing_is_served(server: TestServer) {
    for path in [
        "/",
        "/login",
        "/portal",
        "/portal/clients",
        "/account",
        "/api/v1/Tenants",
        "/docs",
        "/nothing/of/the/kind",
        "/identity/connect/authorize?client_id=x",
        "/identity/.well-known/openid-configuration",
        "/identity/.well-known/openid-configuration/jwks",
        "/healthz/x",
    ] {
        let answer = server.http().get(path).await;
        let (member, says) = match path.strip_prefix("/api") {
            Some(_) => ("Reason", "This server is not set up yet."),
            None => ("error", "temporarily_unavailable"),
        };
        assert_eq!((answer.status, answer.member(member).as_str()), (503, says), "{path}");
        assert!(!answer.header("retry-after").is_empty());
        let open = if path.contains("/.well-known/") { "*" } else { "" };
        assert_eq!(answer.header("access-control-allow-origin"), open, "{path}");
        let page = server.http().visit(path).await;
        assert_eq!((page.status, page.header("retry-after").is_empty()), (503, false), "{path}");
        assert!(page.text().contains("portcullis user setup-link"), "it says what to do: {}", page.text());
    }
    let answer = send(server.http().form(TOKEN, &[("grant_type", "client_credentials")])).await;
    assert_eq!((answer.status, answer.member("error").as_str()), (503, "temporarily_unavailable"));
    assert_eq!(server.http().get("/healthz").await.status, 200);
    assert_ne!(server.http().get("/setup").await.status, 503);
}

async fn every_node_serves_once_one_is_set_up(server: TestServer) {
    let (second, path) = (server.second_node().await, "/identity/.well-known/openid-configuration");
    assert_eq!(second.http().get(path).await.status, 503);
    server.set_up().await;
    assert_eq!(server.http().get(path).await.status, 200);
    assert_eq!(second.http().get(path).await.status, 200);
}

/// The code out of the link that the server prints.
async fn code(server: &TestServer) -> String {
    let link = url::Url::parse(&server.setup_link().await).expect("a link");
    assert!(link.as_str().starts_with(server.public_url()));
    link.query_pairs().find(|(name, _)| name == "code").expect("a code in the link").1.into_owned()
}

async fn try_code(server: &TestServer, code: &str) -> Result<SetupOutcome, SetupError> {
    server.provider().set_up_by_code(code, new_administrator(), &Origin::system()).await
}

fn assert_wrong(outcome: Result<SetupOutcome, SetupError>) {
    match outcome {
        Err(SetupError::Invalid(errors)) => assert_eq!(errors[0].field, Field::Code),
        other => panic!("{other:?}"),
    }
}

async fn the_code_makes_one_administrator_and_dies(server: TestServer) {
    let code = code(&server).await;
    try_code(&server, &code.to_lowercase()).await.expect("an administrator");
    assert!(matches!(try_code(&server, &code).await, Err(SetupError::AlreadyDone)));
    assert!(server.provider().is_set_up().await.expect("a look"));
    assert_eq!(server.operator().await.roles().await.len(), 5);
}

async fn a_wrong_code_makes_nobody_and_the_eleventh_try_is_refused(server: TestServer) {
    let code = code(&server).await;
    for _ in 0..10 {
        assert_wrong(try_code(&server, "AAAA-AAAA").await);
    }
    assert!(matches!(try_code(&server, &code).await, Err(SetupError::CodeDead)), "the right one, too late");
    assert!(!server.provider().is_set_up().await.expect("a look"));
    try_code(&server, &self::code(&server).await).await.expect("a new code works");
}

async fn ux_05_a_new_code_ends_the_one_before(server: TestServer) {
    let (old, new) = (code(&server).await, code(&server).await);
    assert_wrong(try_code(&server, &old).await);
    try_code(&server, &new).await.expect("an administrator");
}

async fn a_code_ends_after_an_hour(server: TestServer) {
    let code = code(&server).await;
    server.clock().advance(3_600);
    assert!(matches!(try_code(&server, &code).await, Err(SetupError::CodeDead)));
}

async fn of_two_set_ups_at_once_one_wins(server: TestServer) {
    let second = server.second_node().await;
    let code = code(&server).await;
    let by = Origin::system();
    let (first, second) = (server.provider(), second.provider().clone());
    let outcomes = tokio::join!(
        first.set_up_by_code(&code, new_administrator(), &by),
        second.set_up_by_code(&code, new_administrator(), &by),
        second.set_up_unattended(new_administrator(), &by),
    );
    let won = [outcomes.0.is_ok(), outcomes.1.is_ok(), outcomes.2.is_ok()];
    assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
    assert_eq!(first.list_tenants().await.expect("tenants").len(), 1);
}
