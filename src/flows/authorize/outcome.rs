//! What comes of an authorize request.

use super::ConsentWanted;
use crate::flows::{Provider, SignIn, Trace};
use crate::oauth::{
    AuthorizeRefusal, Client, ClientId, ClientType, PageRefusal, Parameters, ReasonCode, ReturnAddress, ReturnResponse,
    unknown_client_id,
};
use crate::storage::User;

/// A browser that stands before the door.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'r> {
    /// Who is signed in, by its session.
    pub sign_in: Option<&'r SignIn>,
    /// From where.
    pub address: &'r str,
    /// What the browser calls itself.
    pub agent: &'r str,
    /// The request's reference.
    pub reference: &'r str,
}

impl<'r> Visit<'r> {
    pub(in crate::flows) const fn trace(&self) -> Trace<'r> {
        Trace { address: self.address, agent: self.agent, reference: self.reference }
    }
}

/// What comes of an authorize request.
#[derive(Debug)]
pub enum AuthorizeOutcome {
    /// A page says what is wrong; the browser goes nowhere.
    Page(PageProblem),
    /// The answer goes back to the client, for good or ill.
    Return {
        /// How.
        response: ReturnResponse,
        /// To which client.
        client_id: ClientId,
        /// Why there is no code in it, if there is none.
        refusal: Option<AuthorizeRefusal>,
    },
    /// The user has to sign in, and then come back with `sealed`.
    Login {
        /// The request.
        sealed: String,
        /// Who asks.
        client: ClientCard,
        /// What the client thinks the user would type.
        login_hint: Option<String>,
    },
    /// The user has to say which account: this one, by [`Provider::choose_account`], or another, by signing in.
    SelectAccount {
        /// The request.
        sealed: String,
        /// Who asks.
        client: ClientCard,
        /// Who is signed in.
        user: Box<User>,
    },
    /// The user has to consent.
    Consent(Box<ConsentWanted>),
}

/// What a page shows of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCard {
    /// Its id.
    pub id: ClientId,
    /// Its type.
    pub client_type: ClientType,
    /// Its name: text that somebody typed.
    pub name: String,
    /// A page about it.
    pub client_uri: Option<String>,
    /// Its logo.
    pub logo_uri: Option<String>,
}

impl ClientCard {
    pub(in crate::flows) fn of(client: &Client) -> Self {
        Self {
            id: client.id.clone(),
            client_type: client.client_type,
            name: client.name.clone(),
            client_uri: client.client_uri.clone(),
            logo_uri: client.logo_uri.clone(),
        }
    }
}

/// What a page says that ends a request here.
#[derive(Debug, Clone)]
pub struct PageProblem {
    /// What is wrong, as a stranger may know it.
    pub refusal: PageRefusal,
    /// What is wrong, as the client's administrators may know it.
    pub reason: ReasonCode,
    /// The client, if there is one that is enabled.
    pub client: Option<ClientCard>,
    /// The URL that was sent and is not allowed: text of a stranger.
    pub sent_url: Option<String>,
}

impl AuthorizeOutcome {
    pub(super) fn page(
        refusal: PageRefusal,
        client: Option<&Client>,
        parameters: &Parameters,
        visit: &Visit<'_>,
    ) -> Self {
        let id = parameters.get("client_id").unwrap_or_default();
        let id = client.map_or_else(|| unknown_client_id(id), |client| client.id.as_str().into());
        tracing::info!(event = "authorize.rejected", client_id = &*id, error_code = %refusal.reason(), reason = ?refusal, reference = visit.reference);
        Self::Page(PageProblem {
            refusal: refusal.shown(),
            reason: refusal.reason(),
            client: client.filter(|client| client.enabled).map(ClientCard::of),
            sent_url: parameters.get("redirect_uri").map(ToOwned::to_owned),
        })
    }

    /// A sealed request that is none.
    pub(super) fn damaged(visit: &Visit<'_>) -> Self {
        Self::page(PageRefusal::DamagedLink, None, &Parameters::default(), visit)
    }
}

impl Provider {
    /// Sends a refusal back to the client.
    pub(super) fn refuse(
        &self,
        refusal: &AuthorizeRefusal,
        address: &ReturnAddress,
        client: &Client,
        visit: &Visit<'_>,
    ) -> AuthorizeOutcome {
        self.metrics.refused(refusal.reason());
        tracing::info!(event = "authorize.refused", client_id = %client.id, error_code = %refusal.reason(), reason = ?refusal, reference = visit.reference);
        let error_uri = format!("{}/docs/errors/{}", self.settings.public_url, refusal.reason());
        AuthorizeOutcome::Return {
            response: address.error(refusal, visit.reference, &error_uri),
            client_id: client.id.clone(),
            refusal: Some(refusal.clone()),
        }
    }
}
