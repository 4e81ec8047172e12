//! Sessions of browsers.

use crate::support::samples::{add_ada, session};
use crate::support::{Database, NOW};
use portcullis::oauth::UserId;
use portcullis::storage::WebSession;

on_both_engines!(
    a_session_comes_back_as_it_was_stored,
    a_session_is_gone_at_its_end,
    a_taken_id_begins_no_session,
    there_is_one_session_in_a_browser,
    what_a_session_remembers_is_replaced,
    a_session_that_was_ended_never_comes_back,
    sessions_of_a_user_end_but_for_the_one_that_is_named,
);

async fn begin(database: &Database, session: &WebSession) -> bool {
    written!(database, (session), tx => tx.insert_session(&session).await).await.unwrap()
}

async fn get(database: &Database, session: &WebSession, seconds: i64) -> Option<WebSession> {
    database.read().await.unwrap().find_session(&session.id_hash, NOW.plus(seconds)).await.unwrap()
}

async fn a_session_comes_back_as_it_was_stored(database: Database) {
    let ada = add_ada(&database).await;
    let nobodys = session(1);
    let adas = WebSession { user_id: Some(ada), data: r#"{"a":"ä"}"#.to_owned(), ..session(2) };
    for session in [nobodys, adas] {
        assert!(begin(&database, &session).await);
        assert_eq!(get(&database, &session, 0).await, Some(session));
    }
    assert_eq!(get(&database, &session(3), 0).await, None);
}

async fn a_session_is_gone_at_its_end(database: Database) {
    let session = session(1);
    begin(&database, &session).await;
    assert!(get(&database, &session, 3599).await.is_some());
    assert!(get(&database, &session, 3600).await.is_none());
}

async fn a_taken_id_begins_no_session(database: Database) {
    let first = session(1);
    assert!(begin(&database, &first).await);
    assert!(!begin(&database, &WebSession { sid: session(2).sid, data: "[]".to_owned(), ..session(1) }).await);
    assert!(!begin(&database, &WebSession { sid: first.sid.clone(), ..session(2) }).await);
    assert_eq!(get(&database, &first, 0).await, Some(first));
}

async fn there_is_one_session_in_a_browser(database: Database) {
    let ada = add_ada(&database).await;
    let browser = Some("a browser".to_owned());
    let first = WebSession { browser: browser.clone(), user_id: Some(ada.clone()), ..session(1) };
    let second = WebSession { browser, ..session(2) };
    assert!(begin(&database, &first).await);
    assert!(!begin(&database, &second).await);
    let end = || written!(database, (), tx => tx.end_session_in("a browser").await);
    assert_eq!(end().await.unwrap(), Some((first.sid.clone(), Some(ada))));
    assert_eq!(end().await.unwrap(), None);
    assert!(begin(&database, &second).await);
    assert_eq!(get(&database, &first, 0).await, None);
    assert!(begin(&database, &session(3)).await && begin(&database, &session(4)).await, "two that brought no cookie");
    assert_eq!(end().await.unwrap(), Some((second.sid, None)));
}

async fn what_a_session_remembers_is_replaced(database: Database) {
    let (first, second) = (session(1), session(2));
    begin(&database, &first).await;
    begin(&database, &second).await;
    let id = first.id_hash.clone();
    let later = NOW.plus(60);
    assert!(written!(database, (id), tx => tx.update_session(&id, r#"{"new":1}"#).await).await.unwrap());
    written!(database, (id), tx => tx.see_session(&id, later).await).await.unwrap();
    let expected = WebSession { data: r#"{"new":1}"#.to_owned(), last_seen_at: later, ..first.clone() };
    assert_eq!(get(&database, &first, 0).await, Some(expected));
    assert_eq!(get(&database, &second, 0).await, Some(second));
}

async fn a_session_that_was_ended_never_comes_back(database: Database) {
    let session = session(1);
    begin(&database, &session).await;
    let id = session.id_hash.clone();
    assert!(written!(database, (id), tx => tx.delete_session(&id).await).await.unwrap());
    assert!(!written!(database, (id), tx => tx.delete_session(&id).await).await.unwrap());
    assert!(!written!(database, (id), tx => tx.update_session(&id, "{}").await).await.unwrap());
    written!(database, (id), tx => tx.see_session(&id, NOW).await).await.unwrap();
    assert_eq!(get(&database, &session, 0).await, None);
}

async fn of(database: &Database, user: &UserId) -> String {
    let sessions = database.read().await.unwrap().sessions_of(user, NOW).await.unwrap();
    sessions.iter().map(|session| session.sid.as_str()).collect::<Vec<_>>().join(" ")
}

async fn sessions_of_a_user_end_but_for_the_one_that_is_named(database: Database) {
    let ada = add_ada(&database).await;
    for number in 1..=4 {
        let adas = WebSession { user_id: Some(ada.clone()), last_seen_at: NOW.plus(number.into()), ..session(number) };
        begin(&database, &adas).await;
    }
    let over = WebSession { user_id: Some(ada.clone()), expires_at: NOW, ..session(5) };
    begin(&database, &over).await;
    let nobodys = session(6);
    begin(&database, &nobodys).await;
    assert_eq!(of(&database, &ada).await, "sid-4 sid-3 sid-2 sid-1");
    let kept = session(2).sid;
    let ended = written!(database, (ada, kept), tx => tx.delete_sessions_of(&ada, Some(&kept)).await).await.unwrap();
    assert_eq!((ended, of(&database, &ada).await.as_str()), (4, "sid-2"));
    let ended = written!(database, (ada), tx => tx.delete_sessions_of(&ada, None).await).await.unwrap();
    assert_eq!((ended, of(&database, &ada).await.as_str()), (1, ""));
    assert_eq!(get(&database, &nobodys, 0).await, Some(nobodys));
}
