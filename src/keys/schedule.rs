//! The life of signing keys: announced, signing, retired, archived. Pure: given the keys and the time, what is due.

use crate::oauth::{KeyId, SigningAlgorithm, UnixTime};

/// How much longer than the longest token a retired key stays published, in seconds: clocks differ, and caches are slow.
const AFTERGLOW: i64 = 3_600;

/// Where in its life a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// Published, so that everybody has it before it signs.
    Pending,
    /// Signs. One per algorithm.
    Active,
    /// Signs no more, is published until the last token it signed is over.
    Retired,
    /// Not published; still recognises ID tokens that come back as `id_token_hint`.
    Archived,
}

impl KeyState {
    const ALL: [Self; 4] = [Self::Pending, Self::Active, Self::Retired, Self::Archived];

    /// The word it is stored as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Archived => "archived",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether the key stands in the JWKS.
    #[must_use]
    pub const fn is_published(self) -> bool {
        !matches!(self, Self::Archived)
    }
}

/// What the schedule needs to know of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLifecycle {
    /// `kid`.
    pub id: KeyId,
    /// Algorithm and number, like `RS256:1`: two nodes that make the same next key meet there.
    pub slot: String,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// Where in its life it is.
    pub state: KeyState,
    /// From when on it signs.
    pub activates_at: UnixTime,
    /// When it stopped signing; none before.
    pub retires_at: Option<UnixTime>,
}

/// The rules of rotation. Times in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRotation {
    /// What this server signs with.
    pub algorithms: Vec<SigningAlgorithm>,
    /// How long a key signs.
    pub rotate_every: i64,
    /// How long others may keep an old JWKS: a new key is announced for that long before it signs.
    pub cache_time: i64,
    /// The longest life of a token that these keys sign.
    pub longest_token_life: i64,
    /// How long an archived key is kept for `id_token_hint`.
    pub archive_for: i64,
}

impl KeyRotation {
    /// How long a key that stopped signing at `retires_at` is still published.
    #[must_use]
    pub const fn published_until(&self, retires_at: UnixTime) -> UnixTime {
        retires_at.plus(self.longest_token_life).plus(AFTERGLOW)
    }
}

/// One thing that is due. Carrying it out changes the row only if it is still in the state it is moved from, so it does not
/// matter how many nodes try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyAction {
    /// Make a key and store it in this state (active only for the first one), unless the slot is taken by now.
    Create {
        /// What it signs with.
        algorithm: SigningAlgorithm,
        /// The next free slot.
        slot: String,
        /// Pending, or active if nothing else can sign.
        state: KeyState,
        /// From when on it signs.
        activates_at: UnixTime,
    },
    /// Pending to active.
    Activate(KeyId),
    /// Active (or, for an algorithm that is no longer wanted, pending) to retired; `retires_at` becomes now.
    Retire(KeyId),
    /// Retired to archived.
    Archive(KeyId),
    /// Delete an archived key.
    Forget(KeyId),
    /// Delete a key, whatever it is doing. Never planned, only asked for.
    Revoke(KeyId),
}

/// What is due at `now`, to be done in this order and in one transaction: an `Activate` and the `Retire` that follows it
/// belong together. Nothing due, nothing returned.
#[must_use]
pub fn plan(keys: &[KeyLifecycle], now: UnixTime, rules: &KeyRotation) -> Vec<KeyAction> {
    let mut due = Vec::new();
    for algorithm in SigningAlgorithm::ALL {
        let keys: Vec<_> = keys.iter().filter(|key| key.algorithm == algorithm).collect();
        if rules.algorithms.contains(&algorithm) {
            plan_succession(algorithm, &keys, now, rules, &mut due);
        } else {
            let signing = keys.iter().filter(|key| matches!(key.state, KeyState::Pending | KeyState::Active));
            due.extend(signing.map(|key| KeyAction::Retire(key.id.clone())));
        }
    }
    for key in keys {
        // A retired key without a date stays: better published too long than gone too soon.
        let unpublished_at = rules.published_until(key.retires_at.unwrap_or(now));
        match key.state {
            KeyState::Retired if unpublished_at <= now => due.push(KeyAction::Archive(key.id.clone())),
            KeyState::Archived if unpublished_at.plus(rules.archive_for) <= now => {
                due.push(KeyAction::Forget(key.id.clone()));
            }
            _ => {}
        }
    }
    due
}

