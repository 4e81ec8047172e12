//! Where secret bytes come from. Only flows draw; rules get what was drawn as values.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Mutex;

/// Crockford's base 32: digits and letters of which people confuse none.
pub const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Draws random bytes: from the operating system, or from a seed in tests.
pub struct Random(Source);

enum Source {
    System,
    Seeded(Mutex<(u64, u64)>),
}

impl Default for Random {
    fn default() -> Self {
        Self(Source::System)
    }
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random")
    }
}

impl Random {
    /// A source that repeats itself for the same seed. For tests only: anyone who knows the seed knows every secret.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Mutex::new((seed, 0))))
    }

    /// `N` random bytes.
    ///
    /// # Panics
    /// If the operating system has no randomness to give: nothing safe can be done then.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one drawer of random bytes")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut drawn = [0_u8; N];
        match &self.0 {
            Source::System => getrandom::fill(&mut drawn).expect("the operating system gives random bytes"),
            Source::Seeded(state) => seeded_fill(state, &mut drawn),
        }
        drawn
    }

    /// A random (version 4) UUID in lower case, as RFC 9562 writes it.
    #[must_use]
    pub fn uuid(&self) -> String {
        let mut b = self.bytes::<16>();
        b[6] = (b[6] & 0x0f) | 0x40;
        b[8] = (b[8] & 0x3f) | 0x80;
        let hex = hex::encode(b);
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// `N` random bytes as base64url without padding.
    #[must_use]
    pub fn base64url<const N: usize>(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<N>())
    }

    /// A short reference for people to read out, like `7K2Q-9M4D`: 40 bits in letters that cannot be confused.
    #[must_use]
    pub fn reference(&self) -> String {
        let mut text = String::with_capacity(9);
        for (at, byte) in self.bytes::<8>().iter().enumerate() {
            if at == 4 {
                text.push('-');
            }
            text.push(char::from(CROCKFORD[usize::from(byte % 32)]));
        }
        text
    }
}

/// SplitMix64 over (seed, counter).
fn seeded_fill(state: &Mutex<(u64, u64)>, out: &mut [u8]) {
    let mut state = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    for chunk in out.chunks_mut(8) {
        state.1 = state.1.wrapping_add(1);
        let mut z = state.0.wrapping_add(state.1.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_uuid_has_the_shape_of_version_four() {
        let id = Random::default().uuid();
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"));
    }

    #[test]
    fn a_seed_repeats_itself_and_two_draws_differ() {
        let (one, two) = (Random::seeded(7), Random::seeded(7));
        assert_eq!(one.bytes::<32>(), two.bytes::<32>());
        assert_ne!(one.bytes::<32>(), Random::default().bytes::<32>());
        assert_ne!(one.uuid(), one.uuid());
    }
}
