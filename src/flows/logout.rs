//! Signing out: at the user's own wish, or at a client's (OpenID Connect RP-Initiated Logout 1.0).

use super::activity::Sighting;
use super::authorize::{ClientCard, Visit};
use super::client_cache::CachedClient;
use super::one_time_links::user_event;
use super::{Provider, SignIn, audit};
use crate::oauth::audit::{Actor, Origin};
use crate::oauth::{
    ActivityKind, LogoutDecision, LogoutHint, PageRefusal, Parameters, SessionId, UnixTime, UserId, decide_logout,
};
use crate::storage::{StorageError, Transaction};
use std::sync::Arc;

/// What comes of a client's wish that the user be signed out.
#[derive(Debug)]
pub enum EndSessionOutcome {
    /// A page says what is wrong; nobody is signed out.
    Refused(PageRefusal),
    /// The user has to say yes, by bringing `ticket` back.
    Ask {
        /// The request, for [`Provider::confirm_end_session`].
        ticket: String,
        /// Who asks, if that is known.
        client: Option<ClientCard>,
        /// What is wrong with the request, for the app's developer.
        problem: Option<PageRefusal>,
    },
    /// Nobody is signed in any more. The browser goes to `return_to`, or sees a page.
    SignedOut {
        /// A registered URL of the client, with the state.
        return_to: Option<String>,
        /// Who asked, if that is known.
        client: Option<ClientCard>,
        /// What is wrong with the request, for the app's developer.
        problem: Option<PageRefusal>,
    },
}

const PURPOSE: &str = "end-session";

impl Provider {
    /// Answers the end-session endpoint. The cookie of a session that has ended is the caller's to take away.
    pub async fn end_session(
        &self,
        parameters: &Parameters,
        visit: &Visit<'_>,
    ) -> Result<EndSessionOutcome, StorageError> {
        self.decide_end_session(parameters, visit, false).await
    }

    /// Takes the user's yes. Everything is looked at again.
    pub async fn confirm_end_session(
        &self,
        ticket: &str,
        visit: &Visit<'_>,
    ) -> Result<EndSessionOutcome, StorageError> {
        match self.asked_by_ticket(ticket) {
            Some(parameters) => self.decide_end_session(&parameters, visit, true).await,
            None => Ok(EndSessionOutcome::Refused(PageRefusal::DamagedLink)),
        }
    }

    /// Where the browser would go if the user said yes. The page that asks names it in `form-action`: browsers hold the
    /// redirects behind a form to it.
    pub async fn waiting_logout_return(&self, ticket: &str, visit: &Visit<'_>) -> Result<Option<String>, StorageError> {
        let Some(parameters) = self.asked_by_ticket(ticket) else { return Ok(None) };
        Ok(match self.decide_logout(&parameters, visit, true).await?.0 {
            LogoutDecision::Proceed { return_to, .. } => return_to,
            LogoutDecision::Ask { .. } | LogoutDecision::Refuse(_) => None,
        })
    }

    /// The request that the page which asks has kept.
    fn asked_by_ticket(&self, ticket: &str) -> Option<Parameters> {
        let pairs: Vec<(String, String)> = self.unseal_json(PURPOSE, ticket)?;
        Some(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect())
    }

    /// What becomes of a request, and whose it is.
    async fn decide_logout(
        &self,
        parameters: &Parameters,
        visit: &Visit<'_>,
        confirmed: bool,
    ) -> Result<(LogoutDecision, Option<Arc<CachedClient>>), StorageError> {
        let hint = self.logout_hint(parameters, self.clock.now());
        let cached = match hint.client_id(parameters) {
            Some(id) => self.cached_client(&id).await?,
            None => None,
        };
        let client = cached.as_ref().map(|cached| &cached.client);
        let user = visit.sign_in.map(|sign_in| &sign_in.user_id);
        Ok((decide_logout(parameters, &hint, client, user, confirmed), cached))
    }

