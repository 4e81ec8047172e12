//! Password hashes: argon2id, off the async threads, never more at once than the machine bears.

use crate::random::Random;
use crate::redacted::Redacted;
use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Memory in KiB, passes and lanes: OWASP's choice for argon2id. Changing them re-hashes each password at its next sign-in.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How many may wait for a thread. With four threads that is about half a second; more would only be answered too late.
const WAITING: usize = 64;

/// Longer passwords are not hashed.
pub const MAX_PASSWORD_BYTES: usize = 1_024;

/// So many passwords are being checked that another would only wait. Say "try again in a moment" (HTTP 503).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked at this moment")]
pub struct HasherBusy;

/// Why a password was not hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// See [`HasherBusy`].
    #[error(transparent)]
    Busy(#[from] HasherBusy),
    /// More than [`MAX_PASSWORD_BYTES`]. The password policy refuses it before.
    #[error("the password is longer than 1,024 bytes")]
    TooLong,
}

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCheck {
    /// It is the password.
    pub matches: bool,
    /// It is, and its hash was made with other parameters than today's: hash it again and store that.
    pub rehash: bool,
}

/// Hashes and checks passwords on blocking threads.
#[derive(Debug)]
pub struct PasswordHasher {
    /// How many may be at work at once.
    most: usize,
    /// Those at work and those waiting.
    places: Arc<Semaphore>,
    /// Those at work.
    threads: Arc<Semaphore>,
    /// What an unknown user's password is compared with: the same work, never a match.
    dummy: Arc<str>,
    random: Random,
}

impl PasswordHasher {
    /// At most `threads` at once (19 MiB each); at least one.
    #[must_use]
    pub fn new(threads: usize) -> Self {
        let threads = threads.max(1);
        let random = Random::default();
        Self {
            most: threads,
            places: Arc::new(Semaphore::new(threads + WAITING)),
            threads: Arc::new(Semaphore::new(threads)),
            dummy: dummy_hash(&random).into(),
            random,
        }
    }

    /// A PHC string of the password with a fresh salt.
    ///
    /// # Panics
    /// Never: the parameters are constants that argon2 takes.
    pub async fn hash(&self, password: Redacted<String>) -> Result<String, HashError> {
        if password.expose().len() > MAX_PASSWORD_BYTES {
            return Err(HashError::TooLong);
        }
        let salt = self.random.bytes::<16>();
        let hash = move || {
            let hash = argon2().hash_password_with_salt(password.expose().as_bytes(), &salt);
            hash.expect("argon2 takes these parameters").to_string()
        };
        Ok(self.run(hash).await?)
    }

    /// Compares with a stored PHC string. `None` is an unknown user: as much work as for a known one, and no match. The
    /// same goes for a password that is too long and for a stored text that is no hash.
    pub async fn verify(
        &self,
        password: Redacted<String>,
        stored: Option<String>,
    ) -> Result<PasswordCheck, HasherBusy> {
        let dummy = Arc::clone(&self.dummy);
        self.run(move || check(password.expose(), stored.as_deref(), &dummy)).await
    }

    /// How many passwords are at work, and how many wait.
    #[must_use]
    pub fn load(&self) -> (usize, usize) {
        let running = self.most - self.threads.available_permits().min(self.most);
        let inside = (self.most + WAITING) - self.places.available_permits().min(self.most + WAITING);
        (running, inside.saturating_sub(running))
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, HasherBusy> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| HasherBusy)?;
        let thread = Arc::clone(&self.threads).acquire_owned().await.map_err(|_| HasherBusy)?;
        // Both permits move along: whoever asked may hang up, the work goes on and still takes its place.
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, thread);
            work()
        });
        match task.await {
            Ok(done) => Ok(done),
            Err(stopped) => match stopped.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(HasherBusy), // the runtime is going down
            },
        }
    }

    #[cfg(test)]
    pub(super) fn dummy(&self) -> &str {
        &self.dummy
    }

    #[cfg(test)]
    pub(super) fn take_all_places(&self) -> tokio::sync::OwnedSemaphorePermit {
        let free = u32::try_from(self.places.available_permits()).unwrap();
        Arc::clone(&self.places).try_acquire_many_owned(free).unwrap()
    }
}

fn parameters() -> Params {
    Params::new(MEMORY, PASSES, LANES, None).expect("argon2 takes these parameters")
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters())
}

fn check(password: &str, stored: Option<&str>, dummy: &str) -> PasswordCheck {
    let stored = stored.filter(|_| password.len() <= MAX_PASSWORD_BYTES).and_then(|text| PasswordHash::new(text).ok());
    let compare = |hash: &PasswordHash| argon2().verify_password(password.as_bytes(), hash).is_ok();
    if let Some(stored) = stored {
        let matches = compare(&stored);
        PasswordCheck { matches, rehash: matches && !is_current(&stored) }
    } else {
        let cut = &password.as_bytes()[..password.len().min(MAX_PASSWORD_BYTES)];
        let _ = PasswordHash::new(dummy).map(|dummy| argon2().verify_password(cut, &dummy));
        PasswordCheck { matches: false, rehash: false }
    }
}

fn is_current(hash: &PasswordHash) -> bool {
    hash.algorithm == Algorithm::Argon2id.ident()
        && hash.version == Some(Version::V0x13.into())
        && Params::try_from(hash).is_ok_and(|used| {
            (used.m_cost(), used.t_cost(), used.p_cost()) == (MEMORY, PASSES, LANES)
                && used.output_len() == Some(Params::DEFAULT_OUTPUT_LEN)
        })
}

/// A hash with today's parameters of which nobody knows the password, because there is none.
fn dummy_hash(random: &Random) -> String {
    let salt = STANDARD_NO_PAD.encode(random.bytes::<16>());
    let output = STANDARD_NO_PAD.encode(random.bytes::<32>());
    format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}${salt}${output}")
}
