//! Password hashes: argon2id, off the async threads, never more at once than the machine bears.

use crate::random::Random;
use crate::redacted::Redacted;
use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use subtle::ConstantTimeEq as _;
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
    /// Memory to work in, as many pieces as were ever at work at once. It is kept: threads come and go, and an allocator
    /// that keeps what each has freed would keep many times as much.
    memory: Arc<Memory>,
    /// How many pieces of work were done.
    done: AtomicU64,
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
            memory: Arc::default(),
            done: AtomicU64::new(0),
            dummy: dummy_hash(&random).into(),
            random,
        }
    }

    /// A PHC string of the password with a fresh salt.
    pub async fn hash(&self, password: Redacted<String>) -> Result<String, HashError> {
        if password.expose().len() > MAX_PASSWORD_BYTES {
            return Err(HashError::TooLong);
        }
        let salt = self.random.bytes::<16>();
        let hash = move |memory: &mut [Block]| made(memory, password.expose().as_bytes(), &salt);
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
        self.run(move |memory| check(memory, password.expose(), stored.as_deref(), &dummy)).await
    }

    /// How many passwords are at work, and how many wait.
    #[must_use]
    pub fn load(&self) -> (usize, usize) {
        let running = self.most - self.threads.available_permits().min(self.most);
        let inside = (self.most + WAITING) - self.places.available_permits().min(self.most + WAITING);
        (running, inside.saturating_sub(running))
    }

    /// How many passwords were hashed so far, for whatever reason and with whatever outcome.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut [Block]) -> T + Send + 'static,
    ) -> Result<T, HasherBusy> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| HasherBusy)?;
        let thread = Arc::clone(&self.threads).acquire_owned().await.map_err(|_| HasherBusy)?;
        let memory = Arc::clone(&self.memory);
        // Both permits move along: whoever asked may hang up, the work goes on and still takes its place.
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, thread);
            memory.lend(work)
        });
        match task.await {
            Ok(done) => {
                self.done.fetch_add(1, Ordering::Relaxed);
                Ok(done)
            }
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

/// Pieces of memory that argon2 works in, for as many as are at work at once.
#[derive(Default)]
struct Memory(Mutex<Vec<Vec<Block>>>);

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory")
    }
}

impl Memory {
    /// Lends a piece for some work. What the work before has left in it is written over.
    fn lend<T>(&self, work: impl FnOnce(&mut [Block]) -> T) -> T {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut piece = free.unwrap_or_else(|| vec![Block::new(); parameters().block_count()]);
        let done = work(&mut piece);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(piece);
        done
    }
}

/// What today's parameters make of a password. Salts of stored hashes may be of a length that argon2 does not take: then
/// there is nothing.
fn digest(memory: &mut [Block], password: &[u8], salt: &[u8]) -> Option<[u8; Params::DEFAULT_OUTPUT_LEN]> {
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    argon2().hash_password_into_with_memory(password, salt, &mut output, memory).ok().map(|()| output)
}

/// A new hash. Argon2 takes salts of this length.
fn made(memory: &mut [Block], password: &[u8], salt: &[u8; 16]) -> String {
    phc(salt, &digest(memory, password, salt).expect("argon2 takes a salt of 16 bytes"))
}

/// The PHC string of a hash with today's parameters.
fn phc(salt: &[u8], output: &[u8]) -> String {
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}${salt}${output}")
}

fn parameters() -> Params {
    Params::new(MEMORY, PASSES, LANES, None).expect("argon2 takes these parameters")
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters())
}

fn check(memory: &mut [Block], password: &str, stored: Option<&str>, dummy: &str) -> PasswordCheck {
    let stored = stored.filter(|_| password.len() <= MAX_PASSWORD_BYTES).and_then(|text| PasswordHash::new(text).ok());
    match stored {
        Some(stored) if is_current(&stored) => {
            PasswordCheck { matches: is_of(memory, password.as_bytes(), &stored), rehash: false }
        }
        // Made with other parameters: it needs memory of another size, this once.
        Some(stored) => {
            let matches = argon2().verify_password(password.as_bytes(), &stored).is_ok();
            PasswordCheck { matches, rehash: matches }
        }
        None => {
            let cut = &password.as_bytes()[..password.len().min(MAX_PASSWORD_BYTES)];
            let _ = PasswordHash::new(dummy).map(|dummy| is_of(memory, cut, &dummy));
            PasswordCheck { matches: false, rehash: false }
        }
    }
}

/// Whether a hash with today's parameters is of this password.
fn is_of(memory: &mut [Block], password: &[u8], hash: &PasswordHash) -> bool {
    let (Some(salt), Some(output)) = (&hash.salt, &hash.hash) else { return false };
    let own = digest(memory, password, salt);
    own.is_some_and(|own| own.as_slice().ct_eq(output.as_bytes()).into())
}

fn is_current(hash: &PasswordHash) -> bool {
    hash.algorithm == Algorithm::Argon2id.ident()
        && hash.version == Some(Version::V0x13.into())
        && Params::try_from(hash).is_ok_and(|used| {
            (used.m_cost(), used.t_cost(), used.p_cost()) == (MEMORY, PASSES, LANES)
                && used.output_len() == Some(Params::DEFAULT_OUTPUT_LEN)
        })
}

/// Whether a text is a hash that [`PasswordHasher::verify`] can work with, at a price that a sign-in may have: argon2id,
/// up to 256 MiB, 10 passes and 16 lanes.
#[must_use]
pub fn is_password_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| {
        hash.algorithm == Algorithm::Argon2id.ident()
            && hash.salt.is_some()
            && hash.hash.is_some()
            && Params::try_from(&hash)
                .is_ok_and(|used| used.m_cost() <= 262_144 && used.t_cost() <= 10 && used.p_cost() <= 16)
    })
}

/// A hash with today's parameters of which nobody knows the password, because there is none.
fn dummy_hash(random: &Random) -> String {
    phc(&random.bytes::<16>(), &random.bytes::<32>())
}
