//! Who calls the API: our own access tokens, checked against what is true now (RFC 6750, RFC 9068 4).

use super::Provider;
use super::access_tokens::{LivingGrant, text};
use super::admin::{Administrator, ReadAccess};
use crate::oauth::audit::{Actor, Origin};
use crate::oauth::{ApiAct, BearerRefusal, BuiltInRole, ClientId, ClientType, Scope, TenantId, UserId};
use crate::storage::StorageError;

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
        let claims = self.verify_access_token(token, self.clock.now())?;
        let part = |name| text(&claims, name).ok_or(BearerRefusal::Unacceptable);
        let (tenant, client, sub) = (part("tid")?, part("client_id")?, part("sub")?);
        if !Scope::parse(part("scope")?).is_ok_and(|scope| scope.contains(Scope::API)) {
            return Err(BearerRefusal::InsufficientScope.into());
        }
        let living = self.require_alive(&claims).await?;
        let (tenant_id, client_id) = (TenantId::new(tenant), ClientId::new(client));
        let cached = self.cached_client(&client_id).await?.ok_or(BearerRefusal::Revoked)?;
        if cached.client.tenant_id != tenant_id {
            return Err(BearerRefusal::Revoked.into());
        }
        // Only client-credentials clients speak for themselves; a user can never be taken for a client of the same id.
        let (who, types) = match living {
            None if cached.client.client_type == ClientType::ClientCredentials && sub == client => {
                (Who::Client(cached.client.name.clone()), cached.role_types.clone())
            }
            Some(LivingGrant { grant, bearer })
                if grant.client_id == client_id && grant.tenant_id == tenant_id && grant.user_id.as_str() == sub =>
            {
                let types = bearer.subject().role_types.to_vec();
                (Who::User(bearer.user.id, bearer.user.email), types)
            }
            _ => return Err(BearerRefusal::Unacceptable.into()),
        };
        let roles = types.iter().filter_map(|id| BuiltInRole::from_type_id(id)).collect();
        Ok(Caller { tenant_id, client_id, who, roles })
    }
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

    /// The right to look at something of this tenant. `id`: what it is about, which may be the caller.
    pub fn may_read(&self, tenant: &str, act: ApiAct, id: &str) -> Result<ReadAccess, Denied> {
        self.require(tenant, act, id)?;
        Ok(ReadAccess::proven(self.tenant_id.clone()))
    }

    /// The right to change something of this tenant, once, from this address, in the request with this reference.
    pub fn may_change(
        &self,
        tenant: &str,
        act: ApiAct,
        id: &str,
        address: String,
        reference: String,
    ) -> Result<Administrator, Denied> {
        self.require(tenant, act, id)?;
        let actor = match &self.who {
            Who::Client(name) => Actor::Client { id: self.client_id.clone(), name: name.clone() },
            Who::User(id, email) => Actor::User { id: id.clone(), name: email.clone() },
        };
        Ok(Administrator::proven(self.tenant_id.clone(), Origin { actor, address, reference }))
    }

    /// The wall of the tenant stands before any role.
    fn require(&self, tenant: &str, act: ApiAct, id: &str) -> Result<(), Denied> {
        if !self.tenant_id.as_str().eq_ignore_ascii_case(tenant) {
            return Err(Denied::OtherTenant);
        }
        if act.is_allowed(&self.roles, self.is_about_itself(act, id)) { Ok(()) } else { Err(Denied::Role(act.role())) }
    }

    /// Whether it is about the caller itself. A client is the caller only where no user uses it.
    fn is_about_itself(&self, act: ApiAct, id: &str) -> bool {
        match (&self.who, act) {
            (Who::Client(_), ApiAct::ReadClients(_) | ApiAct::TurnOverSecrets(_)) => self.client_id.as_str() == id,
            (Who::User(user, _), ApiAct::OwnThings) => user.as_str() == id,
            _ => false,
        }
    }
}
