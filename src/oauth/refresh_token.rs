//! Refresh tokens (RFC 6749 6): replaced at every use, and what it means when a replaced one comes again (RFC 9700 4.14.2).

use super::{ClientId, TokenRefusal, UnixTime};

/// What is known of a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// Whose it is.
    pub client_id: ClientId,
    /// From here on it is good for nothing.
    pub expires_at: UnixTime,
    /// When it was replaced.
    pub consumed_at: Option<UnixTime>,
}

/// How long refresh tokens live, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshLifetimes {
    /// Without use.
    pub idle: i64,
    /// However much it is used.
    pub absolute: i64,
    /// A client that lost the answer may ask again for so long; 0: never.
    pub retry_window: i64,
}

/// Who presents a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshPresented<'a> {
    /// Which client.
    pub client_id: &'a ClientId,
    /// Whether it has proven who it is. A public client cannot.
    pub authenticated: bool,
    /// Whether the token that replaced this one is still unused; false if there is none.
    pub successor_unused: bool,
}

/// What to do with a refresh token that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshDecision {
    /// Replace it.
    Rotate,
    /// Give the token that replaced it once more: the answer was lost on the way.
    Repeat,
    /// Refuse, and end everything that hangs on the grant: the token is in two hands.
    Reused,
}

impl RefreshToken {
    /// Decides. Only the storage's conditional statement makes a rotation true.
    pub fn redeem(
        &self,
        presented: RefreshPresented<'_>,
        lifetimes: &RefreshLifetimes,
        now: UnixTime,
    ) -> Result<RefreshDecision, TokenRefusal> {
        if self.client_id != *presented.client_id {
            return Err(TokenRefusal::RefreshTokenOfAnotherClient);
        }
        if let Some(consumed_at) = self.consumed_at {
            // Nodes' clocks differ a little: the other's may be ahead of ours.
            let in_time = now.since(consumed_at).saturating_abs() < lifetimes.retry_window;
            let repeat = presented.authenticated && presented.successor_unused && in_time;
            return Ok(if repeat { RefreshDecision::Repeat } else { RefreshDecision::Reused });
        }
        if now >= self.expires_at { Err(TokenRefusal::RefreshTokenExpired) } else { Ok(RefreshDecision::Rotate) }
    }
}

impl RefreshLifetimes {
    /// When a refresh token made at `now` is over: after the idle time, and with its grant at the latest.
    #[must_use]
    pub fn end_of_token(&self, now: UnixTime, grant_ends_at: UnixTime) -> UnixTime {
        now.plus(self.idle).min(grant_ends_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIMES: RefreshLifetimes = RefreshLifetimes { idle: 1_000, absolute: 3_000, retry_window: 10 };

    #[test]
    fn a_token_is_replaced_once_and_its_second_use_is_judged() {
        use RefreshDecision::{Repeat, Reused, Rotate};
        // consumed, presented by, authenticated, successor unused, now
        let rows = [
            (None, "app", true, false, 100, Ok(Rotate)),
            (None, "app", false, false, 999, Ok(Rotate)),
            (None, "app", true, false, 1_000, Err(TokenRefusal::RefreshTokenExpired)),
            (None, "other", true, false, 100, Err(TokenRefusal::RefreshTokenOfAnotherClient)),
            (Some(100), "other", true, true, 101, Err(TokenRefusal::RefreshTokenOfAnotherClient)),
            (Some(100), "app", true, true, 109, Ok(Repeat)),
            (Some(100), "app", true, true, 98, Ok(Repeat)),
            (Some(100), "app", true, true, 110, Ok(Reused)),
            (Some(100), "app", true, false, 101, Ok(Reused)),
            (Some(100), "app", false, true, 101, Ok(Reused)),
            (Some(100), "app", true, true, 5_000, Ok(Reused)),
        ];
        for (consumed, client, authenticated, successor_unused, now, expected) in rows {
            let token = RefreshToken {
                client_id: ClientId::new("app"),
                expires_at: UnixTime(1_000),
                consumed_at: consumed.map(UnixTime),
            };
            let client_id = &ClientId::new(client);
            let presented = RefreshPresented { client_id, authenticated, successor_unused };
            assert_eq!(token.redeem(presented, &LIFETIMES, UnixTime(now)), expected, "{consumed:?} {client} {now}");
        }
    }

    #[test]
    fn a_window_of_zero_forgives_nothing() {
        let token = RefreshToken {
            client_id: ClientId::new("app"),
            expires_at: UnixTime(1_000),
            consumed_at: Some(UnixTime(100)),
        };
        let presented =
            RefreshPresented { client_id: &ClientId::new("app"), authenticated: true, successor_unused: true };
        let strict = RefreshLifetimes { retry_window: 0, ..LIFETIMES };
        assert_eq!(token.redeem(presented, &strict, UnixTime(100)), Ok(RefreshDecision::Reused));
    }

    #[test]
    fn the_absolute_end_stands_however_often_a_token_is_replaced() {
        let rows = [(0, 1_000), (1_900, 2_900), (2_500, 3_000), (2_999, 3_000)];
        for (now, expected) in rows {
            assert_eq!(LIFETIMES.end_of_token(UnixTime(now), UnixTime(3_000)), UnixTime(expected), "{now}");
        }
    }
}
