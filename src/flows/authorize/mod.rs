//! The authorize endpoint. Only here is decided what a request gets, and only here is it given: after every page the
//! browser comes back with the request sealed, and everything is looked at again.

mod consent;
mod outcome;
mod respond;
mod sightings;
mod waiting;

pub use consent::{ConsentAnswer, ConsentWanted};
pub use outcome::{AuthorizeOutcome, ClientCard, PageProblem, Visit};
pub use waiting::WaitingClient;

use super::client_cache::CachedClient;
use super::user_tokens::Bearer;
use super::{IssueError, Provider};
use crate::keys::Expect;
use crate::oauth::{
    AuthorizeRefusal, AuthorizeRejection, AuthorizeRequest, Client, ClientId, ConsentNeed, NextStep, PageRefusal,
    Parameters, PresentUser, SessionId, Situation, UnixTime, consent_need, next_step,
};
use sightings::sightings;
use std::sync::Arc;

/// A request on its way through here.
#[derive(Clone)]
struct Pending {
    parameters: Parameters,
    repeated: Vec<String>,
    /// When it first came, if it comes back from a page.
    arrived_at: Option<UnixTime>,
    /// The session that was there then.
    arrived_with: Option<SessionId>,
    chosen: Option<SessionId>,
    /// Whether its user has just said yes to it.
    allowed: bool,
    /// Whether its user has just signed in for it.
    new_sign_in: bool,
}

impl Provider {
    /// Answers a request as it comes from a client (OpenID Connect Core 3.1.2). `repeated` names parameters that came
    /// more than once, as [`Parameters::parse_repeated`] gives them.
    pub async fn authorize(
        &self,
        parameters: &Parameters,
        repeated: &[String],
        visit: &Visit<'_>,
    ) -> Result<AuthorizeOutcome, IssueError> {
        let pending = Pending {
            parameters: parameters.clone(),
            repeated: repeated.to_vec(),
            arrived_at: None,
            arrived_with: visit.sign_in.map(|sign_in| sign_in.sid.clone()),
            chosen: None,
            allowed: false,
            new_sign_in: false,
        };
        self.proceed(pending, visit).await
    }

    /// Answers a request that comes back from the sign-in page, sealed.
    pub async fn authorize_after_sign_in(
        &self,
        sealed: &str,
        visit: &Visit<'_>,
    ) -> Result<AuthorizeOutcome, IssueError> {
        let Some(pending) = self.waiting(sealed) else { return Ok(AuthorizeOutcome::damaged(visit)) };
        let sid = visit.sign_in.map(|sign_in| &sign_in.sid);
        let new_sign_in = sid.is_some() && sid != pending.arrived_with.as_ref();
        self.proceed(Pending { new_sign_in, ..pending }, visit).await
    }

    /// Answers a request that comes back from a page, sealed.
    pub async fn resume_authorize(&self, sealed: &str, visit: &Visit<'_>) -> Result<AuthorizeOutcome, IssueError> {
        match self.waiting(sealed) {
            Some(pending) => self.proceed(pending, visit).await,
            None => Ok(AuthorizeOutcome::damaged(visit)),
        }
    }

    /// Takes the account that the user has chosen on *Choose an account*: the one that is signed in.
    pub async fn choose_account(&self, sealed: &str, visit: &Visit<'_>) -> Result<AuthorizeOutcome, IssueError> {
        let Some(mut pending) = self.waiting(sealed) else { return Ok(AuthorizeOutcome::damaged(visit)) };
        pending.chosen = visit.sign_in.map(|sign_in| sign_in.sid.clone());
        self.proceed(pending, visit).await
    }

    async fn client_of(&self, parameters: &Parameters) -> Result<Option<Arc<CachedClient>>, IssueError> {
        match parameters.get("client_id") {
            Some(id) => Ok(self.cached_client(&ClientId::new(id)).await?),
            None => Ok(None),
        }
    }

    /// The one way through; what became of it is noted for the client's developers.
    async fn proceed(&self, pending: Pending, visit: &Visit<'_>) -> Result<AuthorizeOutcome, IssueError> {
        let now = self.clock.now();
        let cached = self.client_of(&pending.parameters).await?;
        let client = cached.as_ref().map(|cached| &cached.client);
        let (first, new_sign_in) = (pending.arrived_at.is_none(), pending.new_sign_in);
        let outcome = self.decide(pending, client, visit, now).await?;
        if let Some(client) = client {
            for seen in sightings(client, first, new_sign_in, &outcome) {
                self.see(&seen, visit.trace(), now);
            }
        }
        Ok(outcome)
    }

