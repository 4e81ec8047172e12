//! Requests that wait for their user, sealed, while the browser is on a page of ours.

use super::{ClientCard, Pending};
use crate::flows::seal::{Destination, WaitingRequest};
use crate::flows::{IssueError, Provider};
use crate::oauth::{AuthorizeRejection, AuthorizeRequest, Client, UnixTime, UserId};
use crate::storage::User;

/// What the sign-in page shows of a request that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingClient {
    /// Who asks.
    pub client: ClientCard,
    /// Whether it may be whoever is signed in, who then has to prove it once more; if not, somebody else is meant.
    pub again: bool,
    /// The address to sign in with, as far as the request tells.
    pub email: Option<String>,
}

impl Provider {
    /// What the sign-in page shows of a sealed request. `present` is who is signed in.
    pub async fn waiting_client(
        &self,
        sealed: &str,
        present: Option<&User>,
    ) -> Result<Option<WaitingClient>, IssueError> {
        let Some(pending) = self.waiting(sealed) else { return Ok(None) };
        let cached = self.client_of(&pending.parameters).await?;
        let Some(client) = cached.as_ref().map(|cached| &cached.client).filter(|client| client.enabled) else {
            return Ok(None);
        };
        let typed = pending.parameters.get("login_hint");
        let request = AuthorizeRequest::validate(&pending.parameters, &[], Some(client), &self.issuer).ok();
        let wanted = request.as_ref().and_then(|request| self.wanted(request, self.clock.now()).ok().flatten());
        let hinted = match request.as_ref().and_then(|request| request.id_token_hint.as_ref()) {
            Some(_) => self.hinted(wanted.as_deref(), client).await?,
            None => None,
        };
        let again = present.filter(|user| {
            user.tenant_id == client.tenant_id
                && wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|id| id == user.id.as_str()))
                && typed.is_none_or(|typed| hinted.is_some() || typed.eq_ignore_ascii_case(&user.email))
        });
        let email = hinted.or_else(|| typed.map(ToOwned::to_owned)).or_else(|| again.map(|user| user.email.clone()));
        Ok(Some(WaitingClient { client: ClientCard::of(client), again: again.is_some(), email }))
    }

    /// The address of the user whom an ID token of ours names. One that is named by its id alone is nobody's to ask for:
    /// ids are known to every app.
    async fn hinted(&self, wanted: Option<&[String]>, client: &Client) -> Result<Option<String>, IssueError> {
        let Some([id]) = wanted else { return Ok(None) };
        let user = self.database.read().await?.find_user(&UserId::new(id.as_str())).await?;
        let user = user.filter(|user| user.enabled && user.tenant_id == client.tenant_id);
        Ok(user.map(|user| user.email))
    }

    /// Where a sealed request wants its answer, if that is one of the client's redirect URIs. Pages name it in
    /// `form-action`: browsers hold the redirects behind a form to it.
    pub async fn waiting_return(&self, sealed: &str) -> Result<Option<String>, IssueError> {
        let Some(pending) = self.waiting(sealed) else { return Ok(None) };
        let client = self.client_of(&pending.parameters).await?;
        let client = client.as_ref().map(|cached| &cached.client);
        Ok(match AuthorizeRequest::validate(&pending.parameters, &[], client, &self.issuer) {
            Ok(request) => Some(request.return_address.uri().to_owned()),
            Err(AuthorizeRejection::Redirect(_, address)) => Some(address.uri().to_owned()),
            Err(AuthorizeRejection::Page(_)) => None,
        })
    }

    pub(super) fn waiting(&self, sealed: &str) -> Option<Pending> {
        let (Destination::Authorize(waiting), arrived_at) = self.unseal(sealed)? else { return None };
        let pairs = waiting.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Some(Pending {
            parameters: pairs.collect(),
            repeated: Vec::new(),
            arrived_at: Some(arrived_at),
            arrived_with: waiting.arrived_with,
            chosen: waiting.chosen,
            allowed: false,
            new_sign_in: false,
        })
    }

    /// Seals the request for the way through a page: what is looked at in it, and nothing that only makes it longer.
    pub(super) fn seal_pending(&self, pending: &Pending, now: UnixTime) -> String {
        let looked_at = |name: &str| AuthorizeRequest::PARAMETERS.contains(&name);
        let pairs = pending.parameters.iter().filter(|(name, _)| looked_at(name));
        let waiting = WaitingRequest {
            parameters: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            arrived_with: pending.arrived_with.clone(),
            chosen: pending.chosen.clone(),
        };
        self.seal_at(Destination::Authorize(waiting), pending.arrived_at.unwrap_or(now))
    }
}
