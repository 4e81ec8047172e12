//! The code that lets the first administrator in.

use super::Provider;
use crate::oauth::{TokenHash, TokenKind, UnixTime};
use crate::random::CROCKFORD;
use crate::redacted::Redacted;
use crate::storage::StorageError;

/// How long a set-up code works, in seconds.
const CODE_LIFETIME: i64 = 3_600;

/// A code for the set-up page.
#[derive(Debug, Clone)]
pub struct SetupCode {
    /// The page with the code filled in.
    pub url: Redacted<String>,
    /// Until when it works.
    pub expires_at: UnixTime,
}

impl Provider {
    /// The set-up code that is out, so that a restart or a second node prints the same link; a new one if there is none.
    pub async fn setup_code(&self) -> Result<SetupCode, StorageError> {
        if let Some((hash, made, expires_at)) = self.database.read().await?.living_setup_code(self.clock.now()).await? {
            let code = self.derive_setup_code(made);
            if code_hash(&code) == hash {
                return Ok(self.setup_link(&code, expires_at));
            }
        }
        self.new_setup_code().await
    }

    /// Makes a new set-up code; the one before stops working.
    pub async fn new_setup_code(&self) -> Result<SetupCode, StorageError> {
        let now = self.clock.now();
        let living = self.database.read().await?.living_setup_code(now).await?;
        // The code follows from the time it was made: two made within a second must not be the same.
        let made = living.map_or(now, |(_, before, _)| if before < now { now } else { before.plus(1) });
        let (code, expires_at) = (self.derive_setup_code(made), now.plus(CODE_LIFETIME));
        let hash = code_hash(&code);
        self.database
            .write(move |tx| Box::pin(async move { tx.put_setup_code(&hash, made, expires_at).await }))
            .await?;
        Ok(self.setup_link(&code, expires_at))
    }

    /// 40 bits that follow from the master key and the time: every node can tell the code that is out, and nobody else.
    fn derive_setup_code(&self, made: UnixTime) -> String {
        let mac = self.sealer.mac("setup-code", &[&made.0.to_be_bytes()]);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, mac.as_bytes());
        let letters = digest.as_ref().iter().take(8).map(|byte| char::from(CROCKFORD[usize::from(byte % 32)]));
        let letters: String = letters.collect();
        format!("{}-{}", &letters[..4], &letters[4..])
    }

    fn setup_link(&self, code: &str, expires_at: UnixTime) -> SetupCode {
        SetupCode { url: Redacted::new(format!("{}/setup?code={code}", self.settings.public_url)), expires_at }
    }
}

/// What the store keeps of a code, however it was typed.
pub(super) fn code_hash(code: &str) -> TokenHash {
    TokenKind::OneTimeLink.hash(&plain(code))
}

/// A set-up code without its dash, in upper case, with the letters that people confuse set right.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric).map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_code_may_be_typed_as_people_type() {
        for typed in ["K7QD-2M9X", "k7qd2m9x", " k7qd 2m9x "] {
            assert_eq!(plain(typed), "K7QD2M9X");
        }
        assert_eq!(plain("O0IL-1111"), "00111111");
    }
}
