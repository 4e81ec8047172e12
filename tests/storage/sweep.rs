//! Removing what is over.

use crate::grants::{code, find, grant, keep, keep_code, keep_refresh_token, people};
use crate::support::samples::{add_ada, add_client, add_secret, add_tenant, client, hash, secret, session};
use crate::support::{Database, NOW, UnixTime};
use portcullis::oauth::{ClientSecret, Grant, GrantId, UserId};
use portcullis::storage::{Leftover, LinkPurpose, WebSession};

on_both_engines!(
    sessions_links_and_set_up_codes_go_when_they_have_ended,
    counters_and_nonces_go_by_their_last_use,
    codes_go_by_their_end_and_refresh_tokens_with_their_grant,
    a_revoked_grant_goes_by_its_revocation,
    a_batch_is_no_larger_than_it_may_be,
    nodes_that_sweep_at_once_remove_each_row_once,
    secrets_leave_the_list_long_after_they_have_expired,
);

async fn sweep(database: &Database, what: Leftover, before: UnixTime) -> u64 {
    written!(database, (), tx => tx.sweep(what, before, 500).await).await.unwrap()
}

async fn add_session(database: &Database, session: &WebSession) {
    assert!(written!(database, (session), tx => tx.insert_session(&session).await).await.unwrap());
}

/// One row that has ended at `end`: it is there at that second, and gone with the next.
async fn ends(database: &Database, what: Leftover, end: UnixTime) {
    assert_eq!(sweep(database, what, end).await, 0, "{what:?}");
    assert_eq!(sweep(database, what, end.plus(1)).await, 1, "{what:?}");
    assert_eq!(sweep(database, what, end.plus(1)).await, 0, "{what:?}");
}

/// A grant that has ended at `end`, and its one refresh token: the token first, if no more may go at once.
async fn goes_with_its_token(database: &Database, what: Leftover, end: UnixTime) {
    assert_eq!(sweep(database, what, end).await, 0, "{what:?}");
    assert_eq!(sweep(database, what, end.plus(1)).await, 2, "{what:?}");
    assert_eq!(sweep(database, what, end.plus(1)).await, 0, "{what:?}");
}

async fn sessions_links_and_set_up_codes_go_when_they_have_ended(database: Database) {
    let ada = add_ada(&database).await;
    add_session(&database, &session(1)).await;
    add_session(&database, &WebSession { expires_at: NOW.plus(9_000), ..session(2) }).await;
    ends(&database, Leftover::Sessions, session(1).expires_at).await;
    let kept = database.read().await.unwrap().find_session(&[2; 32], NOW).await.unwrap();
    assert!(kept.is_some(), "a living session stays");

    let link = |tx_hash| {
        let ada: UserId = ada.clone();
        written!(database, (ada), tx => tx.insert_link(&tx_hash, &ada, LinkPurpose::Reset, NOW, NOW.plus(60)).await)
    };
    link(hash(1)).await.unwrap();
    ends(&database, Leftover::Links, NOW.plus(60)).await;

    let code = hash(3);
    written!(database, (), tx => tx.put_setup_code(&code, NOW, NOW.plus(60)).await).await.unwrap();
    ends(&database, Leftover::SetupCodes, NOW.plus(60)).await;
}

async fn counters_and_nonces_go_by_their_last_use(database: Database) {
    for seconds in [0, 50] {
        let at = NOW.plus(seconds);
        written!(database, (), tx => tx.count_failure("ada", NOW.plus(-900), at).await).await.unwrap();
    }
    ends(&database, Leftover::Throttles, NOW.plus(50)).await;
    written!(database, (), tx => tx.spend_nonce("n", "made", NOW).await).await.unwrap();
    ends(&database, Leftover::Nonces, NOW).await;
}

async fn codes_go_by_their_end_and_refresh_tokens_with_their_grant(database: Database) {
    people(&database).await;
    keep(&database, &grant("g", "app", "openid offline_access")).await;
    keep_code(&database, 1, &code("g")).await;
    keep_refresh_token(&database, 1, "g").await;
    written!(database, (), tx => tx.revoke_token("j", NOW.plus(70)).await).await.unwrap();
    ends(&database, Leftover::Codes, NOW.plus(60)).await;
    ends(&database, Leftover::RevokedTokens, NOW.plus(70)).await;
    // The token itself was over at 100. Its replay must be seen for as long as the grant gives new ones.
    goes_with_its_token(&database, Leftover::EndedGrants, NOW.plus(1_000)).await;
    assert_eq!(find(&database, "g").await, None);
}

