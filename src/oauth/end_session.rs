//! Signing out at a client's wish (OpenID Connect RP-Initiated Logout 1.0).

use super::redirect_uri::logout_answer_in_query;
use super::return_address::with_query;
use super::{Client, ClientId, PageRefusal, Parameters, UserId};

/// What `id_token_hint` turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogoutHint {
    /// There is none.
    None,
    /// It is no ID token of ours.
    Unreadable,
    /// An ID token of ours, perhaps long expired.
    Valid {
        /// The user it names.
        subject: UserId,
        /// The client it was made for.
        client_id: ClientId,
    },
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogoutDecision {
    /// Say what is wrong; nobody is signed out.
    Refuse(PageRefusal),
    /// Ask the user first.
    Ask {
        /// What is wrong with the request, for the app's developer.
        problem: Option<PageRefusal>,
    },
    /// Sign out, or say that nobody is signed in; then send the browser on, if there is somewhere.
    Proceed {
        /// A URL of the client, with the state.
        return_to: Option<String>,
        /// What is wrong with the request, for the app's developer.
        problem: Option<PageRefusal>,
    },
}

impl LogoutHint {
    /// The client that a request speaks for: the one of the hint, or else the one it names.
    #[must_use]
    pub fn client_id(&self, parameters: &Parameters) -> Option<ClientId> {
        match self {
            Self::Valid { client_id, .. } => Some(client_id.clone()),
            Self::None => parameters.get("client_id").map(ClientId::new),
            Self::Unreadable => None,
        }
    }
}

/// Decides. `client` is the one of [`LogoutHint::client_id`], if there is one; `user` is who is signed in; `confirmed`
/// that the user was asked and said yes. A browser is sent on only to a registered URL of a client that is known by a
/// valid hint or by its id.
#[must_use]
pub fn decide_logout(
    parameters: &Parameters,
    hint: &LogoutHint,
    client: Option<&Client>,
    user: Option<&UserId>,
    confirmed: bool,
) -> LogoutDecision {
    if let (LogoutHint::Valid { client_id, .. }, Some(named)) = (hint, parameters.get("client_id"))
        && client_id.as_str() != named
    {
        return LogoutDecision::Refuse(PageRefusal::LogoutClientsDisagree);
    }
    let (return_to, problem) = match return_to(parameters, client) {
        _ if *hint == LogoutHint::Unreadable => (None, Some(PageRefusal::HintUnreadable)),
        Ok(return_to) => (return_to, None),
        Err(problem) => (None, Some(problem)),
    };
    let is_theirs = matches!((hint, user), (LogoutHint::Valid { subject, .. }, Some(user)) if subject == user);
    if user.is_none() || confirmed || (is_theirs && problem.is_none()) {
        LogoutDecision::Proceed { return_to, problem }
    } else {
        LogoutDecision::Ask { problem }
    }
}

