//! Tests of this floor, one file a subject.

mod key_lives;
mod key_set;
mod master_key;
mod password;
mod schedule;
mod sealing;
mod signing;
mod verify;
mod verify_times;

use super::{GeneratedKey, KeyRecord, KeyState};
use crate::oauth::{SigningAlgorithm, UnixTime};
use std::sync::OnceLock;

const NOW: UnixTime = UnixTime(1_800_000_000);

/// One key an algorithm for all tests: RSA keys take their time.
fn key(algorithm: SigningAlgorithm) -> &'static GeneratedKey {
    static KEYS: [OnceLock<GeneratedKey>; 3] = [const { OnceLock::new() }; 3];
    let at = SigningAlgorithm::ALL.iter().position(|one| *one == algorithm).unwrap();
    KEYS[at].get_or_init(|| GeneratedKey::generate(algorithm).unwrap())
}

/// That key as a row.
fn record(algorithm: SigningAlgorithm, state: KeyState) -> KeyRecord {
    record_of(key(algorithm), state)
}

fn record_of(key: &GeneratedKey, state: KeyState) -> KeyRecord {
    KeyRecord {
        id: key.id.clone(),
        slot: format!("{}:1", key.algorithm.as_str()),
        algorithm: key.algorithm,
        state,
        pkcs8: Some(key.pkcs8.clone()),
        public_jwk: key.public_jwk.clone(),
        activates_at: NOW.plus(-100),
        retires_at: None,
    }
}
