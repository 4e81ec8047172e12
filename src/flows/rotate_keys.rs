//! The life of signing keys, carried out: by the calendar, and by hand.
//!
//! What is due is planned from what is stored and then done in one transaction, each part only if the key is still as it
//! was. If another node was faster in any part, nothing is done, and the next look finds what is left.

use super::signing_keys::{KeySummary, generate};
use super::{OpenError, Provider, audit};
use crate::keys::{KeyAction, KeyLifecycle, KeyRotation, KeyState, announce, plan, promote, withdraw};
use crate::oauth::audit::{AuditEvent, Origin};
use crate::oauth::{KeyId, SigningAlgorithm, UnixTime};
use crate::storage::{KeyRow, StorageError, Transaction};
use std::sync::Arc;

/// The longest life of an access token that a client may be given, in seconds.
const LONGEST_ACCESS_TOKEN: i64 = 3_600;
/// How long a key that is no longer published still recognises ID tokens of the past, in seconds: a year.
const ARCHIVE: i64 = 365 * 86_400;
/// How often a plan is made anew because another node was faster.
const ATTEMPTS: u32 = 3;

/// Why a key was not changed by hand.
#[derive(Debug, thiserror::Error)]
pub enum KeyChangeError {
    /// There is no key with this id.
    #[error("there is no signing key with this id")]
    NotFound,
    /// Only an announced key can be let sign; this one is in the state named.
    #[error("this key is {0}: only a pending one can become active")]
    NotPending(&'static str),
    /// Someone else changed the keys at the same moment.
    #[error("the keys were changed at the same moment; nothing was done")]
    Overtaken,
    /// Our own trouble.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl From<StorageError> for KeyChangeError {
    fn from(error: StorageError) -> Self {
        Self::Open(error.into())
    }
}

/// One action, ready to be done.
struct Step {
    action: KeyAction,
    /// The key that it is about: a new one, or what is stored.
    key: KeyRow,
    /// The word for the audit log.
    word: &'static str,
}

/// Why a transaction was undone.
enum Undone {
    Overtaken,
    Storage(StorageError),
}

impl From<StorageError> for Undone {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl Provider {
    /// Does what the calendar says is due: announces, activates, retires, archives and forgets keys.
    pub async fn rotate_signing_keys(&self) -> Result<(), OpenError> {
        for _ in 0..ATTEMPTS {
            let rows = self.database.read().await?.list_signing_keys().await?;
            let due = plan(&lifecycles(&rows)?, self.clock.now(), &self.rotation());
            if due.is_empty() || self.carry_out(due, &rows, &Origin::system()).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Announces the next key of one algorithm, or of each. They sign when everybody can have them: after the cache time.
    /// An algorithm whose next key is announced already keeps that one. Gives all keys that are announced now.
    pub async fn announce_signing_keys(
        &self,
        by: &Origin,
        algorithm: Option<SigningAlgorithm>,
    ) -> Result<Vec<KeySummary>, KeyChangeError> {
        let rows = self.database.read().await?.list_signing_keys().await?;
        let (keys, now, rules) = (lifecycles(&rows)?, self.clock.now(), self.rotation());
        let asked = |kind: &SigningAlgorithm| algorithm.is_none_or(|algorithm| algorithm == *kind);
        let due = SigningAlgorithm::ALL.into_iter().filter(asked);
        let due: Vec<_> = due.filter_map(|kind| announce(&keys, kind, now, &rules)).collect();
        self.do_by_hand(due, &rows, by).await?;
        let asked = |key: &KeySummary| SigningAlgorithm::parse(&key.algorithm).is_some_and(|kind| asked(&kind));
        let keys = self.list_signing_keys().await?.into_iter();
        Ok(keys.filter(|key| asked(key) && key.state == KeyState::Pending.as_str()).collect())
    }

    /// Lets an announced key sign now, and retires the one that did. Programs that keep the published keys may not have it
    /// yet if it was announced less than the cache time ago.
    pub async fn activate_signing_key(&self, by: &Origin, id: &KeyId) -> Result<KeySummary, KeyChangeError> {
        let rows = self.database.read().await?.list_signing_keys().await?;
        let keys = lifecycles(&rows)?;
        let key = keys.iter().find(|key| key.id == *id).ok_or(KeyChangeError::NotFound)?;
        if key.state != KeyState::Pending {
            return Err(KeyChangeError::NotPending(key.state.as_str()));
        }
        self.do_by_hand(promote(&keys, id), &rows, by).await?;
        let keys = self.list_signing_keys().await?;
        keys.into_iter().find(|key| key.id == *id).ok_or(KeyChangeError::Overtaken)
    }

    /// Takes a key out of use at once: it signs no more, is published no more, and what it has signed is refused. If it
    /// was the one that signs, the next one takes over, or a new one is made. Gives the key as it was.
    pub async fn revoke_signing_key(&self, by: &Origin, id: &KeyId) -> Result<KeySummary, KeyChangeError> {
        let rows = self.database.read().await?.list_signing_keys().await?;
        let due = withdraw(&lifecycles(&rows)?, id, self.clock.now());
        let key = rows.iter().find(|row| row.id == *id).cloned().ok_or(KeyChangeError::NotFound)?;
        self.do_by_hand(due, &rows, by).await?;
        Ok(key.into())
    }

    /// When keys change next by the calendar: the first time at which an announced key takes over, or one that signs will
    /// have signed long enough. None while there are no keys.
    #[must_use]
    pub fn next_key_change(&self, keys: &[KeySummary]) -> Option<UnixTime> {
        let pending = |algorithm: &str| {
            keys.iter().any(|key| key.algorithm == algorithm && key.state == KeyState::Pending.as_str())
        };
        let change = |key: &KeySummary| match KeyState::parse(&key.state)? {
            KeyState::Pending => Some(key.activates_at),
            KeyState::Active if !pending(&key.algorithm) => {
                Some(key.activates_at.plus(self.settings.keys_rotate_every))
            }
            _ => None,
        };
        keys.iter().filter_map(change).min()
    }

    /// Until when a key that signs no more is published; none while it signs.
    #[must_use]
    pub fn key_published_until(&self, key: &KeySummary) -> Option<UnixTime> {
        key.retires_at.map(|at| self.rotation().published_until(at))
    }

    fn rotation(&self) -> KeyRotation {
        KeyRotation {
            algorithms: SigningAlgorithm::ALL.to_vec(),
            rotate_every: self.settings.keys_rotate_every,
            cache_time: self.settings.keys_cache_time,
            longest_token_life: LONGEST_ACCESS_TOKEN.max(self.settings.tokens.id_token),
            archive_for: ARCHIVE,
        }
    }

    async fn do_by_hand(&self, due: Vec<KeyAction>, rows: &[KeyRow], by: &Origin) -> Result<(), KeyChangeError> {
        if self.carry_out(due, rows, by).await? { Ok(()) } else { Err(KeyChangeError::Overtaken) }
    }

    /// Does all of it or nothing; false if another was faster.
    async fn carry_out(&self, due: Vec<KeyAction>, rows: &[KeyRow], by: &Origin) -> Result<bool, OpenError> {
        let mut steps = Vec::new();
        for action in due {
            // Keys are made before the transaction begins: an RSA key takes longer than locks should be held.
            steps.extend(self.step_for(action, rows).await?);
        }
        let (steps, by, now) = (Arc::new(steps), by.clone(), self.clock.now());
        let salt = self.random.base64url::<6>();
        let outcome = self
            .database
            .write::<_, Undone, _>(move |tx| {
                let (steps, by, salt) = (Arc::clone(&steps), by.clone(), salt.clone());
                Box::pin(async move {
                    for step in steps.iter() {
                        if !step.run(tx, now).await? {
                            return Err(Undone::Overtaken);
                        }
                        audit::record(tx, &step.event(now), &by, &salt, now).await?;
                    }
                    Ok(())
                })
            })
            .await;
        match outcome {
            Ok(()) => self.load_signing_keys().await.map(|()| true),
            Err(Undone::Overtaken) => Ok(false),
            Err(Undone::Storage(error)) => Err(error.into()),
        }
    }

    async fn step_for(&self, action: KeyAction, rows: &[KeyRow]) -> Result<Option<Step>, OpenError> {
        let (id, word) = match &action {
            KeyAction::Create { algorithm, slot, state, activates_at } => {
                let made = generate(*algorithm).await?;
                let key = self.sealed_key(made, slot.clone(), *state, *activates_at);
                let word = if *state == KeyState::Pending { "key.announced" } else { "key.created" };
                return Ok(Some(Step { action, key, word }));
            }
            KeyAction::Activate(id) => (id, "key.activated"),
            KeyAction::Retire(id) => (id, "key.retired"),
            KeyAction::Archive(id) => (id, "key.archived"),
            KeyAction::Forget(id) => (id, "key.forgotten"),
            KeyAction::Revoke(id) => (id, "key.revoked"),
        };
        let key = rows.iter().find(|row| row.id == *id).cloned();
        Ok(key.map(|key| Step { action, key, word }))
    }
}

impl Step {
    /// False if the key is not as it was when this was planned.
    async fn run(&self, tx: &mut Transaction, now: UnixTime) -> Result<bool, StorageError> {
        let (id, from) = (&self.key.id, self.key.state.as_str());
        match &self.action {
            KeyAction::Create { .. } => tx.insert_signing_key(&self.key).await,
            KeyAction::Activate(_) => tx.activate_signing_key(id, from, KeyState::Active.as_str(), now).await,
            KeyAction::Retire(_) => tx.move_signing_key(id, from, KeyState::Retired.as_str(), Some(now)).await,
            KeyAction::Archive(_) => tx.move_signing_key(id, from, KeyState::Archived.as_str(), None).await,
            KeyAction::Forget(_) | KeyAction::Revoke(_) => tx.delete_signing_key(id, from).await,
        }
    }

    fn event(&self, now: UnixTime) -> AuditEvent {
        let before = if matches!(self.action, KeyAction::Create { .. }) { None } else { Some(&self.key.state) };
        let signs_from = match self.action {
            KeyAction::Activate(_) => now.min(self.key.activates_at),
            _ => self.key.activates_at,
        };
        let detail = serde_json::json!({
            "algorithm": self.key.algorithm, "state_before": before, "signs_from": signs_from.rfc3339(),
        });
        AuditEvent {
            tenant_id: None,
            action: self.word,
            target_kind: "key",
            target_id: self.key.id.as_str().to_owned(),
            target_name: self.key.slot.clone(),
            detail: detail.to_string(),
        }
    }
}

/// What the schedule needs to know of the stored keys.
fn lifecycles(rows: &[KeyRow]) -> Result<Vec<KeyLifecycle>, OpenError> {
    let read = |row: &KeyRow| {
        let damaged = || OpenError::DamagedKey(row.id.to_string());
        Ok(KeyLifecycle {
            id: row.id.clone(),
            slot: row.slot.clone(),
            algorithm: SigningAlgorithm::parse(&row.algorithm).ok_or_else(damaged)?,
            state: KeyState::parse(&row.state).ok_or_else(damaged)?,
            activates_at: row.activates_at,
            retires_at: row.retires_at,
        })
    };
    rows.iter().map(read).collect()
}
