//! What clients are seen to do: told to their developers in the portal, where a request that fails should explain itself.

use super::{Client, ClientType, ReasonCode, UnixTime};

/// What a client, or a browser it has sent, asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActivityKind {
    /// An authorization request arrived.
    Authorize,
    /// Its user was there, signed in.
    SignIn,
    /// A code went back to the app.
    Code,
    /// A token for the client itself.
    ClientToken,
    /// Tokens for a code.
    CodeToken,
    /// Tokens for a refresh token.
    RefreshToken,
    /// Something of the token endpoint that does not say what.
    TokenRequest,
    /// Userinfo.
    UserInfo,
    /// Introspection.
    Introspection,
    /// Revocation.
    Revocation,
    /// The user was signed out.
    SignOut,
}

impl ActivityKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Authorize,
        Self::SignIn,
        Self::Code,
        Self::ClientToken,
        Self::CodeToken,
        Self::RefreshToken,
        Self::TokenRequest,
        Self::UserInfo,
        Self::Introspection,
        Self::Revocation,
        Self::SignOut,
    ];

    /// The word under which it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::SignIn => "sign-in",
            Self::Code => "code",
            Self::ClientToken => "client-token",
            Self::CodeToken => "code-token",
            Self::RefreshToken => "refresh-token",
            Self::TokenRequest => "token-request",
            Self::UserInfo => "userinfo",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
            Self::SignOut => "sign-out",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What a request to the token endpoint asks for, by its `grant_type`.
    #[must_use]
    pub fn of_grant_type(text: Option<&str>) -> Self {
        match text {
            Some("client_credentials") => Self::ClientToken,
            Some("authorization_code") => Self::CodeToken,
            Some("refresh_token") => Self::RefreshToken,
            _ => Self::TokenRequest,
        }
    }

    /// Whether it was asked of the token endpoint: those are counted.
    #[must_use]
    pub const fn is_token_request(self) -> bool {
        matches!(self, Self::ClientToken | Self::CodeToken | Self::RefreshToken | Self::TokenRequest)
    }

    /// What happened, in words: when it was granted, and when it was refused.
    #[must_use]
    pub const fn words(self, refused: bool) -> &'static str {
        match (self, refused) {
            (Self::Authorize, false) => "Authorization request",
            (Self::Authorize, true) => "Authorization refused",
            (Self::SignIn, _) => "User signed in",
            (Self::Code, _) => "Code delivered",
            (Self::ClientToken | Self::TokenRequest, false) => "Token issued",
            (Self::ClientToken | Self::TokenRequest, true) => "Token refused",
            (Self::CodeToken, false) => "Code exchanged",
            (Self::CodeToken, true) => "Code exchange refused",
            (Self::RefreshToken, false) => "Token refreshed",
            (Self::RefreshToken, true) => "Refresh refused",
            (Self::UserInfo, false) => "User info read",
            (Self::UserInfo, true) => "User info refused",
            (Self::Introspection, false) => "Token introspected",
            (Self::Introspection, true) => "Introspection refused",
            (Self::Revocation, false) => "Token revoked",
            (Self::Revocation, true) => "Revocation refused",
            (Self::SignOut, _) => "User signed out",
        }
    }
}

/// Something that was seen, once or several times within a short while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// What was asked for.
    pub kind: ActivityKind,
    /// Why it was refused; none if it was not.
    pub reason: Option<ReasonCode>,
    /// Whether a credential was presented that fits. Everything else can be provoked by whoever knows the client's id.
    pub proven: bool,
    /// One sentence; nothing secret.
    pub detail: String,
    /// From where.
    pub address: String,
    /// By what program, as it calls itself.
    pub agent: String,
    /// The reference of the last of them.
    pub reference: String,
    /// The first time.
    pub first_at: UnixTime,
    /// The last time.
    pub last_at: UnixTime,
    /// How often.
    pub times: i64,
}

/// How many requests to the token endpoint were granted and refused within an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenCount {
    /// The beginning of the hour.
    pub hour: UnixTime,
    /// Granted.
    pub issued: i64,
    /// Refused.
    pub refused: i64,
}

/// One step on the way of an app's first success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChecklistStep<'a> {
    /// What is to happen.
    pub what: &'static str,
    /// Whether an app can do without it.
    pub optional: bool,
    /// What was last seen of it; none: it is waited for.
    pub seen: Option<&'a Activity>,
}

