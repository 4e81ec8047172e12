use super::NOW;
use crate::keys::{KeyAction, KeyLifecycle, KeyRotation, KeyState, announce, plan, promote, withdraw};
use crate::oauth::{KeyId, SigningAlgorithm, UnixTime};
use proptest::prelude::*;
use std::collections::HashMap;

const DAY: i64 = 86_400;
const ALGORITHM: SigningAlgorithm = SigningAlgorithm::Es256;

fn rules() -> KeyRotation {
    KeyRotation {
        algorithms: vec![ALGORITHM],
        rotate_every: 90 * DAY,
        cache_time: DAY,
        longest_token_life: 3_600,
        archive_for: 30 * DAY,
    }
}

/// A key whose one date (activation, or retirement) is `offset` seconds from now.
fn key(number: u32, state: KeyState, offset: i64) -> KeyLifecycle {
    let over = matches!(state, KeyState::Retired | KeyState::Archived);
    KeyLifecycle {
        id: KeyId::new(format!("k{number}")),
        slot: format!("ES256:{number}"),
        algorithm: ALGORITHM,
        state,
        activates_at: if over { NOW.plus(-1_000 * DAY) } else { NOW.plus(offset) },
        retires_at: over.then(|| NOW.plus(offset)),
    }
}

fn create(number: u32, state: KeyState, offset: i64) -> KeyAction {
    KeyAction::Create { algorithm: ALGORITHM, slot: format!("ES256:{number}"), state, activates_at: NOW.plus(offset) }
}

fn id(number: u32) -> KeyId {
    KeyId::new(format!("k{number}"))
}

