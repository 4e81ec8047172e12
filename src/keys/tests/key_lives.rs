//! Keys by the calendar and by hand, in any order: who signs, and until when everybody can check it.

use super::NOW;
use crate::keys::{KeyAction, KeyLifecycle, KeyRotation, KeyState, announce, plan, promote, withdraw};
use crate::oauth::{KeyId, SigningAlgorithm, UnixTime};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::HashMap;

const DAY: i64 = 86_400;
const LONGEST_TOKEN: i64 = 3_600;

#[derive(Debug, Clone)]
enum Event {
    /// The job looks what is due.
    Rotate,
    /// Whoever can sign signs a token of the longest life.
    Sign,
    /// By hand: the next key.
    Announce(SigningAlgorithm),
    /// By hand: some key is let sign.
    Promote(Index),
    /// By hand: some key has leaked.
    Withdraw(Index),
    /// Another list of algorithms is wanted from now on.
    Want(Vec<SigningAlgorithm>),
    /// Time passes; or the clock is set back, by less than the afterglow.
    Wait(i64),
}

fn event() -> impl Strategy<Value = Event> {
    let wanted = prop::sample::subsequence(SigningAlgorithm::ALL.to_vec(), 0..=3);
    let wait = prop_oneof![3 => 0..3_600_i64, 3 => 0..5 * DAY, 1 => 0..400 * DAY, 1 => -1_000..0_i64];
    prop_oneof![
        8 => Just(Event::Rotate),
        8 => Just(Event::Sign),
        2 => select(SigningAlgorithm::ALL.to_vec()).prop_map(Event::Announce),
        2 => any::<Index>().prop_map(Event::Promote),
        1 => any::<Index>().prop_map(Event::Withdraw),
        1 => wanted.prop_map(Event::Want),
        8 => wait.prop_map(Event::Wait),
    ]
}

/// The stored keys, and the last second of the last token that each has signed.
struct Store {
    keys: Vec<KeyLifecycle>,
    signed_until: HashMap<KeyId, UnixTime>,
    rules: KeyRotation,
    now: UnixTime,
    made: usize,
}

impl Store {
    fn new(rotate_every: i64) -> Self {
        let rules = KeyRotation {
            algorithms: SigningAlgorithm::ALL.to_vec(),
            rotate_every,
            cache_time: DAY,
            longest_token_life: LONGEST_TOKEN,
            archive_for: 30 * DAY,
        };
        Self { keys: Vec::new(), signed_until: HashMap::new(), rules, now: NOW, made: 0 }
    }

    fn some(&self, which: Index) -> Option<KeyId> {
        (!self.keys.is_empty()).then(|| which.get(&self.keys).id.clone())
    }

    /// As the storage's statements do it.
    fn carry_out(&mut self, due: Vec<KeyAction>) {
        for action in due {
            match action {
                KeyAction::Create { algorithm, slot, state, activates_at } => {
                    assert!(self.keys.iter().all(|key| key.slot != slot), "{slot} is taken");
                    self.made += 1;
                    let id = KeyId::new(format!("k{}", self.made));
                    self.keys.push(KeyLifecycle { id, slot, algorithm, state, activates_at, retires_at: None });
                }
                KeyAction::Activate(id) => {
                    let now = self.now;
                    let key = self.moved(&id, &[KeyState::Pending], KeyState::Active);
                    key.activates_at = key.activates_at.min(now);
                }
                KeyAction::Retire(id) => {
                    let now = self.now;
                    self.moved(&id, &[KeyState::Active, KeyState::Pending], KeyState::Retired).retires_at = Some(now);
                }
                KeyAction::Archive(id) => drop(self.moved(&id, &[KeyState::Retired], KeyState::Archived).id.clone()),
                KeyAction::Forget(id) => {
                    self.moved(&id, &[KeyState::Archived], KeyState::Archived);
                    self.keys.retain(|key| key.id != id);
                }
                KeyAction::Revoke(id) => {
                    self.keys.retain(|key| key.id != id);
                    // What it has signed is refused from now on, and that is meant.
                    self.signed_until.remove(&id);
                }
            }
        }
    }