/// The next key of an algorithm, announced now whatever the calendar says; none if one is announced already. If nothing
/// signs with it, the new key does so at once.
#[must_use]
pub fn announce(
    keys: &[KeyLifecycle],
    algorithm: SigningAlgorithm,
    now: UnixTime,
    rules: &KeyRotation,
) -> Option<KeyAction> {
    let keys: Vec<_> = keys.iter().filter(|key| key.algorithm == algorithm).collect();
    let some = |state| keys.iter().any(|key| key.state == state);
    let slot = || next_slot(algorithm, &keys);
    match (some(KeyState::Active), some(KeyState::Pending)) {
        (_, true) => None,
        (true, false) => {
            let (state, activates_at) = (KeyState::Pending, now.plus(rules.cache_time));
            Some(KeyAction::Create { algorithm, slot: slot(), state, activates_at })
        }
        (false, false) => {
            Some(KeyAction::Create { algorithm, slot: slot(), state: KeyState::Active, activates_at: now })
        }
    }
}

/// What lets this announced key sign now, and retires the one that did. Empty if it is not announced.
#[must_use]
pub fn promote(keys: &[KeyLifecycle], id: &KeyId) -> Vec<KeyAction> {
    let Some(next) = keys.iter().find(|key| key.id == *id && key.state == KeyState::Pending) else { return Vec::new() };
    let active = keys.iter().filter(|key| key.algorithm == next.algorithm && key.state == KeyState::Active);
    let retire = active.map(|key| KeyAction::Retire(key.id.clone()));
    std::iter::once(KeyAction::Activate(id.clone())).chain(retire).collect()
}

/// What takes a key out of use at once and leaves its algorithm with a key that signs: the next one, or a new one.
#[must_use]
pub fn withdraw(keys: &[KeyLifecycle], id: &KeyId, now: UnixTime) -> Vec<KeyAction> {
    let Some(gone) = keys.iter().find(|key| key.id == *id) else { return Vec::new() };
    let mut due = vec![KeyAction::Revoke(id.clone())];
    let kin: Vec<_> = keys.iter().filter(|key| key.algorithm == gone.algorithm).collect();
    let still_signs = kin.iter().any(|key| key.state == KeyState::Active && key.id != *id);
    if gone.state == KeyState::Active && !still_signs {
        let next = kin.iter().filter(|key| key.state == KeyState::Pending).min_by_key(|key| key.activates_at);
        due.push(next.map_or_else(
            || {
                let (algorithm, slot) = (gone.algorithm, next_slot(gone.algorithm, &kin));
                KeyAction::Create { algorithm, slot, state: KeyState::Active, activates_at: now }
            },
            |next| KeyAction::Activate(next.id.clone()),
        ));
    }
    due
}

fn plan_succession(
    algorithm: SigningAlgorithm,
    keys: &[&KeyLifecycle],
    now: UnixTime,
    rules: &KeyRotation,
    due: &mut Vec<KeyAction>,
) {
    let in_state = |state| keys.iter().filter(move |key| key.state == state);
    let age = |key: &&&KeyLifecycle| (key.activates_at, key.id.clone());
    let active = in_state(KeyState::Active).max_by_key(age);
    let next = in_state(KeyState::Pending).min_by_key(age);
    let create =
        |state, activates_at| KeyAction::Create { algorithm, slot: next_slot(algorithm, keys), state, activates_at };
    match (active, next) {
        (None, None) => due.push(create(KeyState::Active, now)),
        // Nothing signs, so nobody is served by waiting.
        (None, Some(next)) => due.push(KeyAction::Activate(next.id.clone())),
        (Some(active), Some(next)) if next.activates_at <= now => {
            due.push(KeyAction::Activate(next.id.clone()));
            due.push(KeyAction::Retire(active.id.clone()));
        }
        (Some(active), None) => {
            let turn = active.activates_at.plus(rules.rotate_every);
            let announced = now.plus(rules.cache_time);
            if turn <= announced {
                due.push(create(KeyState::Pending, announced.max(turn)));
            }
        }
        (Some(_), Some(_)) => {}
    }
    // Two active ones would be a fault of ours; the younger stays.
    let doubles = in_state(KeyState::Active).filter(|key| active.is_some_and(|active| active.id != key.id));
    due.extend(doubles.map(|key| KeyAction::Retire(key.id.clone())));
}

/// One above the highest number ever seen: a forgotten key's slot is not used again while younger ones exist.
fn next_slot(algorithm: SigningAlgorithm, keys: &[&KeyLifecycle]) -> String {
    let number = |key: &&KeyLifecycle| key.slot.rsplit_once(':').and_then(|(_, number)| number.parse::<u64>().ok());
    let highest = keys.iter().filter_map(number).max().unwrap_or(0);
    format!("{}:{}", algorithm.as_str(), highest.saturating_add(1))
}
