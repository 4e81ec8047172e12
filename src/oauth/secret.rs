//! Client secrets: states, and the check at the token endpoint.

use super::{TokenHash, UnixTime};

/// A stored secret of a client. Never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// Counted from 1 within the client; never used twice.
    pub id: i32,
    /// What the token endpoint compares with.
    pub hash: TokenHash,
    /// The last four characters, so that people can tell secrets apart.
    pub hint: String,
    /// Up to 200 characters, for people.
    pub description: String,
    /// A disabled secret does not authenticate; it can be enabled again.
    pub enabled: bool,
    /// When it was added.
    pub created_at: UnixTime,
    /// From here on it does not authenticate; none: never expires.
    pub expires_at: Option<UnixTime>,
    /// The last successful use, to the minute; and from which address.
    pub last_used_at: Option<UnixTime>,
    /// The address of the last use.
    pub last_used_from: Option<String>,
}

/// What people are told about a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretState {
    /// Authenticates.
    Active,
    /// Authenticates, but for 30 days at most.
    Expiring,
    /// Over.
    Expired,
    /// Switched off by a person.
    Disabled,
}

impl SecretState {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Expiring => "Expiring",
            Self::Expired => "Expired",
            Self::Disabled => "Disabled",
        }
    }
}

impl ClientSecret {
    /// How long before its end a secret counts as expiring, in seconds: 30 days.
    pub const NOTICE: i64 = 30 * 86_400;
    /// How long before its end it is urgent, in seconds: 7 days.
    pub const URGENT: i64 = 7 * 86_400;

    /// Its state at `now`. Expiry outranks disabling: an expired secret cannot be enabled back to life.
    #[must_use]
    pub fn state(&self, now: UnixTime) -> SecretState {
        match self.expires_at {
            Some(end) if now >= end => SecretState::Expired,
            _ if !self.enabled => SecretState::Disabled,
            Some(end) if end.since(now) <= Self::NOTICE => SecretState::Expiring,
            _ => SecretState::Active,
        }
    }

    /// Whether it authenticates at `now`.
    #[must_use]
    pub fn usable(&self, now: UnixTime) -> bool {
        matches!(self.state(now), SecretState::Active | SecretState::Expiring)
    }
}

/// What a presented secret turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretCheck {
    /// It authenticates: the secret with this id.
    Valid(i32),
    /// It is none of this client's secrets.
    Wrong,
    /// It was right until this time.
    Expired(UnixTime),
    /// It is right, but switched off.
    Disabled,
}

/// Looks for the presented hash among all secrets of the client, in time that does not depend on which one fits.
#[must_use]
pub fn check_secret(secrets: &[ClientSecret], presented: &TokenHash, now: UnixTime) -> SecretCheck {
    let mut found = None;
    for secret in secrets {
        if secret.hash.matches(presented) {
            found = Some(secret);
        }
    }
    found.map_or(SecretCheck::Wrong, |secret| match secret.state(now) {
        SecretState::Active | SecretState::Expiring => SecretCheck::Valid(secret.id),
        SecretState::Expired => SecretCheck::Expired(secret.expires_at.unwrap_or(now)),
        SecretState::Disabled => SecretCheck::Disabled,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::TokenKind;

    fn secret(id: i32, text: &str, enabled: bool, expires_at: Option<i64>) -> ClientSecret {
        ClientSecret {
            id,
            hash: TokenKind::ClientSecret.hash(text),
            hint: String::new(),
            description: String::new(),
            enabled,
            created_at: UnixTime(0),
            expires_at: expires_at.map(UnixTime),
            last_used_at: None,
            last_used_from: None,
        }
    }

    #[test]
    fn a_secret_is_valid_until_the_second_it_expires() {
        let secrets = [secret(1, "old", true, Some(100)), secret(2, "new", true, None), secret(3, "off", false, None)];
        let rows = [
            ("old", 99, SecretCheck::Valid(1)),
            ("old", 100, SecretCheck::Expired(UnixTime(100))),
            ("new", 100, SecretCheck::Valid(2)),
            ("off", 1, SecretCheck::Disabled),
            ("what", 1, SecretCheck::Wrong),
        ];
        for (text, now, expected) in rows {
            let check = check_secret(&secrets, &TokenKind::ClientSecret.hash(text), UnixTime(now));
            assert_eq!(check, expected, "{text} at {now}");
        }
        assert_eq!(check_secret(&[], &TokenKind::ClientSecret.hash("x"), UnixTime(0)), SecretCheck::Wrong);
    }

    #[test]
    fn states_follow_the_calendar() {
        let day = 86_400;
        let rows = [
            (true, None, 0, SecretState::Active),
            (true, Some(31 * day), 0, SecretState::Active),
            (true, Some(30 * day), 0, SecretState::Expiring),
            (true, Some(30 * day), 30 * day, SecretState::Expired),
            (false, Some(30 * day), 0, SecretState::Disabled),
            (false, Some(30 * day), 30 * day, SecretState::Expired),
        ];
        for (enabled, end, now, expected) in rows {
            assert_eq!(secret(1, "x", enabled, end).state(UnixTime(now)), expected, "{enabled} {end:?} {now}");
        }
    }
}
