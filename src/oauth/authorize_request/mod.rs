//! The request to the authorize endpoint (RFC 6749 4.1.1, OpenID Connect Core 3.1.2.1).

mod checks;
mod claims_request;
mod prompts;

#[cfg(test)]
mod tests;

pub use claims_request::{ClaimRequest, ClaimsRequest};
pub use prompts::Prompts;

use super::claims::PASSWORD_ACR;
use super::token_request::is_own_target;
use super::{
    AuthorizeRefusal, Client, CodeChallenge, PageRefusal, Parameters, ResponseMode, ResponseType, ReturnAddress, Scope,
};

/// A request that may be granted, once a user is there who agrees. It has passed every check that needs no user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizeRequest {
    /// Where and how the answer goes.
    pub return_address: ReturnAddress,
    /// What is given.
    pub response_type: ResponseType,
    /// Known scopes that this client may have.
    pub scope: Scope,
    /// To be put into the ID token.
    pub nonce: Option<String>,
    /// PKCE.
    pub code_challenge: Option<CodeChallenge>,
    /// What the user is to be asked.
    pub prompts: Prompts,
    /// Most seconds since the user gave the password.
    pub max_age: Option<i64>,
    /// Single claims asked for.
    pub claims: ClaimsRequest,
    /// An ID token that names the user meant; not checked yet.
    pub id_token_hint: Option<String>,
    /// What the user may have typed already.
    pub login_hint: Option<String>,
    /// The languages the user reads, the best first.
    pub ui_locales: Option<String>,
}

/// Why a request is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorizeRejection {
    /// There is no proven way back: a page of this server says it.
    Page(PageRefusal),
    /// The client is told.
    Redirect(AuthorizeRefusal, ReturnAddress),
}

impl From<PageRefusal> for AuthorizeRejection {
    fn from(refusal: PageRefusal) -> Self {
        Self::Page(refusal)
    }
}

impl AuthorizeRequest {
    /// Every parameter that is looked at in a request that is taken; all others may be forgotten.
    pub const PARAMETERS: [&str; 17] = [
        "client_id",
        "redirect_uri",
        "response_type",
        "response_mode",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "prompt",
        "max_age",
        "acr_values",
        "claims",
        "id_token_hint",
        "login_hint",
        "ui_locales",
        "resource",
    ];

    /// Checks a request in a fixed order: first what proves the way back, then all the rest. `repeated` names parameters
    /// that came more than once; `client` is the one that `client_id` names, if there is one. What is not in
    /// [`Self::PARAMETERS`], such as `display` and `claims_locales`, is ignored; but what would change the request is refused.
    pub fn validate(
        parameters: &Parameters,
        repeated: &[String],
        client: Option<&Client>,
        issuer: &str,
    ) -> Result<Self, AuthorizeRejection> {
        if repeated.iter().any(|name| name == "client_id") {
            return Err(PageRefusal::RepeatedParameter("client_id").into());
        }
        parameters.get("client_id").ok_or(PageRefusal::NoClientId)?;
        let client = client.ok_or(PageRefusal::UnknownClient)?;
        if !client.enabled {
            return Err(PageRefusal::ClientDisabled.into());
        }
        let return_address = ReturnAddress::prove(parameters, repeated, client, issuer)?;
        Self::validate_rest(parameters, repeated, client, return_address.clone())
            .map_err(|refusal| AuthorizeRejection::Redirect(refusal, return_address))
    }

    fn validate_rest(
        parameters: &Parameters,
        repeated: &[String],
        client: &Client,
        return_address: ReturnAddress,
    ) -> Result<Self, AuthorizeRefusal> {
        checks::require_once_and_short(parameters, repeated)?;
        checks::require_no_request_object(parameters)?;
        let response_type = ResponseType::parse(parameters.get("response_type"))?;
        response_type.require_allowed(client)?;
        if let (_, Some(refusal)) =
            ResponseMode::resolve(parameters.get("response_mode"), parameters.get("response_type"))
        {
            return Err(refusal);
        }
        let scope = checks::resolve_scope(parameters.get("scope"), client)?;
        if response_type.has_id_token() && !scope.contains(Scope::OPENID) {
            return Err(AuthorizeRefusal::NoOpenIdScope);
        }
        let nonce = parameters.get("nonce").map(ToOwned::to_owned);
        if response_type.has_id_token() && nonce.is_none() {
            return Err(AuthorizeRefusal::NoNonce);
        }
        // Only an ID token brings the nonce back: without `openid` nobody ever sees it.
        let is_seen = nonce.is_some() && scope.contains(Scope::OPENID);
        let code_challenge = checks::resolve_challenge(parameters, client, is_seen)?;
        let prompts = Prompts::parse(parameters.get("prompt"))?;
        let max_age = checks::max_age(parameters.get("max_age"))?;
        checks::require_own_tenant(parameters.get("acr_values"), client)?;
        let claims = ClaimsRequest::parse(parameters.get("claims"))?;
        if claims.refuses_acr(PASSWORD_ACR) {
            return Err(AuthorizeRefusal::AcrNotReached);
        }
        let text = |name: &str| parameters.get(name).map(ToOwned::to_owned);
        Ok(Self {
            return_address,
            response_type,
            // Without `openid` there is nobody to tell claims about.
            claims: if scope.contains(Scope::OPENID) { claims } else { ClaimsRequest::default() },
            scope,
            nonce,
            code_challenge,
            prompts,
            max_age,
            id_token_hint: text("id_token_hint"),
            login_hint: text("login_hint"),
            ui_locales: text("ui_locales"),
        })
    }

    /// Refuses a `resource` that is not this server's API (RFC 8707 2.1): the client hears of it before the user is asked.
    pub fn require_own_target(self, parameters: &Parameters, own_audience: &str) -> Result<Self, AuthorizeRejection> {
        match parameters.get("resource") {
            Some(target) if !is_own_target(target, own_audience) => {
                Err(AuthorizeRejection::Redirect(AuthorizeRefusal::UnknownTarget, self.return_address))
            }
            _ => Ok(self),
        }
    }

    /// What the user has to agree to: the scopes, and those that single claims belong to.
    #[must_use]
    pub fn consent_scope(&self) -> Scope {
        self.scope.union(&self.claims.implied_scope())
    }
}
