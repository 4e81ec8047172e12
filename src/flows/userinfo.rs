//! Userinfo (OpenID Connect Core 5.3).

use super::access_tokens::{LivingGrant, text};
use super::activity::Sighting;
use super::{BearerError, Provider, Trace};
use crate::oauth::{ActivityKind, BearerRefusal, ClientId, Scope};
use serde_json::{Map, Value};

/// What the bearer of an access token may know.
#[derive(Debug)]
pub struct UserInfo {
    /// The client that the token was made for.
    pub client_id: ClientId,
    /// What its user is told to be.
    pub claims: Map<String, Value>,
}

impl Provider {
    /// What the bearer of this access token may know of its user.
    pub async fn userinfo(&self, token: &str, trace: Trace<'_>) -> Result<UserInfo, BearerError> {
        let now = self.clock.now();
        let claims = self.verify_access_token(token, now)?;
        let scope = Scope::parse(text(&claims, "scope").unwrap_or_default()).unwrap_or_default();
        if !scope.contains(Scope::OPENID) {
            return Err(BearerRefusal::InsufficientScope.into());
        }
        match self.require_alive(&claims).await? {
            Some(LivingGrant { grant, bearer }) => {
                let claims = bearer.subject().userinfo(&scope, &grant.claims);
                if let Some(cached) = self.cached_client(&grant.client_id).await? {
                    let (client, kind) = (&cached.client, ActivityKind::UserInfo);
                    let detail = String::new();
                    self.see(&Sighting { client, kind, reason: None, proven: true, detail }, trace, now);
                }
                Ok(UserInfo { client_id: grant.client_id, claims })
            }
            None => Err(BearerRefusal::InsufficientScope.into()),
        }
    }
}