    async fn decide_end_session(
        &self,
        parameters: &Parameters,
        visit: &Visit<'_>,
        confirmed: bool,
    ) -> Result<EndSessionOutcome, StorageError> {
        let (decision, cached) = self.decide_logout(parameters, visit, confirmed).await?;
        let client = cached.as_ref().map(|cached| &cached.client);
        let card = client.filter(|client| client.enabled).map(ClientCard::of);
        Ok(match decision {
            LogoutDecision::Refuse(refusal) => {
                tracing::info!(event = "logout.refused", error_code = %refusal.reason(), reason = ?refusal, reference = visit.reference);
                EndSessionOutcome::Refused(refusal)
            }
            LogoutDecision::Ask { problem } => {
                let pairs: Vec<(&str, &str)> = parameters.iter().collect();
                EndSessionOutcome::Ask { ticket: self.seal_json(PURPOSE, &pairs), client: card, problem }
            }
            LogoutDecision::Proceed { return_to, problem } => {
                if let Some(sign_in) = visit.sign_in {
                    self.sign_out(sign_in, visit).await?;
                    if let Some(client) = client {
                        let (kind, detail) = (ActivityKind::SignOut, String::new());
                        let seen = Sighting { client, kind, reason: None, proven: true, detail };
                        self.see(&seen, visit.trace(), self.clock.now());
                    }
                }
                EndSessionOutcome::SignedOut { return_to, client: card, problem }
            }
        })
    }

    fn logout_hint(&self, parameters: &Parameters, now: UnixTime) -> LogoutHint {
        let Some(token) = parameters.get("id_token_hint") else { return LogoutHint::None };
        match self.id_token_subject(token, now) {
            Some((subject, client_id)) => LogoutHint::Valid { subject: UserId::new(subject), client_id },
            None => LogoutHint::Unreadable,
        }
    }

    /// Follows a sign-in in a browser where somebody was signed in.
    pub async fn follow_sign_in(&self, before: &SignIn, new: &SignIn) -> Result<(), StorageError> {
        let (now, what) = (self.clock.now(), Arc::new((before.clone(), new.clone())));
        self.database
            .write(move |tx| {
                let what = Arc::clone(&what);
                Box::pin(async move {
                    let (before, new) = &*what;
                    let same = before.user_id == new.user_id;
                    follow(tx, &before.sid, same.then_some(&new.sid), now).await
                })
            })
            .await
    }

    /// Ends a session and what hangs on it: codes, and grants without a refresh token.
    pub async fn sign_out(&self, sign_in: &SignIn, visit: &Visit<'_>) -> Result<(), StorageError> {
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let (address, reference) = (visit.address.to_owned(), visit.reference.to_owned());
        let what = Arc::new((sign_in.clone(), address, reference, salt));
        self.database
            .write(move |tx| {
                let what = Arc::clone(&what);
                Box::pin(async move {
                    let (sign_in, address, reference, salt) = &*what;
                    // The session first: from then on nothing is granted in it any more.
                    let ended = tx.delete_session_called(&sign_in.user_id, &sign_in.sid).await?;
                    tx.revoke_grants_of_session(&sign_in.sid, now).await?;
                    if !ended {
                        return Ok(());
                    }
                    let Some(user) = tx.find_user(&sign_in.user_id).await? else { return Ok(()) };
                    let actor = Actor::User { id: user.id.clone(), name: user.email.clone() };
                    let origin = Origin { actor, address: address.clone(), reference: reference.clone() };
                    let event = user_event(&user, "user.signed_out", &serde_json::json!({}));
                    audit::record(tx, &event, &origin, salt, now).await
                })
            })
            .await
    }
}

/// What hung on the same user's session hangs on the new one, so that signing out later ends it, too; what hung on somebody
/// else's (then there is no `new`) ends now.
pub(super) async fn follow(
    tx: &mut Transaction,
    before: &SessionId,
    new: Option<&SessionId>,
    now: UnixTime,
) -> Result<(), StorageError> {
    match new {
        Some(new) => tx.move_grants_of_session(before, new).await,
        None => tx.revoke_grants_of_session(before, now).await.map(drop),
    }
}
