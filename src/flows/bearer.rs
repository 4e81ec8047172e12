//! Who calls the API: our own access tokens, checked against what is true now (RFC 6750, RFC 9068 4).

use super::Provider;
use super::admin::{Administrator, ReadAccess};
use crate::keys::{Expect, VerifyError};
use crate::oauth::audit::{Actor, Origin};
use crate::oauth::{ApiAct, BearerRefusal, BuiltInRole, ClientId, ClientType, Scope, TenantId, UserId};
use crate::storage::StorageError;
use serde_json::{Map, Value};

/// How far the clocks of our own nodes may differ, in seconds.
const LEEWAY: i64 = 5;

/// Whoever a token speaks for. The roles are those held now, not those of when the token was made.
#[derive(Debug, Clone)]
pub struct Caller {
    tenant_id: TenantId,
    client_id: ClientId,
    who: Who,
    roles: Vec<BuiltInRole>,
}

/// A client by itself, or a user through one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A client-credentials client; its name.
    Client(String),
    /// A user, with the e-mail address.
    User(UserId, String),
}

/// Why a token opens nothing.
#[derive(Debug)]
pub enum BearerError {
    /// It is not one of ours, not for this, or over.
    Refused(BearerRefusal),
    /// Our own trouble.
    Storage(StorageError),
}

impl From<BearerRefusal> for BearerError {
    fn from(refusal: BearerRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StorageError> for BearerError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// Why a caller may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// The tenant of the path is not the token's.
    OtherTenant,
    /// This role is missing.
    Role(Option<BuiltInRole>),
}

impl Provider {
    /// Checks an access token and looks up whom it speaks for.
    pub async fn caller(&self, token: &str) -> Result<Caller, BearerError> {
        let expect = Expect {
            typ: "at+jwt",
            issuer: &self.issuer,
            audience: Some(&self.audience),
            leeway_seconds: LEEWAY,
            allow_expired: false,
            include_archived: false,
        };
        let claims = self.keys.load().verify(token, &expect, self.clock.now()).map_err(|error| {
            tracing::debug!(event = "api.token_refused", %error);
            if error == VerifyError::Expired { BearerRefusal::Expired } else { BearerRefusal::Unacceptable }
        })?;
        let text = |name| text_claim(&claims, name).ok_or(BearerRefusal::Unacceptable);
        let (tenant, client, sub) = (text("tid")?, text("client_id")?, text("sub")?);
        if !Scope::parse(text("scope")?).is_ok_and(|scope| scope.contains(Scope::API)) {
            return Err(BearerRefusal::InsufficientScope.into());
        }
        let (tenant_id, client_id) = (TenantId::new(tenant), ClientId::new(client));
        let cached = self.cached_client(&client_id).await?.ok_or(BearerRefusal::Revoked)?;
        if !cached.client.enabled || cached.client.tenant_id != tenant_id {
            return Err(BearerRefusal::Revoked.into());
        }
        // Only client-credentials clients speak for themselves; a user can never be taken for a client of the same id.
        if cached.client.client_type == ClientType::ClientCredentials {
            if sub != client {
                return Err(BearerRefusal::Unacceptable.into());
            }
            let roles = cached.role_types.iter().filter_map(|id| BuiltInRole::from_type_id(id)).collect();
            let who = Who::Client(cached.client.name.clone());
            return Ok(Caller { tenant_id, client_id, who, roles });
        }
        self.require_alive(&claims).await?;
        self.user_behind(tenant_id, client_id, &UserId::new(sub)).await
    }

    async fn user_behind(
        &self,
        tenant_id: TenantId,
        client_id: ClientId,
        user: &UserId,
    ) -> Result<Caller, BearerError> {
        let mut reader = self.database.read().await?;
        let user = reader.find_user(user).await?.filter(|user| user.enabled && user.tenant_id == tenant_id);
        let user = user.ok_or(BearerRefusal::Revoked)?;
        let roles = reader.roles_of_user(&user.id).await?.into_iter().filter_map(|role| role.built_in).collect();
        Ok(Caller { tenant_id, client_id, who: Who::User(user.id, user.email), roles })
    }
}

fn text_claim<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(Value::as_str)
}

impl Caller {
    /// The tenant, beyond which nothing is reached.
    #[must_use]
    pub const fn tenant_id(&self) -> &TenantId {
        &self.tenant_id
    }

    /// The client that holds the token.
    #[must_use]
    pub const fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Whom it speaks for.
    #[must_use]
    pub const fn who(&self) -> &Who {
        &self.who
    }

    /// Whether this is the client itself, and not a user who uses it.
    #[must_use]
    pub fn is_client(&self, id: &ClientId) -> bool {
        matches!(self.who, Who::Client(_)) && self.client_id == *id
    }

    /// The right to look at something of this tenant. `client`: the one it is about, which may be the caller.
    pub fn may_read(&self, tenant: &str, act: ApiAct, client: Option<&ClientId>) -> Result<ReadAccess, Denied> {
        self.require(tenant, act, client)?;
        Ok(ReadAccess::proven(self.tenant_id.clone()))
    }

    /// The right to change something of this tenant, once, from this address, in the request with this reference.
    pub fn may_change(
        &self,
        tenant: &str,
        act: ApiAct,
        client: Option<&ClientId>,
        address: String,
        reference: String,
    ) -> Result<Administrator, Denied> {
        self.require(tenant, act, client)?;
        let actor = match &self.who {
            Who::Client(name) => Actor::Client { id: self.client_id.clone(), name: name.clone() },
            Who::User(id, email) => Actor::User { id: id.clone(), name: email.clone() },
        };
        Ok(Administrator::proven(self.tenant_id.clone(), Origin { actor, address, reference }))
    }

    /// The wall of the tenant stands before any role.
    fn require(&self, tenant: &str, act: ApiAct, client: Option<&ClientId>) -> Result<(), Denied> {
        if !self.tenant_id.as_str().eq_ignore_ascii_case(tenant) {
            return Err(Denied::OtherTenant);
        }
        let own = client.is_some_and(|client| self.is_client(client));
        if act.is_allowed(&self.roles, own) { Ok(()) } else { Err(Denied::Role(act.role())) }
    }
}
