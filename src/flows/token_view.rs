//! The token viewer: what a token says, whether it is ours, and whether it would be taken now. Nothing of it is kept.

use super::{BearerError, Provider};
use crate::keys::{Expect, VerifyError};
use crate::oauth::{TokenKind, UnixTime};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenCheck {
    /// Whether it is as it must be.
    pub passed: bool,
    /// What was found, in a sentence.
    pub sentence: String,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenView {
    /// One of ours that says nothing to anybody but us.
    Opaque(TokenKind),
    /// A signed token (RFC 7515).
    Jwt {
        /// The header.
        header: Map<String, Value>,
        /// The claims.
        claims: Map<String, Value>,
        /// What was checked, in the order of checking.
        checks: Vec<TokenCheck>,
        /// The time of checking.
        now: UnixTime,
    },
    /// No token that we know how to read.
    Unreadable,
}

impl Provider {
    /// Looks at what somebody pasted: a token, perhaps behind `Bearer`.
    pub async fn view_token(&self, text: &str) -> TokenView {
        let text = text.trim();
        let text = text.strip_prefix("Authorization:").unwrap_or(text).trim();
        let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
        let kinds =
            [TokenKind::ClientSecret, TokenKind::AuthorizationCode, TokenKind::RefreshToken, TokenKind::OneTimeLink];
        if let Some(kind) = kinds.into_iter().find(|kind| kind.recognises(text)) {
            return TokenView::Opaque(kind);
        }
        let Some((header, claims)) = decode(text) else { return TokenView::Unreadable };
        let now = self.clock.now();
        let mut checks = self.check_token(text, &header, &claims, now);
        if checks.iter().all(|check| check.passed) && is_access_token(&header) {
            checks.push(match self.require_alive(&claims).await {
                Ok(_) => passed("It was not taken back; its client and user may still use it."),
                Err(BearerError::Storage(_)) => failed("Whether it was taken back could not be looked up just now."),
                Err(BearerError::Refused(_)) => {
                    failed("It was taken back, or its client or user may not use it any more.")
                }
            });
        }
        TokenView::Jwt { header, claims, checks, now }
    }

    fn check_token(
        &self,
        text: &str,
        header: &Map<String, Value>,
        claims: &Map<String, Value>,
        now: UnixTime,
    ) -> Vec<TokenCheck> {
        let typ = header.get("typ").and_then(Value::as_str).unwrap_or_default();
        let expect = Expect {
            typ,
            issuer: &self.issuer,
            audience: None,
            leeway_seconds: 0,
            allow_expired: true,
            include_archived: true,
        };
        let said = |name: &str| claims.get(name).and_then(Value::as_i64).map(UnixTime);
        let signed = self.keys.load().verify(text, &expect, now);
        let mut checks = vec![match &signed {
            Ok(_) => passed("This server signed it, with one of its keys."),
            Err(VerifyError::NotYetValid) => failed("It is signed by this server, but not valid yet."),
            Err(error) => failed(&sentence(error)),
        }];
        match claims.get("iss").and_then(Value::as_str) {
            Some(issuer) if issuer == self.issuer => checks.push(passed("Its issuer (iss) is this server.")),
            Some(issuer) => {
                checks.push(failed(&format!("Its issuer (iss) is {issuer}, this server is {}.", self.issuer)));
            }
            None => checks.push(failed("It names no issuer (iss).")),
        }
        match said("exp") {
            Some(end) if now < end => checks.push(passed(&format!("It has not expired: it ends {}.", end.rfc3339()))),
            Some(end) => checks.push(failed(&format!("It has expired: it ended {}.", end.rfc3339()))),
            None => checks.push(failed("It does not say when it ends (exp).")),
        }
        checks
    }
}

fn is_access_token(header: &Map<String, Value>) -> bool {
    let typ = header.get("typ").and_then(Value::as_str).unwrap_or_default();
    typ.trim_start_matches("application/").eq_ignore_ascii_case("at+jwt")
}

fn passed(sentence: &str) -> TokenCheck {
    TokenCheck { passed: true, sentence: sentence.to_owned() }
}

fn failed(sentence: &str) -> TokenCheck {
    TokenCheck { passed: false, sentence: sentence.to_owned() }
}

/// `the token has expired` is `The token has expired.`
fn sentence(error: &VerifyError) -> String {
    let text = error.to_string();
    text[..1].to_uppercase() + &text[1..] + "."
}

fn decode(text: &str) -> Option<(Map<String, Value>, Map<String, Value>)> {
    if text.len() > LONGEST {
        return None;
    }
    let mut parts = text.split('.');
    let (header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let object = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    Some((object(header)?, object(payload)?))
}
