//! Compares the ledger with the server.
//!
//! I1 nothing acknowledged is lost. I2 no code and no refresh token works twice. I3 nothing revoked lives again. I4 every
//! token verifies. I5 no answer of 500 (the load looks for those). I6 the database is sound. I7 everything done is in the
//! audit log.

use super::ledger::{Book, State, Thing};
use super::{App, Door, Heard, World};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation};
use std::collections::HashSet;

/// Looks at everything that the ledger says since the last check. The server must be well by now.
pub(crate) async fn check(world: &World) -> Book {
    let (book, door) = (world.ledger.close(), world.door());
    assert!(book.troubles.is_empty(), "{:#?}\n{}", book.troubles, world.place.logs());
    check_tokens(&door, &book.access_tokens).await;
    // What works before what does not: using what is gone ends what hangs on it.
    for wanted in [State::Good, State::Gone] {
        let things = book.things.iter().filter(|(_, (_, state))| *state == wanted);
        let (codes, others): (Vec<_>, Vec<_>) = things.partition(|(thing, _)| matches!(thing, Thing::Code(_)));
        for (thing, (app, _)) in others.into_iter().chain(codes) {
            check_thing(&door, app, thing, wanted, world).await;
        }
    }
    check_audit(world, &book).await;
    check_soundness(world).await;
    book
}

async fn check_thing(door: &Door, app: &App, thing: &Thing, wanted: State, world: &World) {
    let heard = match thing {
        Thing::Code(code) => app.redeem(door, code).await,
        Thing::Refresh(token) => app.refresh(door, token).await,
        Thing::Secret(value, _) => app.with_secret(value).token(door).await,
    };
    match (wanted, heard) {
        (State::Good, Heard::Yes(_)) | (State::Gone, Heard::No(_)) | (State::Unknown, _) => {}
        (wanted, heard) => panic!("I1/I2/I3: {thing:?} must be {wanted:?}: {heard:?}\n{}", world.place.logs()),
    }
}

/// The keys that are published.
pub(crate) async fn published_keys(door: &Door) -> JwkSet {
    let answer = door.get("/identity/.well-known/openid-configuration/jwks").await.expect("the keys");
    serde_json::from_str(&answer.body).expect("a JWK set")
}

/// Whether a token is signed with one of these keys.
pub(crate) fn is_signed(keys: &JwkSet, token: &str) -> bool {
    let Ok(header) = jsonwebtoken::decode_header(token) else { return false };
    let Some(key) = header.kid.as_deref().and_then(|kid| keys.find(kid)) else { return false };
    let mut validation = Validation::new(header.alg);
    validation.validate_aud = false;
    let key = DecodingKey::from_jwk(key).expect("a key that can be read");
    jsonwebtoken::decode::<serde_json::Value>(token, &key, &validation).is_ok()
}

async fn check_tokens(door: &Door, tokens: &[String]) {
    let keys = published_keys(door).await;
    for token in tokens {
        assert!(is_signed(&keys, token), "I4: {token}");
    }
}

async fn check_audit(world: &World, book: &Book) {
    for (action, done) in [("secret.added", &book.added), ("secret.removed", &book.removed)] {
        if done.is_empty() {
            continue;
        }
        let sql = format!("SELECT target_id || ' ' || detail FROM audit_events WHERE action = '{action}'");
        let rows: HashSet<(String, i64)> =
            world.place.texts(&sql).await.iter().filter_map(|row| audited(row)).collect();
        for row in done {
            assert!(rows.contains(row), "I7: no {action} of {row:?}");
        }
    }
}

/// Client and secret of a row.
fn audited(row: &str) -> Option<(String, i64)> {
    let (client, detail) = row.split_once(' ')?;
    let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
    Some((client.to_owned(), detail["secret_id"].as_i64()?))
}

async fn check_soundness(world: &World) {
    if world.place.is_sqlite() {
        assert_eq!(world.place.texts("PRAGMA integrity_check").await, ["ok"], "I6");
    }
}
