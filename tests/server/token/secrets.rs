//! The life of a secret: rolled over, ended, switched off, taken away.

use crate::support::{NOW, TestServer};
use portcullis::flows::admin::{AdminError, Administrator, AuditFilter};
use portcullis::oauth::TenantId;
use portcullis::oauth::admin_fields::SecretEnd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

on_both_engines!(
    tk_42_two_secrets_work_while_they_are_rolled_over,
    tk_42_ux_32_a_secret_ends_at_its_second_and_only_who_knows_it_is_told,
    a_disabled_secret_works_again_once_it_is_enabled,
    a_removed_secret_is_wrong,
    ux_29_rolling_over_under_load_refuses_nobody,
    the_eleventh_secret_is_refused,
    ux_30_the_right_secret_remembers_its_last_use,
    a_use_is_noted_once_a_minute_at_most,
    what_was_not_yet_noted_is_noted_at_the_end,
);

const DAY: i64 = 86_400;

async fn tk_42_two_secrets_work_while_they_are_rolled_over(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    let (_, value) = operator.add_secret(&daemon, SecretEnd::Never).await;
    let successor = daemon.with_secret(&value);
    for _ in 0..2 {
        daemon.token().await;
        successor.token().await;
    }
    operator.remove_secret(&daemon, 1).await;
    daemon.token_post(&[]).await.assert_refused("invalid_client");
    successor.token().await;
}

async fn tk_42_ux_32_a_secret_ends_at_its_second_and_only_who_knows_it_is_told(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    let (_, value) = operator.add_secret(&daemon, SecretEnd::At(NOW.plus(30 * DAY))).await;
    let ending = daemon.with_secret(&value);
    server.clock().advance(30 * DAY - 1);
    ending.token().await;
    server.clock().advance(1);
    let answer = ending.token_post(&[]).await;
    answer.assert_refused("invalid_client");
    assert_eq!(answer.member("error_code"), "PC-2203");
    assert!(answer.member("error_description").contains(&NOW.plus(30 * DAY).date()), "{}", answer.text());
    assert!(!answer.member("reference").is_empty());
    ending.token_post(&[]).await.assert_refused("invalid_client");
    let by = Administrator::operator(TenantId::new(operator.tenant_id()), None);
    let filter = AuditFilter { text: Some("client.secret_expired".to_owned()), ..AuditFilter::default() };
    let rows = server.provider().list_audit(&by, &filter, 0, 100).await.expect("rows");
    let about: Vec<_> = rows.iter().map(|row| (row.target_id.as_str(), row.actor_kind.as_str())).collect();
    assert_eq!(about, [(daemon.id.as_str(), "client")], "once an hour");
    // Whoever does not know the secret learns nothing of the kind.
    let answer = daemon.with_secret("wrong").token_post(&[]).await;
    assert_eq!(answer.member("error_code"), "PC-2202");
    daemon.token().await;
}

async fn a_disabled_secret_works_again_once_it_is_enabled(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    operator.enable_secret(&daemon, 1, false).await;
    let answer = daemon.token_basic(&[]).await;
    answer.assert_refused("invalid_client");
    assert_eq!(answer.member("error_code"), "PC-2204");
    operator.enable_secret(&daemon, 1, true).await;
    daemon.token().await;
}

async fn a_removed_secret_is_wrong(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    daemon.token().await;
    operator.remove_secret(&daemon, 1).await;
    let answer = daemon.token_post(&[]).await;
    answer.assert_refused("invalid_client");
    assert_eq!(answer.member("error_code"), "PC-2202");
    let (id, _) = operator.add_secret(&daemon, SecretEnd::Never).await;
    assert_eq!(id, 2, "a number is never given twice");
}

async fn ux_29_rolling_over_under_load_refuses_nobody(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    let (over, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let current = Arc::new(tokio::sync::RwLock::new(daemon.clone()));
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (over, count, current) = (Arc::clone(&over), Arc::clone(&count), Arc::clone(&current));
            tokio::spawn(async move {
                while !over.load(Ordering::SeqCst) {
                    // Held until the answer is there: who changes the secret waits for what is in flight.
                    current.read().await.token().await;
                    count.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    let more = async |more: u32| {
        let enough = count.load(Ordering::SeqCst) + more;
        while count.load(Ordering::SeqCst) < enough {
            assert!(!workers.iter().any(tokio::task::JoinHandle::is_finished), "a request was refused");
            tokio::task::yield_now().await;
        }
    };
    more(8).await;
    let (_, value) = operator.add_secret(&daemon, SecretEnd::Never).await;
    more(8).await;
    *current.write().await = daemon.with_secret(&value);
    operator.remove_secret(&daemon, 1).await;
    assert!(!daemon.gets_a_token().await);
    let successor = daemon.with_secret(&value);
    successor.token().await;
    more(8).await;
    over.store(true, Ordering::SeqCst);
    for worker in workers {
        worker.await.expect("no request was refused");
    }
}

async fn the_eleventh_secret_is_refused(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    for _ in 0..9 {
        operator.add_secret(&daemon, SecretEnd::Never).await;
    }
    let refused = operator.try_to_add_secret(&daemon, SecretEnd::Never).await.expect_err("the eleventh");
    let AdminError::Limit(sentence) = refused else { panic!("{refused:?}") };
    assert!(sentence.contains("10 secrets") && sentence.contains("Remove"), "{sentence}");
    operator.remove_secret(&daemon, 3).await;
    operator.add_secret(&daemon, SecretEnd::Never).await;
}

async fn ux_30_the_right_secret_remembers_its_last_use(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    let (_, value) = operator.add_secret(&daemon, SecretEnd::Never).await;
    server.clock().advance(100);
    daemon.with_secret("wrong").token_post(&[]).await.assert_refused("invalid_client");
    daemon.with_secret(&value).token_post(&[("scope", "admin")]).await.assert_refused("invalid_scope");
    server.node().note_secret_uses().await;
    assert_eq!(operator.secret(&daemon, 2).await.last_used_at, None, "no token, no use");
    let request = daemon.with_secret(&value).post(&[]).header("x-forwarded-for", "203.0.113.9");
    assert_eq!(crate::support::http::send(request).await.status, 200);
    server.node().note_secret_uses().await;
    let used = operator.secret(&daemon, 2).await;
    assert_eq!(used.last_used_at, Some(NOW.plus(100)));
    assert_eq!(used.last_used_from.as_deref(), Some("127.0.0.1"), "TP-13: the peer, whatever a header says");
    assert_eq!(operator.secret(&daemon, 1).await.last_used_at, None);
    assert_eq!(operator.client(&daemon).await.last_used_at, Some(NOW.plus(100)));
}

async fn a_use_is_noted_once_a_minute_at_most(server: TestServer) {
    let (daemon, operator) = (server.daemon("nightly-import").await, server.operator().await);
    for (wait, expected) in [(0, 0), (59, 0), (1, 60), (30, 60), (200, 290)] {
        server.clock().advance(wait);
        daemon.token().await;
        server.node().note_secret_uses().await;
        assert_eq!(operator.secret(&daemon, 1).await.last_used_at, Some(NOW.plus(expected)));
    }
}

async fn what_was_not_yet_noted_is_noted_at_the_end(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    daemon.token().await;
    server.node().note_secret_uses().await;
    server.clock().advance(10);
    daemon.token().await;
    server.restart().await;
    assert_eq!(server.operator().await.secret(&daemon, 1).await.last_used_at, Some(NOW.plus(10)));
}
