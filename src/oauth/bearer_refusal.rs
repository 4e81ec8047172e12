//! Why an access token is not accepted (RFC 6750 3.1).

use super::{ErrorCode, ReasonCode};

/// A refusal of an endpoint that wants an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BearerRefusal {
    /// None came. Nothing is said about errors then (RFC 6750 3).
    NoToken,
    /// It came in two ways, in the address, or in a way that cannot be read.
    Malformed,
    /// Its time is over.
    Expired,
    /// It is no access token of ours.
    Unacceptable,
    /// It was taken back, or its user or client may not use it any more.
    Revoked,
    /// It is not for this.
    InsufficientScope,
}

impl BearerRefusal {
    /// The standard error; none if no token came.
    #[must_use]
    pub const fn code(self) -> Option<ErrorCode> {
        match self {
            Self::NoToken => None,
            Self::Malformed => Some(ErrorCode::InvalidRequest),
            Self::Expired | Self::Unacceptable | Self::Revoked => Some(ErrorCode::InvalidToken),
            Self::InsufficientScope => Some(ErrorCode::InsufficientScope),
        }
    }

    /// The stable reason.
    #[must_use]
    pub const fn reason(self) -> ReasonCode {
        ReasonCode(match self {
            Self::Expired => 4101,
            Self::NoToken | Self::Unacceptable => 4102,
            Self::InsufficientScope => 4103,
            Self::Revoked => 4104,
            Self::Malformed => 4105,
        })
    }

    /// A sentence for the client's developer, in the characters that RFC 6750 3 allows.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::NoToken => "Send an access token in the Authorization header.",
            Self::Malformed => "Send one access token, in the Authorization header or in the form.",
            Self::Expired => "The access token has expired.",
            Self::Unacceptable => "That is not an access token of this server.",
            Self::Revoked => "The access token was revoked.",
            Self::InsufficientScope => "The access token is not for a user with the scope openid.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::REASONS;

    #[test]
    fn every_refusal_has_a_page_and_plain_ascii() {
        use BearerRefusal::{Expired, InsufficientScope, Malformed, NoToken, Revoked, Unacceptable};
        for refusal in [NoToken, Malformed, Expired, Unacceptable, Revoked, InsufficientScope] {
            assert!(REASONS.iter().any(|page| page.code == refusal.reason()), "{refusal:?} has no page");
            let text = refusal.description();
            assert!(text.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{text}");
        }
        assert_eq!(NoToken.code(), None);
    }
}
