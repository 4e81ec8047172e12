//! How long to go on, and what to say of it.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many rounds: a few every day, many for the figures, or as many as the environment says.
pub(crate) fn rounds(short: usize, long: usize) -> usize {
    if let Some(asked) = std::env::var("PORTCULLIS_RELIABILITY_ROUNDS").ok().and_then(|text| text.parse().ok()) {
        return asked;
    }
    if is_long() { long } else { short }
}

/// Whether figures are wanted.
pub(crate) fn is_long() -> bool {
    std::env::var("PORTCULLIS_RELIABILITY").is_ok_and(|word| word == "long")
}

/// Tells a figure.
#[expect(clippy::print_stdout, reason = "figures are what the long run is for")]
pub(crate) fn figure(row: &str, text: &str) {
    println!("{row}: {text}");
}

/// The value below which the given share of the values lies.
pub(crate) fn percentile(values: &mut [std::time::Duration], share: usize) -> std::time::Duration {
    values.sort_unstable();
    let last = values.len().saturating_sub(1);
    values.get((values.len() * share / 100).min(last)).copied().unwrap_or_default()
}

/// Numbers for choosing moments and turns; nothing secret.
#[derive(Debug)]
pub(crate) struct Dice(AtomicU64);

impl Dice {
    /// Thrown anew in each run.
    pub(crate) fn new() -> Self {
        use std::hash::{BuildHasher as _, RandomState};
        Self(AtomicU64::new(RandomState::new().hash_one(std::process::id())))
    }

    /// A number in the range.
    pub(crate) fn between(&self, low: u64, high: u64) -> u64 {
        // SplitMix64.
        let mut mixed = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        low + (mixed ^ (mixed >> 31)) % (high - low)
    }

    /// So many milliseconds.
    pub(crate) fn millis(&self, low: u64, high: u64) -> std::time::Duration {
        std::time::Duration::from_millis(self.between(low, high))
    }
}
