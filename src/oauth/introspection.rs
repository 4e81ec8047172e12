//! Introspection (RFC 7662) and revocation (RFC 7009): which token is meant, and what is said about it.

use super::{Grant, Parameters, TokenHash, TokenKind, TokenRefusal, UnixTime};
use serde::Serialize;
use serde_json::{Map, Value};

/// A token that somebody asks about. Its shape says what it is; `token_type_hint` is not needed (RFC 7009 2.1).
#[derive(Clone, PartialEq, Eq)]
pub enum PresentedToken {
    /// A refresh token, as it would be stored.
    Refresh(TokenHash),
    /// A JWT: perhaps an access token.
    Jwt(String),
    /// Neither; nothing of ours.
    Unknown,
}

impl std::fmt::Debug for PresentedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Refresh(_) => "Refresh",
            Self::Jwt(_) => "Jwt",
            Self::Unknown => "Unknown",
        })
    }
}

impl PresentedToken {
    /// Reads `token` from a form.
    pub fn read(form: &Parameters) -> Result<Self, TokenRefusal> {
        let token = form.get("token").ok_or(TokenRefusal::MissingParameter("token"))?;
        Ok(if TokenKind::RefreshToken.recognises(token) {
            Self::Refresh(TokenKind::RefreshToken.hash(token))
        } else if token.split('.').count() == 3 {
            Self::Jwt(token.to_owned())
        } else {
            Self::Unknown
        })
    }
}

/// What introspection says (RFC 7662 2.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Introspection(Map<String, Value>);

impl Introspection {
    /// All that is said about a token that is not alive, not ours, or not the asker's.
    #[must_use]
    pub fn inactive() -> Self {
        Self(Map::from_iter([("active".to_owned(), Value::Bool(false))]))
    }

    /// What is said about an access token that is alive: what it says itself, without private claims.
    #[must_use]
    pub fn of_access_token(claims: &Map<String, Value>) -> Self {
        let mut said = Map::from_iter([
            ("active".to_owned(), Value::Bool(true)),
            ("token_type".to_owned(), Value::from("Bearer")),
        ]);
        for name in ["scope", "client_id", "exp", "iat", "nbf", "sub", "aud", "iss", "jti", "tid"] {
            if let Some(value) = claims.get(name) {
                said.insert(name.to_owned(), value.clone());
            }
        }
        Self(said)
    }

    /// What is said about a refresh token that is alive.
    #[must_use]
    pub fn of_refresh_token(grant: &Grant, issued_at: UnixTime, expires_at: UnixTime, issuer: &str) -> Self {
        let said = [
            ("active", Value::Bool(true)),
            ("scope", Value::from(grant.scope.to_string())),
            ("client_id", Value::from(grant.client_id.as_str())),
            ("sub", Value::from(grant.user_id.as_str())),
            ("iat", Value::from(issued_at.0)),
            ("exp", Value::from(expires_at.0)),
            ("iss", Value::from(issuer)),
            ("tid", Value::from(grant.tenant_id.as_str())),
        ];
        Self(said.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_known_by_their_shape_whatever_the_hint() {
        let refresh = TokenKind::RefreshToken.format([7; 32]);
        let code = TokenKind::AuthorizationCode.format([7; 32]);
        let rows = [
            (refresh.as_str(), PresentedToken::Refresh(TokenKind::RefreshToken.hash(&refresh))),
            (&refresh[1..], PresentedToken::Unknown),
            (&code, PresentedToken::Unknown),
            ("a.b.c", PresentedToken::Jwt("a.b.c".to_owned())),
            ("a.b", PresentedToken::Unknown),
        ];
        for (token, expected) in rows {
            let form = [("token", token), ("token_type_hint", "nonsense")].into_iter().collect();
            assert_eq!(PresentedToken::read(&form), Ok(expected), "{token}");
        }
        let empty = Parameters::default();
        assert_eq!(PresentedToken::read(&empty), Err(TokenRefusal::MissingParameter("token")));
    }

    #[test]
    fn nothing_is_said_about_dead_tokens_and_nothing_private_about_living_ones() {
        let dead = serde_json::to_string(&Introspection::inactive()).expect("writes");
        assert_eq!(dead, r#"{"active":false}"#);
        let claims = serde_json::json!({"sub": "u", "grant_id": "g", "sid": "s", "roles": [], "exp": 5});
        let said = Introspection::of_access_token(claims.as_object().expect("an object"));
        let said = serde_json::to_value(&said).expect("writes");
        assert_eq!(said, serde_json::json!({"active": true, "token_type": "Bearer", "sub": "u", "exp": 5}));
    }
}