impl ChecklistStep<'_> {
    /// Whether the last of it that was seen was no failure.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.seen.is_some_and(|seen| seen.reason.is_none())
    }
}

/// The steps of a client's type, with what was last seen of each.
#[must_use]
pub fn checklist<'a>(client: &Client, seen: &'a [Activity]) -> Vec<ChecklistStep<'a>> {
    use ActivityKind as Kind;
    let last = |kinds: &[Kind]| {
        // Of two in one second the success counts: the failure was what came before it.
        seen.iter().filter(|one| kinds.contains(&one.kind)).max_by_key(|one| (one.last_at, one.reason.is_none()))
    };
    // What was seen before the last authorization request belongs to an attempt before.
    let begun = last(&[Kind::Authorize]).map(|request| request.last_at);
    let step = |what, optional, kinds: &[Kind]| ChecklistStep {
        what,
        optional,
        seen: last(kinds).filter(|one| begun.is_none_or(|begun| one.last_at >= begun)),
    };
    if client.client_type == ClientType::ClientCredentials {
        return vec![
            step("Token request granted", false, &[Kind::ClientToken, Kind::TokenRequest]),
            step("Token introspected", true, &[Kind::Introspection]),
        ];
    }
    let mut steps = vec![
        step("Authorization request received", false, &[Kind::Authorize]),
        // Whoever got a code was signed in, if only before.
        step("User signed in", false, &[Kind::SignIn, Kind::Code]),
        step("Code delivered to the app", false, &[Kind::Code]),
        step("Code exchanged for tokens", false, &[Kind::CodeToken, Kind::TokenRequest]),
        step("User info read", true, &[Kind::UserInfo]),
    ];
    if client.allow_offline_access {
        steps.push(step("Refresh token used", true, &[Kind::RefreshToken]));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::test_client::client;

    fn seen(kind: ActivityKind, at: i64, reason: Option<u16>) -> Activity {
        Activity {
            kind,
            reason: reason.map(ReasonCode),
            proven: true,
            detail: String::new(),
            address: String::new(),
            agent: String::new(),
            reference: String::new(),
            first_at: UnixTime(at),
            last_at: UnixTime(at),
            times: 1,
        }
    }

    #[test]
    fn every_word_reads_back() {
        for kind in ActivityKind::ALL {
            assert_eq!(ActivityKind::parse(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn a_step_shows_what_was_last_seen_of_it() {
        let mut app = client(ClientType::ClientCredentials);
        let token = |at, reason| seen(ActivityKind::ClientToken, at, reason);
        let done = |all: &[Activity]| checklist(&app, all)[0].is_done();
        assert!(!done(&[]));
        assert!(!done(&[token(2, Some(2203)), token(1, None)]));
        assert!(done(&[token(2, Some(2203)), token(3, None)]));
        assert!(done(&[token(3, Some(2203)), token(3, None)]));
        app = client(ClientType::AuthorizationCode);
        let all = [seen(ActivityKind::Authorize, 1, None), seen(ActivityKind::CodeToken, 2, Some(2207))];
        let steps = checklist(&app, &all);
        let states: Vec<_> = steps.iter().map(|step| (step.seen.is_some(), step.is_done())).collect();
        assert_eq!(states[..4], [(true, true), (false, false), (false, false), (true, false)]);
    }

    #[test]
    fn a_new_attempt_waits_for_every_step_anew() {
        let app = client(ClientType::AuthorizationCode);
        let first = [(ActivityKind::Authorize, 10), (ActivityKind::SignIn, 20), (ActivityKind::Code, 20)];
        let mut all: Vec<_> = first.into_iter().map(|(kind, at)| seen(kind, at, None)).collect();
        let done = |all: &[Activity]| checklist(&app, all).iter().filter(|step| step.is_done()).count();
        assert_eq!(done(&all), 3);
        all.push(seen(ActivityKind::Authorize, 700, None));
        assert_eq!(done(&all), 1, "only that it was asked again");
        all.push(seen(ActivityKind::SignIn, 700, None));
        assert_eq!(done(&all), 2);
    }

    #[test]
    fn only_clients_that_may_have_refresh_tokens_are_waited_for_to_use_one() {
        let mut app = client(ClientType::Hybrid);
        for (allowed, steps) in [(false, 5), (true, 6)] {
            app.allow_offline_access = allowed;
            assert_eq!(checklist(&app, &[]).len(), steps);
        }
    }
}
