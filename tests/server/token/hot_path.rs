//! A token costs the database nothing.

use crate::support::TestServer;
use crate::support::raw::{WriteLock, dump};

on_both_engines!(
    tokens_come_while_nobody_can_write_and_leave_no_row_behind,
    refusals_leave_a_counter_behind_and_no_other_row
);

async fn tokens_come_while_nobody_can_write_and_leave_no_row_behind(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let before = dump(&server.place().location).await;
    let lock = WriteLock::take(&server.place().location).await;
    for _ in 0..10 {
        daemon.token().await;
        assert_eq!(daemon.token_basic(&[("scope", "ocsapi")]).await.status, 200);
    }
    lock.release().await;
    assert_eq!(dump(&server.place().location).await, before);
}

async fn refusals_leave_a_counter_behind_and_no_other_row(server: TestServer) {
    let daemon = server.daemon("nightly-import").await;
    let all_but_counters = async || {
        let rows = dump(&server.place().location).await;
        rows.lines().filter(|row| !row.starts_with("throttles ")).map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let before = all_but_counters().await;
    for secret in ["wrong", "", "pc_cs_0000000000000000000000000000000000000000000000000"] {
        daemon.with_secret(secret).token_post(&[]).await.assert_refused("invalid_client");
    }
    daemon.token_post(&[("scope", "admin")]).await.assert_refused("invalid_scope");
    assert_eq!(all_but_counters().await, before);
}
