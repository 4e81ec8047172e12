use crate::keys::{HashError, HasherBusy, PasswordCheck, PasswordHasher};
use crate::redacted::Redacted;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};

const NO_MATCH: PasswordCheck = PasswordCheck { matches: false, rehash: false };

fn secret(text: &str) -> Redacted<String> {
    Redacted::new(text.to_owned())
}

#[tokio::test]
async fn a_password_matches_its_hash_and_no_other_does() {
    let hasher = PasswordHasher::new(2);
    let stored = hasher.hash(secret("correct horse battery staple")).await.unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    let matches = hasher.verify(secret("correct horse battery staple"), Some(stored.clone())).await;
    assert_eq!(matches, Ok(PasswordCheck { matches: true, rehash: false }));
    for wrong in ["Correct horse battery staple", "correct horse battery staple ", ""] {
        assert_eq!(hasher.verify(secret(wrong), Some(stored.clone())).await, Ok(NO_MATCH));
    }
}

#[tokio::test]
async fn the_same_password_never_has_the_same_hash() {
    let hasher = PasswordHasher::new(2);
    let (one, other) = (hasher.hash(secret("same")).await.unwrap(), hasher.hash(secret("same")).await.unwrap());
    assert_ne!(one, other);
}

#[tokio::test]
async fn unknown_users_damaged_hashes_and_endless_passwords_never_match() {
    let hasher = PasswordHasher::new(2);
    assert_eq!(hasher.verify(secret("x"), None).await, Ok(NO_MATCH));
    assert_eq!(hasher.verify(secret("x"), Some("x".to_owned())).await, Ok(NO_MATCH));
    assert_eq!(hasher.verify(secret("x"), Some(String::new())).await, Ok(NO_MATCH));
    assert_eq!(hasher.verify(secret(&"x".repeat(1_025)), None).await, Ok(NO_MATCH));
}

#[tokio::test]
async fn the_longest_password_is_1024_bytes() {
    let hasher = PasswordHasher::new(2);
    let longest = "x".repeat(1_024);
    let stored = hasher.hash(secret(&longest)).await.unwrap();
    assert!(hasher.verify(secret(&longest), Some(stored.clone())).await.unwrap().matches);
    assert_eq!(hasher.verify(secret(&format!("{longest}x")), Some(stored)).await, Ok(NO_MATCH));
    assert_eq!(hasher.hash(secret(&format!("{longest}x"))).await, Err(HashError::TooLong));
}

/// So that an unknown user costs what a known one costs.
#[test]
fn the_dummy_has_the_parameters_of_new_hashes() {
    let hasher = PasswordHasher::new(1);
    let dummy = PasswordHash::new(hasher.dummy()).unwrap();
    assert_eq!(dummy.algorithm.as_str(), "argon2id");
    assert_eq!(dummy.params.to_string(), "m=19456,t=2,p=1");
    assert_eq!((dummy.salt.unwrap().len(), dummy.hash.unwrap().len()), (16, 32));
    assert_ne!(PasswordHasher::new(1).dummy(), hasher.dummy());
}

#[tokio::test]
async fn a_hash_of_other_parameters_matches_and_is_to_be_made_again() {
    let hasher = PasswordHasher::new(2);
    for (algorithm, memory, passes) in
        [(Algorithm::Argon2id, 8_192, 2), (Algorithm::Argon2id, 19_456, 1), (Algorithm::Argon2i, 19_456, 2)]
    {
        let old = Argon2::new(algorithm, Version::V0x13, Params::new(memory, passes, 1, None).unwrap());
        let stored = old.hash_password_with_salt(b"password", b"0123456789abcdef").unwrap().to_string();
        let check = hasher.verify(secret("password"), Some(stored.clone())).await;
        assert_eq!(check, Ok(PasswordCheck { matches: true, rehash: true }), "{stored}");
        assert_eq!(hasher.verify(secret("wrong"), Some(stored)).await, Ok(NO_MATCH));
    }
}

#[tokio::test]
async fn ds_04_beyond_64_waiting_the_answer_is_busy_and_places_come_back() {
    let hasher = PasswordHasher::new(2);
    let places = hasher.take_all_places();
    assert_eq!(places.num_permits(), 66);
    assert_eq!(hasher.verify(secret("x"), None).await, Err(HasherBusy));
    assert_eq!(hasher.hash(secret("x")).await, Err(HashError::Busy(HasherBusy)));
    drop(places);
    assert_eq!(hasher.verify(secret("x"), None).await, Ok(NO_MATCH));
    assert_eq!(hasher.take_all_places().num_permits(), 66);
}
