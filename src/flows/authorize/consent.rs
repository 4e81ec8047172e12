//! Asking for consent, and what is made of the answer.

use super::sightings::sightings;
use super::{AuthorizeOutcome, ClientCard, Pending, Visit};
use crate::flows::one_time_links::user_event;
use crate::flows::{IssueError, Provider, SignIn, audit};
use crate::oauth::audit::{Actor, Origin};
use crate::oauth::{
    AuthorizeRefusal, AuthorizeRejection, AuthorizeRequest, Client, ClientId, ReturnAddress, Scope, SessionId,
    UnixTime, UserId,
};
use crate::storage::{StorageError, User};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the consent page shows, and brings back.
#[derive(Debug)]
pub struct ConsentWanted {
    /// To be brought back with the answer. It is good for this user in this session only.
    pub ticket: String,
    /// The request, for *Use another account*.
    pub sealed: String,
    /// Who asks.
    pub client: ClientCard,
    /// Who is asked.
    pub user: User,
    /// All that is asked for.
    pub scope: Scope,
    /// What of it the user has not agreed to before.
    pub new: Scope,
}

/// What tells people whose app it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientLooks {
    /// Tells its logo from others; none if it has none.
    pub logo: Option<String>,
    /// The account whose administrators added it.
    pub tenant: String,
}

/// The user's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentAnswer {
    /// Allow.
    Allow,
    /// Cancel.
    Cancel,
}

/// What the page brings back, sealed: the scope comes from here, whatever the form says.
#[derive(Serialize, Deserialize)]
struct Ticket {
    request: String,
    user_id: UserId,
    sid: SessionId,
    scope: String,
}

const PURPOSE: &str = "consent";

impl Provider {
    #[expect(clippy::too_many_arguments, reason = "all of it stands on the page")]
    pub(super) fn consent_wanted(
        &self,
        pending: &Pending,
        request: &AuthorizeRequest,
        client: &Client,
        user: User,
        sign_in: &SignIn,
        new: Scope,
        now: UnixTime,
    ) -> ConsentWanted {
        let (sealed, scope) = (self.seal_pending(pending, now), request.consent_scope());
        let ticket = Ticket {
            request: sealed.clone(),
            user_id: user.id.clone(),
            sid: sign_in.sid.clone(),
            scope: scope.to_string(),
        };
        let ticket = self.seal_json(PURPOSE, &ticket);
        ConsentWanted { ticket, sealed, client: ClientCard::of(client), user, scope, new }
    }

    /// Takes the user's answer. The ticket of another user, or of another session, counts for nothing: the request is
    /// looked at again, and the page comes again.
    pub async fn answer_consent(
        &self,
        ticket: &str,
        answer: ConsentAnswer,
        visit: &Visit<'_>,
    ) -> Result<AuthorizeOutcome, IssueError> {
        let Some(ticket) = self.unseal_json::<Ticket>(PURPOSE, ticket) else {
            return Ok(AuthorizeOutcome::damaged(visit));
        };
        let Some(pending) = self.waiting(&ticket.request) else { return Ok(AuthorizeOutcome::damaged(visit)) };
        let same = |sign_in: &&SignIn| sign_in.user_id == ticket.user_id && sign_in.sid == ticket.sid;
        let (Some(sign_in), Some(bearer)) = (visit.sign_in.filter(same), self.present(visit).await?) else {
            return self.proceed(pending, visit).await;
        };
        let cached = self.client_of(&pending.parameters).await?;
        let client = cached.as_ref().map(|cached| &cached.client);
        let validated = AuthorizeRequest::validate(&pending.parameters, &[], client, &self.issuer);
        let (address, client) = match (validated, client) {
            (Ok(request), Some(client)) => (request.return_address, client),
            (Err(AuthorizeRejection::Redirect(_, address)), Some(client)) => (address, client),
            _ => return self.proceed(pending, visit).await,
        };
        let shown = Scope::parse(&ticket.scope).unwrap_or_default();
        self.note_answer(answer, &bearer.user, client, shown, visit).await?;
        tracing::info!(event = "consent.answered", client_id = %client.id, sub = %sign_in.user_id, answer = ?answer, reference = visit.reference);
        match answer {
            ConsentAnswer::Allow => self.proceed(Pending { allowed: true, ..pending }, visit).await,
            ConsentAnswer::Cancel => Ok(self.cancelled(&address, client, visit)),
        }
    }

    /// What the consent page shows of a client beside its name.
    pub async fn client_looks(&self, id: &ClientId) -> Result<ClientLooks, IssueError> {
        let mut reader = self.database.read().await?;
        let Some(client) = reader.find_client(id).await? else { return Ok(ClientLooks::default()) };
        let tenant = reader.find_tenant(&client.tenant_id).await?;
        Ok(ClientLooks {
            logo: reader.logo_hash(id).await?,
            tenant: tenant.map(|tenant| tenant.name).unwrap_or_default(),
        })
    }

    /// The user turns back before signing in: the app is told, at the address and in the way that the request proves.
    pub async fn cancel_authorize(&self, sealed: &str, visit: &Visit<'_>) -> Result<AuthorizeOutcome, IssueError> {
        let Some(pending) = self.waiting(sealed) else { return Ok(AuthorizeOutcome::damaged(visit)) };
        let cached = self.client_of(&pending.parameters).await?;
        let client = cached.as_ref().map(|cached| &cached.client);
        match (AuthorizeRequest::validate(&pending.parameters, &[], client, &self.issuer), client) {
            (Ok(request), Some(client)) => Ok(self.cancelled(&request.return_address, client, visit)),
            _ => self.proceed(pending, visit).await,
        }
    }

    fn cancelled(&self, address: &ReturnAddress, client: &Client, visit: &Visit<'_>) -> AuthorizeOutcome {
        let outcome = self.refuse(&AuthorizeRefusal::Denied, address, client, visit);
        for seen in sightings(client, false, false, &outcome) {
            self.see(&seen, visit.trace(), self.clock.now());
        }
        outcome
    }

    async fn note_answer(
        &self,
        answer: ConsentAnswer,
        user: &User,
        client: &Client,
        shown: Scope,
        visit: &Visit<'_>,
    ) -> Result<(), StorageError> {
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let action = match answer {
            ConsentAnswer::Allow => "consent.granted",
            ConsentAnswer::Cancel => "consent.denied",
        };
        let detail = serde_json::json!({ "client": client.id, "client_name": client.name, "scope": shown.to_string() });
        let event = user_event(user, action, &detail);
        let actor = Actor::User { id: user.id.clone(), name: user.email.clone() };
        let origin = Origin { actor, address: visit.address.to_owned(), reference: visit.reference.to_owned() };
        let noted = Arc::new((user.id.clone(), client.id.clone(), shown, event, origin, salt));
        let kept = self
            .database
            .write(move |tx| {
                let noted = Arc::clone(&noted);
                Box::pin(async move {
                    let (user, client, shown, event, origin, salt) = &*noted;
                    if answer == ConsentAnswer::Allow {
                        let before = tx.find_consent(user, client).await?;
                        let all = before.map_or_else(|| shown.clone(), |before| before.scope.union(shown));
                        tx.put_consent(user, client, &all, now).await?;
                    }
                    audit::record(tx, event, origin, salt, now).await
                })
            })
            .await;
        match kept {
            // The user or the client was removed meanwhile; what comes next sees that.
            Err(StorageError::Gone(_)) => Ok(()),
            kept => kept,
        }
    }
}
