use super::{NOW, key, record, record_of};
use crate::keys::{GeneratedKey, KeySet, KeySetError, KeyState};
use crate::oauth::{KeyId, SigningAlgorithm};
use serde_json::Value;

fn published(set: &KeySet) -> Vec<String> {
    let jwks: Value = serde_json::from_slice(set.jwks()).unwrap();
    jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn only_active_keys_sign_and_all_but_archived_ones_are_published() {
    for (state, signs, is_published) in [
        (KeyState::Pending, false, true),
        (KeyState::Active, true, true),
        (KeyState::Retired, false, true),
        (KeyState::Archived, false, false),
    ] {
        let set = KeySet::build(vec![record(SigningAlgorithm::EdDsa, state)], NOW).unwrap();
        assert_eq!(set.signer(SigningAlgorithm::EdDsa).is_some(), signs, "{state:?}");
        assert_eq!(set.algorithms().contains(&SigningAlgorithm::EdDsa), signs, "{state:?}");
        assert_eq!(published(&set).len(), usize::from(is_published), "{state:?}");
    }
}

#[test]
fn active_keys_come_first_and_the_default_algorithm_first_among_them() {
    let next = record_of(&GeneratedKey::generate(SigningAlgorithm::EdDsa).unwrap(), KeyState::Pending);
    let pending = next.id.as_str().to_owned();
    let mut keys = vec![next];
    keys.extend(SigningAlgorithm::ALL.map(|algorithm| record(algorithm, KeyState::Active)).into_iter().rev());
    let set = KeySet::build(keys, NOW).unwrap();
    let mut expected: Vec<_> = SigningAlgorithm::ALL.map(|one| key(one).id.as_str().to_owned()).into();
    expected.push(pending);
    assert_eq!(published(&set), expected);
    assert_eq!(set.algorithms(), SigningAlgorithm::ALL);
}

#[test]
fn the_jwks_holds_no_private_member() {
    let keys = SigningAlgorithm::ALL.map(|algorithm| record(algorithm, KeyState::Active)).to_vec();
    let set = KeySet::build(keys, NOW).unwrap();
    let jwks: Value = serde_json::from_slice(set.jwks()).unwrap();
    for key in jwks["keys"].as_array().unwrap() {
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
        assert_ne!(key["kty"], "oct");
    }
}

#[test]
fn the_entity_tag_changes_with_the_keys_alone() {
    let (one, two) =
        (record(SigningAlgorithm::EdDsa, KeyState::Active), record(SigningAlgorithm::Es256, KeyState::Active));
    let tag = |keys| KeySet::build(keys, NOW).unwrap().etag().to_owned();
    assert_eq!(tag(vec![one.clone(), two.clone()]), tag(vec![two.clone(), one.clone()]));
    assert_ne!(tag(vec![one.clone(), two]), tag(vec![one]));
    assert!(tag(vec![]).starts_with('"') && tag(vec![]).ends_with('"'));
    assert_eq!(&**KeySet::build(vec![], NOW).unwrap().jwks(), br#"{"keys":[]}"#);
}

#[test]
fn of_two_active_keys_the_one_that_came_last_signs() {
    let old = record(SigningAlgorithm::EdDsa, KeyState::Active);
    let mut young = record_of(&GeneratedKey::generate(SigningAlgorithm::EdDsa).unwrap(), KeyState::Active);
    young.activates_at = NOW;
    let signer = |at| {
        let set = KeySet::build(vec![old.clone(), young.clone()], at).unwrap();
        set.signer(SigningAlgorithm::EdDsa).unwrap().id().to_owned()
    };
    assert_eq!(signer(NOW), young.id.as_str());
    assert_eq!(signer(NOW.plus(-1)), old.id.as_str());
}

#[test]
fn one_bad_key_refuses_them_all() {
    let good = record(SigningAlgorithm::EdDsa, KeyState::Active);
    let other = GeneratedKey::generate(SigningAlgorithm::EdDsa).unwrap();
    let build = |key| KeySet::build(vec![record(SigningAlgorithm::Es256, KeyState::Active), key], NOW).unwrap_err();
    let id = good.id.clone();

    let swapped = super::KeyRecord { pkcs8: Some(other.pkcs8.clone()), ..good.clone() };
    assert_eq!(build(swapped), KeySetError::PrivateHalf(id.clone()));
    let missing = super::KeyRecord { pkcs8: None, ..good.clone() };
    assert_eq!(build(missing), KeySetError::PrivateHalf(id.clone()));
    let foreign = super::KeyRecord { public_jwk: other.public_jwk, ..good.clone() };
    assert_eq!(build(foreign), KeySetError::PublicHalf(id.clone()));
    let renamed = super::KeyRecord { id: KeyId::new("x"), ..good.clone() };
    assert_eq!(build(renamed), KeySetError::PublicHalf(KeyId::new("x")));
    let wrong = super::KeyRecord { algorithm: SigningAlgorithm::Es256, ..good.clone() };
    assert_eq!(build(wrong), KeySetError::PublicHalf(id.clone()));
    assert_eq!(KeySet::build(vec![good.clone(), good], NOW).unwrap_err(), KeySetError::Duplicate(id));
}

#[test]
fn a_retired_key_needs_no_private_half() {
    let key = super::KeyRecord { pkcs8: None, ..record(SigningAlgorithm::Es256, KeyState::Retired) };
    assert_eq!(published(&KeySet::build(vec![key], NOW).unwrap()).len(), 1);
}
