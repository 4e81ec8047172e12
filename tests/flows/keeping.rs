//! Sessions in a database that takes no writes.

use crate::scene::Scene;
use crate::support::places::opened;
use crate::support::{Location, raw};
use portcullis::flows::{SESSION_SIGN_IN, SessionStore};
use std::sync::Arc;
use tower_sessions::SessionStore as _;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};

on_both_empty!(a_session_is_found_though_it_cannot_be_noted_that_it_was_seen);

async fn refuse_updates(location: &Location) {
    let sql = match location {
        Location::Sqlite(_) => {
            "CREATE TRIGGER frozen BEFORE UPDATE ON web_sessions BEGIN SELECT RAISE(ABORT, 'frozen'); END"
        }
        Location::Postgres(_) => {
            "CREATE FUNCTION frozen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''frozen''; END';
             CREATE TRIGGER frozen BEFORE UPDATE ON web_sessions FOR EACH ROW EXECUTE FUNCTION frozen()"
        }
    };
    raw::run(location, sql).await;
}

async fn a_session_is_found_though_it_cannot_be_noted_that_it_was_seen(location: Location) {
    let scene = Scene::set(opened(&location).await).await;
    let store = SessionStore::new(Arc::clone(&scene.provider));
    let mut sign_in = scene.sign_in().await;
    sign_in.sid = portcullis::oauth::SessionId::new("kept");
    let sign_in = serde_json::to_value(&sign_in).unwrap();
    let mut record = Record {
        id: Id::default(),
        data: [(SESSION_SIGN_IN.to_owned(), sign_in)].into_iter().collect(),
        expiry_date: OffsetDateTime::from_unix_timestamp(scene.now().0 + 3_600).unwrap(),
    };
    store.create(&mut record).await.unwrap();
    refuse_updates(&location).await;
    scene.wait(120);
    let found = store.load(&record.id).await.unwrap().expect("the session");
    assert_eq!(found.data, record.data);
}