async fn a_revoked_grant_goes_by_its_revocation(database: Database) {
    people(&database).await;
    for (number, id) in [(1, "g1"), (2, "g2")] {
        keep(&database, &grant(id, "app", "openid offline_access")).await;
        keep_refresh_token(&database, number, id).await;
    }
    let revoked = GrantId::new("g1");
    written!(database, (revoked), tx => tx.revoke_grant(&revoked, NOW.plus(20)).await).await.unwrap();
    goes_with_its_token(&database, Leftover::RevokedGrants, NOW.plus(20)).await;
    assert!(find(&database, "g2").await.is_some());
    assert!(database.read().await.unwrap().find_refresh_token(&hash(2)).await.unwrap().is_some());
}

async fn a_batch_is_no_larger_than_it_may_be(database: Database) {
    people(&database).await;
    for number in 1..=5 {
        let ended = Grant { ends_at: NOW.plus(i64::from(number)), ..grant(&format!("g{number}"), "app", "openid") };
        keep(&database, &ended).await;
        keep_code(&database, number, &code(&format!("g{number}"))).await;
        add_session(&database, &session(number)).await;
    }
    let later = NOW.plus(86_400);
    for what in [Leftover::Codes, Leftover::EndedGrants, Leftover::Sessions] {
        let mut gone = Vec::new();
        for _ in 0..4 {
            gone.push(written!(database, (), tx => tx.sweep(what, later, 2).await).await.unwrap());
        }
        assert_eq!(gone, [2, 2, 1, 0], "{what:?}");
    }
}

async fn nodes_that_sweep_at_once_remove_each_row_once(database: Database) {
    people(&database).await;
    for number in 1..=40 {
        add_session(&database, &session(number)).await;
        keep_code(&database, number, &{
            keep(&database, &grant(&format!("g{number}"), "app", "openid")).await;
            code(&format!("g{number}"))
        })
        .await;
    }
    let later = NOW.plus(86_400);
    for what in [Leftover::Sessions, Leftover::Codes, Leftover::EndedGrants] {
        let told = crate::racing::all(8, |_| {
            let database = database.clone();
            async move { written!(database, (), tx => tx.sweep(what, later, 15).await).await.unwrap() }
        });
        let mut gone: u64 = told.await.iter().sum();
        // Racers that chose the same rows leave some for the next round.
        for _ in 0..3 {
            gone += written!(database, (), tx => tx.sweep(what, later, 15).await).await.unwrap();
        }
        assert_eq!(gone, 40, "{what:?}");
    }
}

async fn secrets_leave_the_list_long_after_they_have_expired(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let app = client(&tenant, "app");
    add_client(&database, &app).await;
    let ending = |id, number, end| ClientSecret { expires_at: Some(NOW.plus(end)), ..secret(id, number) };
    for secret in [ending(1, 1, 10), ending(2, 2, 20), ending(3, 3, 30), secret(4, 4)] {
        add_secret(&database, &app.id, &secret).await;
    }
    let revision = async || database.revisions().await.unwrap();
    let before = revision().await;
    let sweep = |end: i64, most| written!(database, (), tx => tx.sweep_secrets(NOW.plus(end), most).await);
    assert_eq!(sweep(10, 50).await.unwrap(), []);
    assert_eq!(revision().await, before, "nothing was changed");
    let gone: Vec<_> = sweep(30, 1).await.unwrap().into_iter().map(|gone| (gone.id, gone.expired_at)).collect();
    assert_eq!(gone, [(1, NOW.plus(10))]);
    let gone: Vec<_> =
        sweep(30, 50).await.unwrap().into_iter().map(|gone| (gone.client_id, gone.description)).collect();
    assert_eq!(gone, [(app.id.clone(), "Secret 2".to_owned())]);
    assert_ne!(revision().await, before, "caches hear of it");
    let left = database.read().await.unwrap().secrets_of(&app.id).await.unwrap();
    assert_eq!(left.iter().map(|secret| secret.id).collect::<Vec<_>>(), [4, 3]);
}