/// What is said of it, the keys, what is due.
type Row = (&'static str, Vec<KeyLifecycle>, Vec<KeyAction>);

#[test]
fn what_is_due() {
    use KeyAction::{Activate, Archive, Forget, Retire};
    use KeyState::{Active, Archived, Pending, Retired};
    let published = 3_600 + 3_600;
    let table: Vec<Row> = vec![
        ("the first key signs at once", vec![], vec![create(1, Active, 0)]),
        ("a young key needs nothing", vec![key(1, Active, -DAY)], vec![]),
        ("one cache time before its turn is too early by a second", vec![key(1, Active, -89 * DAY + 1)], vec![]),
        ("the next key is announced", vec![key(1, Active, -89 * DAY)], vec![create(2, Pending, DAY)]),
        (
            "a late announcement still gives the whole time",
            vec![key(1, Active, -200 * DAY)],
            vec![create(2, Pending, DAY)],
        ),
        ("an announced key waits", vec![key(1, Active, -90 * DAY), key(2, Pending, 1)], vec![]),
        (
            "then it takes over",
            vec![key(1, Active, -90 * DAY), key(2, Pending, 0)],
            vec![Activate(id(2)), Retire(id(1))],
        ),
        (
            "the earlier of two announced keys comes first",
            vec![key(1, Active, -90 * DAY), key(3, Pending, 0), key(2, Pending, -1)],
            vec![Activate(id(2)), Retire(id(1))],
        ),
        ("with nothing that signs, an announced key does not wait", vec![key(2, Pending, DAY)], vec![Activate(id(2))]),
        ("the younger of two active keys stays", vec![key(1, Active, -9), key(2, Active, -8)], vec![Retire(id(1))]),
        ("a retired key stays published", vec![key(2, Active, 0), key(1, Retired, -published + 1)], vec![]),
        ("until the last token is over", vec![key(2, Active, 0), key(1, Retired, -published)], vec![Archive(id(1))]),
        ("an archived key is kept", vec![key(2, Active, 0), key(1, Archived, -published - 30 * DAY + 1)], vec![]),
        ("and then forgotten", vec![key(2, Active, 0), key(1, Archived, -published - 30 * DAY)], vec![Forget(id(1))]),
        (
            "slots go on from the highest number",
            vec![key(7, Active, -89 * DAY), key(6, Archived, 0)],
            vec![create(8, Pending, DAY)],
        ),
    ];
    for (name, keys, due) in table {
        assert_eq!(plan(&keys, NOW, &rules()), due, "{name}");
    }
}

#[test]
fn each_algorithm_has_its_own_succession() {
    let rules = KeyRotation { algorithms: SigningAlgorithm::ALL.to_vec(), ..rules() };
    let made: Vec<_> = plan(&[key(1, KeyState::Active, 0)], NOW, &rules);
    let slots: Vec<_> = made
        .iter()
        .map(|action| match action {
            KeyAction::Create { slot, .. } => slot.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(slots, ["RS256:1", "EdDSA:1"]);
}

#[test]
fn an_algorithm_that_is_no_longer_wanted_stops_signing() {
    let rules = KeyRotation { algorithms: vec![], ..rules() };
    let keys = [key(1, KeyState::Active, 0), key(2, KeyState::Pending, DAY)];
    assert_eq!(plan(&keys, NOW, &rules), [KeyAction::Retire(id(1)), KeyAction::Retire(id(2))]);
}

#[test]
fn the_next_key_is_announced_by_hand_once() {
    use KeyState::{Active, Pending, Retired};
    for (name, keys, due) in [
        ("ahead of its turn", vec![key(1, Active, 0)], Some(create(2, Pending, DAY))),
        ("there is one already", vec![key(1, Active, 0), key(2, Pending, 9)], None),
        ("there is one, and nothing signs", vec![key(2, Pending, 9)], None),
        ("nothing signs", vec![key(3, Retired, 0)], Some(create(4, Active, 0))),
    ] {
        assert_eq!(announce(&keys, ALGORITHM, NOW, &rules()), due, "{name}");
    }
    let other = announce(&[key(1, KeyState::Active, 0)], SigningAlgorithm::EdDsa, NOW, &rules());
    assert!(matches!(other, Some(KeyAction::Create { slot, .. }) if slot == "EdDSA:1"), "algorithms do not mix");
}

#[test]
fn an_announced_key_takes_over_by_hand_and_no_other_can() {
    let keys = [key(1, KeyState::Active, 0), key(2, KeyState::Pending, DAY), key(3, KeyState::Retired, 0)];
    assert_eq!(promote(&keys, &id(2)), [KeyAction::Activate(id(2)), KeyAction::Retire(id(1))]);
    for number in [1, 3, 4] {
        assert_eq!(promote(&keys, &id(number)), [], "{number}");
    }
}

#[test]
fn a_withdrawn_key_leaves_one_that_signs() {
    use KeyAction::{Activate, Revoke};
    use KeyState::{Active, Archived, Pending, Retired};
    for (name, keys, due) in [
        ("a new one is made", vec![key(1, Active, 0)], vec![Revoke(id(1)), create(2, Active, 0)]),
        (
            "the first of those announced takes over",
            vec![key(1, Active, 0), key(3, Pending, 9), key(2, Pending, 10)],
            vec![Revoke(id(1)), Activate(id(3))],
        ),
        ("another signs anyway", vec![key(1, Active, 0), key(2, Active, 1)], vec![Revoke(id(1))]),
        ("it did not sign yet", vec![key(1, Pending, 0), key(2, Active, 1)], vec![Revoke(id(1))]),
        ("it signed long ago", vec![key(1, Retired, 0), key(2, Active, 1)], vec![Revoke(id(1))]),
        ("it was not even published", vec![key(1, Archived, 0), key(2, Active, 1)], vec![Revoke(id(1))]),
        ("it is not there", vec![key(2, Active, 1)], vec![]),
    ] {
        assert_eq!(withdraw(&keys, &id(1), NOW), due, "{name}");
    }
}

#[test]
fn states_are_stored_as_words_and_read_back() {
    for (state, word) in [
        (KeyState::Pending, "pending"),
        (KeyState::Active, "active"),
        (KeyState::Retired, "retired"),
        (KeyState::Archived, "archived"),
    ] {
        assert_eq!(state.as_str(), word);
        assert_eq!(KeyState::parse(word), Some(state));
    }
    assert_eq!(KeyState::parse("Active"), None);
}

/// A server's life: the job runs now and then, sometimes after long pauses, and does what the plan says.
#[derive(Default)]
struct Life {
    keys: Vec<KeyLifecycle>,
    announced: HashMap<KeyId, UnixTime>,
    unpublished: HashMap<KeyId, UnixTime>,
    first_signer: HashMap<SigningAlgorithm, KeyId>,
    activated: HashMap<KeyId, UnixTime>,
}

impl Life {
    fn set(&mut self, id: &KeyId, state: KeyState) -> &mut KeyLifecycle {
        let key = self.keys.iter_mut().find(|key| key.id == *id).unwrap();
        key.state = state;
        key
    }

    fn run(&mut self, now: UnixTime, rules: &KeyRotation) {
        for action in plan(&self.keys, now, rules) {
            match action {
                KeyAction::Create { algorithm, slot, state, activates_at } => {
                    assert!(self.keys.iter().all(|key| key.slot != slot), "{slot} is taken");
                    let id = KeyId::new(slot.clone());
                    self.announced.insert(id.clone(), now);
                    if state == KeyState::Active {
                        assert!(!self.first_signer.contains_key(&algorithm));
                        self.first_signer.insert(algorithm, id.clone());
                    }
                    self.keys.push(KeyLifecycle { id, slot, algorithm, state, activates_at, retires_at: None });
                }
                KeyAction::Activate(id) => {
                    self.set(&id, KeyState::Active);
                    self.activated.insert(id, now);
                }
                KeyAction::Retire(id) => self.set(&id, KeyState::Retired).retires_at = Some(now),
                KeyAction::Archive(id) => {
                    self.set(&id, KeyState::Archived);
                    self.unpublished.insert(id, now);
                }
                KeyAction::Forget(id) | KeyAction::Revoke(id) => self.keys.retain(|key| key.id != id),
            }
        }
    }
}

proptest! {
    #[test]
    fn one_key_signs_each_is_announced_and_stays_published_long_enough(
        pauses in proptest::collection::vec(prop_oneof![0..3_600_i64, 0..10 * DAY, 0..400 * DAY], 1..80),
        rotate_every in DAY..200 * DAY,
        cache_time in 3_600..3 * DAY,
        longest_token_life in 60..40 * DAY,
    ) {
        let rules = KeyRotation {
            algorithms: SigningAlgorithm::ALL.to_vec(), rotate_every, cache_time, longest_token_life, ..rules()
        };
        let (mut life, mut now) = (Life::default(), NOW);
        let mut retired = HashMap::new();
        for pause in pauses {
            now = now.plus(pause);
            life.run(now, &rules);
            for algorithm in SigningAlgorithm::ALL {
                let active = life.keys.iter().filter(|key| key.algorithm == algorithm && key.state == KeyState::Active);
                prop_assert_eq!(active.count(), 1);
            }
            retired.extend(life.keys.iter().filter_map(|key| Some((key.id.clone(), key.retires_at?))));
        }
        for _ in 0..3 {
            life.run(now, &rules);
        }
        prop_assert_eq!(plan(&life.keys, now, &rules), vec![], "what is late is soon done, and then it is quiet");
        for (id, at) in &life.activated {
            prop_assert!(at.since(life.announced[id]) >= cache_time);
        }
        for (id, at) in &life.unpublished {
            prop_assert!(at.since(retired[id]) >= longest_token_life + 3_600);
        }
    }
}
