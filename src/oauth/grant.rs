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
    /// The generation of the user in which the password was given ([`AccountState::generation`]).
    pub user_generation: i64,
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
    /// Raised whenever the password is changed or the account is switched off or on. Times cannot tell what came first
    /// within a second, nor on two nodes; this does. 0 for accounts to which none of that has happened since it is counted.
    pub generation: i64,
    /// When the password was last changed.
    pub password_changed_at: Option<UnixTime>,
}

impl AccountState {
    /// Whether what was given in this generation, at this time, was given by the account as it is now: with the password of
    /// now, and not before it was disabled.
    #[must_use]
    pub fn is_of(self, generation: i64, at: UnixTime) -> bool {
        // In generation 0 only the times tell: it holds all that was given before generations were counted.
        generation == self.generation
            && (generation > 0 || self.password_changed_at.is_none_or(|changed| changed <= at))
    }
}

impl Grant {
    /// Whether a refresh token was granted; such a grant outlives its session.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.scope.contains(Scope::OFFLINE_ACCESS)
    }

    /// Refuses to make more tokens: the grant was taken back, or its user may not use it any more. `account` is none if
    /// the user is gone. What was granted before the password was changed ends with the old password; what was granted before
    /// the user was disabled does not come back with the user.
    pub fn require_usable(&self, account: Option<AccountState>) -> Result<(), TokenRefusal> {
        if self.revoked_at.is_some() {
            return Err(TokenRefusal::GrantRevoked);
        }
        let account = account.filter(|account| account.enabled).ok_or(TokenRefusal::UserNotAllowed)?;
        if account.is_of(self.user_generation, self.created_at) { Ok(()) } else { Err(TokenRefusal::PasswordChanged) }
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
            user_generation: 0,
            created_at: UnixTime(110),
            ends_at: UnixTime(10_000),
            revoked_at: None,
        }
    }

    #[test]
    fn what_happened_to_the_user_counts() {
        let of = |enabled, generation, changed: Option<i64>| {
            Some(AccountState { enabled, generation, password_changed_at: changed.map(UnixTime) })
        };
        let account = |enabled, changed| of(enabled, 0, changed);
        let rows = [
            (account(true, None), None, Ok(())),
            (account(true, Some(110)), None, Ok(())),
            (account(true, Some(111)), None, Err(TokenRefusal::PasswordChanged)),
            // Within the second of the grant, or later by another clock: the generation tells.
            (of(true, 1, Some(110)), None, Err(TokenRefusal::PasswordChanged)),
            (of(true, 1, None), None, Err(TokenRefusal::PasswordChanged)),
            (account(false, None), None, Err(TokenRefusal::UserNotAllowed)),
            (None, None, Err(TokenRefusal::UserNotAllowed)),
            (account(true, None), Some(UnixTime(1)), Err(TokenRefusal::GrantRevoked)),
        ];
        for (account, revoked_at, expected) in rows {
            let grant = Grant { revoked_at, ..grant("openid") };
            assert_eq!(grant.require_usable(account), expected, "{account:?} {revoked_at:?}");
        }
        let later = Grant { user_generation: 2, ..grant("openid") };
        for (generation, changed, usable) in [(2, 110, true), (2, 111, true), (1, 110, false), (3, 110, false)] {
            assert_eq!(
                later.require_usable(of(true, generation, Some(changed))).is_ok(),
                usable,
                "{generation} {changed}"
            );
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