/// Where the browser goes: to the same bytes as registered, and `state` with it.
fn return_to(parameters: &Parameters, client: Option<&Client>) -> Result<Option<String>, PageRefusal> {
    let Some(uri) = parameters.get("post_logout_redirect_uri") else { return Ok(None) };
    let client = client.filter(|client| client.enabled).ok_or(PageRefusal::LogoutClientUnknown)?;
    if !client.urls.logout.iter().any(|known| known == uri) {
        return Err(PageRefusal::LogoutUriNotAllowed);
    }
    if logout_answer_in_query(uri).is_some() {
        return Err(PageRefusal::LogoutUriWithState);
    }
    Ok(Some(match parameters.get("state") {
        Some(state) => with_query(uri, &[("state", state.to_owned())]),
        None => uri.to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::ClientType;
    use crate::oauth::test_client::client;

    /// Parameters, the hint, and what happens.
    type Row = (&'static [(&'static str, &'static str)], Option<&'static str>, LogoutDecision);

    const GOOD: &str = "https://app.example/bye?from=us";
    const WITH_STATE: &str = "https://app.example/bye?state=fixed";

    fn decide(parameters: &[(&str, &str)], hint: Option<&str>, user: Option<&str>, confirmed: bool) -> LogoutDecision {
        let mut client = client(ClientType::AuthorizationCode);
        client.urls.logout.push(WITH_STATE.to_owned());
        let hint = match hint {
            None => LogoutHint::None,
            Some("garbage") => LogoutHint::Unreadable,
            Some(subject) => LogoutHint::Valid { subject: UserId::new(subject), client_id: client.id.clone() },
        };
        let parameters = parameters.iter().copied().collect();
        let known = hint.client_id(&parameters).filter(|id| *id == client.id).map(|_| &client);
        decide_logout(&parameters, &hint, known, user.map(UserId::new).as_ref(), confirmed)
    }

    fn go(return_to: Option<&str>) -> LogoutDecision {
        LogoutDecision::Proceed { return_to: return_to.map(ToOwned::to_owned), problem: None }
    }

    fn ask(problem: Option<PageRefusal>) -> LogoutDecision {
        LogoutDecision::Ask { problem }
    }

    #[test]
    fn the_user_is_asked_when_in_doubt() {
        const URI: (&str, &str) = ("post_logout_redirect_uri", GOOD);
        const BAD: (&str, &str) = ("post_logout_redirect_uri", "https://app.example/bye?from=us&foo=bar");
        const STATE: (&str, &str) = ("state", "a~b c");
        const APP: (&str, &str) = ("client_id", "app");
        let with_state = "https://app.example/bye?from=us&state=a~b%20c";
        let not_allowed = Some(PageRefusal::LogoutUriNotAllowed);
        let unknown = Some(PageRefusal::LogoutClientUnknown);
        let rows: [Row; 15] = [
            (&[URI, STATE], Some("u"), go(Some(with_state))),
            (&[URI], Some("u"), go(Some(GOOD))),
            (&[URI, APP], Some("u"), go(Some(GOOD))),
            (&[STATE], Some("u"), go(None)),
            (&[BAD, STATE], Some("u"), ask(not_allowed)),
            (&[("post_logout_redirect_uri", "https://app.example/cb")], Some("u"), ask(not_allowed)),
            (&[URI, STATE], Some("garbage"), ask(Some(PageRefusal::HintUnreadable))),
            (&[URI, APP], Some("garbage"), ask(Some(PageRefusal::HintUnreadable))),
            (&[URI, STATE], Some("somebody else"), ask(None)),
            (&[URI, STATE], None, ask(unknown)),
            (&[("post_logout_redirect_uri", WITH_STATE)], Some("u"), ask(Some(PageRefusal::LogoutUriWithState))),
            (&[URI, APP], None, ask(None)),
            (&[URI, ("client_id", "nobody")], None, ask(unknown)),
            (&[STATE], None, ask(None)),
            (&[URI, ("client_id", "x")], Some("u"), LogoutDecision::Refuse(PageRefusal::LogoutClientsDisagree)),
        ];
        for (parameters, hint, expected) in rows {
            assert_eq!(decide(parameters, hint, Some("u"), false), expected, "{parameters:?} {hint:?}");
        }
    }

    #[test]
    fn a_yes_leads_on_only_where_the_client_is_known() {
        let uri = ("post_logout_redirect_uri", GOOD);
        assert_eq!(decide(&[uri, ("client_id", "app")], None, Some("u"), true), go(Some(GOOD)));
        assert_eq!(decide(&[uri], Some("somebody else"), Some("u"), true), go(Some(GOOD)));
        let nowhere = |problem| LogoutDecision::Proceed { return_to: None, problem: Some(problem) };
        assert_eq!(decide(&[uri], None, Some("u"), true), nowhere(PageRefusal::LogoutClientUnknown));
        assert_eq!(decide(&[uri], Some("garbage"), Some("u"), true), nowhere(PageRefusal::HintUnreadable));
    }

    #[test]
    fn nobody_is_asked_when_nobody_is_signed_in() {
        let uri = ("post_logout_redirect_uri", GOOD);
        assert_eq!(decide(&[], None, None, false), go(None));
        assert_eq!(decide(&[uri], Some("u"), None, false), go(Some(GOOD)));
        let nowhere = LogoutDecision::Proceed { return_to: None, problem: Some(PageRefusal::LogoutClientUnknown) };
        assert_eq!(decide(&[uri], None, None, false), nowhere);
    }
}