    /// Checks the request, finds out who is there, decides, acts.
    async fn decide(
        &self,
        pending: Pending,
        client: Option<&Client>,
        visit: &Visit<'_>,
        now: UnixTime,
    ) -> Result<AuthorizeOutcome, IssueError> {
        let validated = AuthorizeRequest::validate(&pending.parameters, &pending.repeated, client, &self.issuer)
            .and_then(|request| request.require_own_target(&pending.parameters, &self.audience));
        let (request, client) = match (validated, client) {
            (Ok(request), Some(client)) => (request, client),
            (Err(AuthorizeRejection::Redirect(refusal, address)), Some(client)) => {
                return Ok(self.refuse(&refusal, &address, client, visit));
            }
            (Err(AuthorizeRejection::Page(refusal)), client) => {
                return Ok(AuthorizeOutcome::page(refusal, client, &pending.parameters, visit));
            }
            (Ok(_) | Err(AuthorizeRejection::Redirect(..)), None) => {
                return Ok(AuthorizeOutcome::page(PageRefusal::UnknownClient, None, &pending.parameters, visit));
            }
        };
        let bearer = self.present(visit).await?;
        let wanted = match self.wanted(&request, now) {
            Ok(wanted) => wanted,
            Err(refusal) => return Ok(self.refuse(&refusal, &request.return_address, client, visit)),
        };
        let need = match &bearer {
            Some(bearer) => self.consent_need(&request, client, bearer, &pending).await?,
            None => ConsentNeed::None,
        };
        let user = bearer.as_ref().zip(visit.sign_in).map(|(bearer, sign_in)| PresentUser {
            id: &bearer.user.id,
            tenant_id: &bearer.user.tenant_id,
            auth_time: sign_in.auth_time,
        });
        let is_of = |sid: &Option<SessionId>| visit.sign_in.is_some_and(|sign_in| sid.as_ref() == Some(&sign_in.sid));
        let step = next_step(&Situation {
            prompts: request.prompts,
            max_age: request.max_age,
            tenant_id: &client.tenant_id,
            wanted: wanted.as_deref(),
            user,
            arrived_at: pending.arrived_at,
            was_there: is_of(&pending.arrived_with),
            chosen: is_of(&pending.chosen),
            consent: &need,
            now,
        });
        let sealed = || self.seal_pending(&pending, now);
        let login = || AuthorizeOutcome::Login {
            sealed: sealed(),
            client: ClientCard::of(client),
            login_hint: request.login_hint.clone(),
        };
        Ok(match (step, bearer, visit.sign_in) {
            (NextStep::Refuse(refusal), ..) => self.refuse(&refusal, &request.return_address, client, visit),
            (NextStep::SelectAccount, Some(bearer), _) => AuthorizeOutcome::SelectAccount {
                sealed: sealed(),
                client: ClientCard::of(client),
                user: Box::new(bearer.user),
            },
            (NextStep::Consent { new }, Some(bearer), Some(sign_in)) => AuthorizeOutcome::Consent(Box::new(
                self.consent_wanted(&pending, &request, client, bearer.user, sign_in, new, now),
            )),
            (NextStep::Respond, Some(bearer), Some(sign_in)) => {
                let granted = self.respond(&request, client, &bearer, sign_in, visit, now).await?;
                match granted {
                    Some(outcome) => outcome,
                    None if request.prompts.none => {
                        self.refuse(&AuthorizeRefusal::LoginRequired, &request.return_address, client, visit)
                    }
                    None => login(),
                }
            }
            _ => login(),
        })
    }

    /// The users that the client means, any of whom will do: the one of the hint, those of the values asked of `sub`, and if
    /// it sends both, whoever is both.
    fn wanted(&self, request: &AuthorizeRequest, now: UnixTime) -> Result<Option<Vec<String>>, AuthorizeRefusal> {
        let asked = request.claims.subjects();
        let Some(hint) = &request.id_token_hint else { return Ok(asked) };
        match self.id_token_subject(hint, now) {
            Some((subject, _)) => {
                let both = asked.is_none_or(|subjects| subjects.contains(&subject));
                Ok(Some(if both { vec![subject] } else { Vec::new() }))
            }
            // Whoever may not ask the user has nothing but a new sign-in left; that is what this error stands for.
            None if request.prompts.none => Err(AuthorizeRefusal::LoginRequired),
            None => Err(AuthorizeRefusal::HintUnreadable),
        }
    }

    /// Whom an ID token of ours names, and the client it was made for. It may be long over, and its key archived.
    pub(super) fn id_token_subject(&self, token: &str, now: UnixTime) -> Option<(String, ClientId)> {
        let expect = Expect {
            typ: "JWT",
            issuer: &self.issuer,
            audience: None,
            leeway_seconds: 0,
            allow_expired: true,
            include_archived: true,
        };
        let claims = self.keys.load().verify(token, &expect, now).ok()?;
        let text = |name: &str| claims.get(name).and_then(serde_json::Value::as_str);
        Some((text("sub")?.to_owned(), ClientId::new(text("aud")?)))
    }

    /// Who is signed in, if the account may still be used.
    async fn present(&self, visit: &Visit<'_>) -> Result<Option<Bearer>, IssueError> {
        let Some(sign_in) = visit.sign_in else { return Ok(None) };
        let mut reader = self.database.read().await?;
        let bearer = Bearer::find(&mut reader, &sign_in.user_id).await?;
        let is_theirs = |bearer: &Bearer| bearer.account().is_of(sign_in.generation, sign_in.auth_time);
        Ok(bearer.filter(|bearer| bearer.user.enabled && is_theirs(bearer)))
    }

    async fn consent_need(
        &self,
        request: &AuthorizeRequest,
        client: &crate::oauth::Client,
        bearer: &Bearer,
        pending: &Pending,
    ) -> Result<ConsentNeed, IssueError> {
        let given = self.database.read().await?.find_consent(&bearer.user.id, &client.id).await?;
        let (asked, prompted) = (request.consent_scope(), request.prompts.consent);
        Ok(consent_need(client.consent, prompted, &asked, given.as_ref(), pending.allowed, pending.arrived_at))
    }
}
