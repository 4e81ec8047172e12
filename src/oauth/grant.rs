//! Grants: what a user gave to a client at one sign-in. Every code, refresh token and access token of a user hangs on
//! one, and dies with it.

use super::{ClaimsRequest, ClientId, GrantId, Scope, SessionId, TenantId, TokenRefusal, UnixTime, UserId};

/// A grant, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its id; access tokens carry it.
    pub id: GrantId,
    /// The tenant of client and user.
    pub tenant_id: TenantId,
    /// To whom.
    pub client_id: ClientId,
    /// By whom.
    pub user_id: UserId,
    /// The session in which it was given.
    pub sid: SessionId,
    /// What was granted.
    pub scope: Scope,
    /// Single claims asked for.
    pub claims: ClaimsRequest,
    /// When the user gave the password.
    pub auth_time: UnixTime,
    /// When it was given.
    pub created_at: UnixTime,
    /// When the last thing that hangs on it is over, however often it is refreshed.
    pub ends_at: UnixTime,
    /// When it was taken back.
    pub revoked_at: Option<UnixTime>,
}

/// What of a user decides whether tokens may still be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountState {
    /// Whether the account is switched on.
    pub enabled: bool,
    /// When the password was last changed.
    pub password_changed_at: Option<UnixTime>,
}

impl Grant {
    /// Whether a refresh token was granted; such a grant outlives its session.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.scope.contains(Scope::OFFLINE_ACCESS)
    }

    /// Refuses to make more tokens: the grant was taken back, or its user may not use it any more. `account` is none if
    /// the user is gone. What was granted before the password was changed ends with the old password.
    pub fn require_usable(&self, account: Option<AccountState>) -> Result<(), TokenRefusal> {
        if self.revoked_at.is_some() {
            return Err(TokenRefusal::GrantRevoked);
        }
        let account = account.filter(|account| account.enabled).ok_or(TokenRefusal::UserNotAllowed)?;
        match account.password_changed_at {
            Some(changed) if changed > self.created_at => Err(TokenRefusal::PasswordChanged),
            _ => Ok(()),
        }
    }

    /// The scope of a new access token: all that was granted, or the part that was asked for (RFC 6749 6). The grant
    /// stays as wide as it was.
    pub fn narrowed(&self, asked: Option<&str>) -> Result<Scope, TokenRefusal> {
        let Some(asked) = asked else { return Ok(self.scope.clone()) };
        match Scope::parse(asked) {
            Ok(scope) if scope.is_empty() => Ok(self.scope.clone()),
            Ok(scope) if scope.is_subset(&self.scope) => Ok(scope),
            _ => Err(TokenRefusal::ScopeNotAllowed),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn grant(scope: &str) -> Grant {
        Grant {
            id: GrantId::new("g"),
            tenant_id: TenantId::new("acme"),
            client_id: ClientId::new("app"),
            user_id: UserId::new("u"),
            sid: SessionId::new("s"),
            scope: Scope::parse(scope).expect("a scope"),
            claims: ClaimsRequest::default(),
            auth_time: UnixTime(100),
            created_at: UnixTime(110),
            ends_at: UnixTime(10_000),
            revoked_at: None,
        }
    }

    #[test]
    fn what_happened_to_the_user_counts() {
        let account =
            |enabled, changed: Option<i64>| Some(AccountState { enabled, password_changed_at: changed.map(UnixTime) });
        let rows = [
            (account(true, None), None, Ok(())),
            (account(true, Some(110)), None, Ok(())),
            (account(true, Some(111)), None, Err(TokenRefusal::PasswordChanged)),
            (account(false, None), None, Err(TokenRefusal::UserNotAllowed)),
            (None, None, Err(TokenRefusal::UserNotAllowed)),
            (account(true, None), Some(UnixTime(1)), Err(TokenRefusal::GrantRevoked)),
        ];
        for (account, revoked_at, expected) in rows {
            let grant = Grant { revoked_at, ..grant("openid") };
            assert_eq!(grant.require_usable(account), expected, "{account:?} {revoked_at:?}");
        }
    }

    #[test]
    fn a_token_may_have_less_than_the_grant_and_never_more() {
        let grant = grant("openid email offline_access");
        let rows = [
            (None, Ok("email offline_access openid")),
            (Some(""), Ok("email offline_access openid")),
            (Some("openid"), Ok("openid")),
            (Some("openid phone"), Err(TokenRefusal::ScopeNotAllowed)),
            (Some("open\"id"), Err(TokenRefusal::ScopeNotAllowed)),
        ];
        for (asked, expected) in rows {
            assert_eq!(
                grant.narrowed(asked).map(|scope| scope.to_string()),
                expected.map(ToOwned::to_owned),
                "{asked:?}"
            );
        }
        assert!(grant.is_offline());
    }
}