    fn moved(&mut self, id: &KeyId, from: &[KeyState], to: KeyState) -> &mut KeyLifecycle {
        let key = self.keys.iter_mut().find(|key| key.id == *id).expect("the key is there");
        assert!(from.contains(&key.state), "{id} was {:?}", key.state);
        key.state = to;
        key
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Rotate => self.carry_out(plan(&self.keys, self.now, &self.rules)),
            Event::Sign => {
                let until = self.now.plus(LONGEST_TOKEN);
                for key in self.keys.iter().filter(|key| key.state == KeyState::Active) {
                    let last = self.signed_until.entry(key.id.clone()).or_insert(until);
                    *last = until.max(*last);
                }
            }
            Event::Announce(algorithm) => {
                self.carry_out(announce(&self.keys, algorithm, self.now, &self.rules).into_iter().collect());
            }
            Event::Promote(which) => {
                let due = self.some(which).map(|id| promote(&self.keys, &id));
                self.carry_out(due.unwrap_or_default());
            }
            Event::Withdraw(which) => {
                let due = self.some(which).map(|id| withdraw(&self.keys, &id, self.now));
                self.carry_out(due.unwrap_or_default());
            }
            Event::Want(algorithms) => self.rules.algorithms = algorithms,
            Event::Wait(seconds) => self.now = self.now.plus(seconds),
        }
    }

    fn active(&self, algorithm: SigningAlgorithm) -> usize {
        self.keys.iter().filter(|key| key.algorithm == algorithm && key.state == KeyState::Active).count()
    }
}

proptest! {
    #[test]
    fn never_two_sign_and_what_was_signed_can_be_checked_to_its_end(
        events in prop::collection::vec(event(), 1..80),
        rotate_every in 2 * DAY..90 * DAY,
    ) {
        let mut store = Store::new(rotate_every);
        for event in events {
            let rotated = matches!(event, Event::Rotate);
            store.happen(event);
            for algorithm in SigningAlgorithm::ALL {
                let (active, wanted) = (store.active(algorithm), store.rules.algorithms.contains(&algorithm));
                prop_assert!(active <= 1, "{} keys sign with {:?}", active, algorithm);
                prop_assert!(!rotated || active == usize::from(wanted), "{:?}: {} sign", algorithm, active);
            }
            for (id, until) in &store.signed_until {
                let published = store.keys.iter().any(|key| key.id == *id && key.state.is_published());
                prop_assert!(published || store.now >= *until, "{} is gone, and its tokens are not", id);
            }
        }
    }

    #[test]
    fn the_calendar_holds_at_the_ends_of_time(
        now: i64,
        dates in prop::collection::vec((0..4_usize, any::<i64>(), prop::option::of(any::<i64>())), 0..6),
        spans: (i64, i64, i64, i64),
    ) {
        let mut store = Store::new(0);
        let (rotate_every, cache_time, longest_token_life, archive_for) = spans;
        store.rules = KeyRotation { rotate_every, cache_time, longest_token_life, archive_for, ..store.rules };
        store.now = UnixTime(now);
        let states = [KeyState::Pending, KeyState::Active, KeyState::Retired, KeyState::Archived];
        store.keys = dates.into_iter().zip(1..).map(|((state, activates_at, retires_at), number)| KeyLifecycle {
            id: KeyId::new(format!("k{number}")),
            slot: if number == 6 { format!("ES256:{}", u64::MAX - 1) } else { format!("ES256:{number}") },
            algorithm: SigningAlgorithm::Es256,
            state: states[state],
            activates_at: UnixTime(activates_at),
            retires_at: retires_at.map(UnixTime),
        }).collect();
        let due = plan(&store.keys, store.now, &store.rules);
        store.made = 100;
        store.carry_out(due);
        let _ = announce(&store.keys, SigningAlgorithm::Es256, store.now, &store.rules);
    }
}
