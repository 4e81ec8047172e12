//! Looking at a tenant without being able to change it: what programs with small rights may do.

use super::AdminError;
use crate::flows::Provider;
use crate::oauth::{Client, ClientId, ClientSecret, ClientType, Role, RoleId, TenantId, UnixTime, UserId};
use crate::storage::{ClientSelection, Invitation, Tenant, User};

/// Someone who was proven to be allowed to look at something of a tenant.
#[derive(Debug, Clone)]
pub struct ReadAccess {
    tenant_id: TenantId,
}

/// What became of a user's invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// The user has chosen a password.
    Accepted,
    /// There is no password, and no link to choose one.
    Missing,
    /// A link is out.
    Sent(Invitation),
    /// A link was out, and its time is over.
    Expired(Invitation),
}

impl ReadAccess {
    /// Only where the right has been checked.
    pub(in crate::flows) const fn proven(tenant_id: TenantId) -> Self {
        Self { tenant_id }
    }

    /// The tenant that is looked at.
    #[must_use]
    pub const fn tenant_id(&self) -> &TenantId {
        &self.tenant_id
    }
}

impl Provider {
    /// The tenant.
    pub async fn read_tenant(&self, by: &ReadAccess) -> Result<Tenant, AdminError> {
        self.database.read().await?.find_tenant(&by.tenant_id).await?.ok_or(AdminError::NotFound("account"))
    }

    /// A page of whole clients, and how many there are in all.
    pub async fn read_clients(
        &self,
        by: &ReadAccess,
        which: &ClientSelection,
        skip: i64,
        count: i64,
    ) -> Result<(i64, Vec<Client>), AdminError> {
        let mut reader = self.database.read().await?;
        let total = reader.count_selected_clients(&by.tenant_id, which).await?;
        Ok((total, reader.page_of_clients(&by.tenant_id, which, skip, count).await?))
    }

    /// The clients of a type with these ids; those that are not there are left out.
    pub async fn read_clients_by_id(
        &self,
        by: &ReadAccess,
        kind: ClientType,
        ids: &[ClientId],
    ) -> Result<Vec<Client>, AdminError> {
        Ok(self.database.read().await?.clients_by_id(&by.tenant_id, kind, ids).await?)
    }

    /// A client of a type. One of another type or tenant is not there.
    pub async fn read_client(&self, by: &ReadAccess, kind: ClientType, id: &ClientId) -> Result<Client, AdminError> {
        let found = self.read_clients_by_id(by, kind, std::slice::from_ref(id)).await?;
        found.into_iter().next().ok_or(AdminError::NotFound("client"))
    }

    /// The secrets of a client, the oldest first.
    pub async fn read_secrets(
        &self,
        by: &ReadAccess,
        kind: ClientType,
        id: &ClientId,
    ) -> Result<Vec<ClientSecret>, AdminError> {
        let client = self.read_client(by, kind, id).await?;
        let mut secrets = self.database.read().await?.secrets_of(&client.id).await?;
        secrets.reverse();
        Ok(secrets)
    }

    /// The tenant's roles, by name.
    pub async fn read_roles(&self, by: &ReadAccess) -> Result<Vec<Role>, AdminError> {
        Ok(self.database.read().await?.list_roles(&by.tenant_id).await?)
    }

    /// One role.
    pub async fn read_role(&self, by: &ReadAccess, id: &RoleId) -> Result<Role, AdminError> {
        let roles = self.read_roles(by).await?;
        roles.into_iter().find(|role| role.id == *id).ok_or(AdminError::NotFound("role"))
    }

    /// A page of users with the roles they hold, and how many there are in all. With a role: only those who hold it.
    pub async fn read_users(
        &self,
        by: &ReadAccess,
        role: Option<&RoleId>,
        skip: i64,
        count: i64,
    ) -> Result<(i64, Vec<(User, Vec<RoleId>)>), AdminError> {
        let mut reader = self.database.read().await?;
        let total = reader.count_holders(&by.tenant_id, role).await?;
        Ok((total, reader.page_of_users(&by.tenant_id, role, skip, count).await?))
    }

    /// One user with the roles held.
    pub async fn read_user(&self, by: &ReadAccess, id: &UserId) -> Result<(User, Vec<Role>), AdminError> {
        let mut reader = self.database.read().await?;
        let user = reader.find_user(id).await?.filter(|user| user.tenant_id == by.tenant_id);
        let user = user.ok_or(AdminError::NotFound("user"))?;
        let roles = reader.roles_of_user(id).await?;
        Ok((user, roles))
    }

    /// The users with these ids, and the roles they hold; those that are not there are left out.
    pub async fn read_users_by_id(
        &self,
        by: &ReadAccess,
        ids: &[UserId],
    ) -> Result<Vec<(User, Vec<RoleId>)>, AdminError> {
        Ok(self.database.read().await?.users_by_id(&by.tenant_id, ids).await?)
    }

    /// What became of the invitations of these users, in their order.
    pub async fn read_invitations<'u>(
        &self,
        users: impl IntoIterator<Item = &'u User>,
    ) -> Result<Vec<InvitationState>, AdminError> {
        let users: Vec<&User> = users.into_iter().collect();
        let ids: Vec<UserId> = users.iter().map(|user| user.id.clone()).collect();
        let found = self.database.read().await?.invitations_of(&ids).await?;
        let now = self.clock.now();
        let state_of = |user: &&User| match user.password_hash {
            Some(_) => InvitationState::Accepted,
            None => state(found.get(&user.id).copied(), now),
        };
        Ok(users.iter().map(state_of).collect())
    }

    /// What became of a user's invitation.
    pub async fn read_invitation(&self, user: &User) -> Result<InvitationState, AdminError> {
        if user.password_hash.is_some() {
            return Ok(InvitationState::Accepted);
        }
        let found = self.database.read().await?.find_invitation(&user.id).await?;
        Ok(state(found, self.clock.now()))
    }
}

fn state(invitation: Option<Invitation>, now: UnixTime) -> InvitationState {
    match invitation {
        None => InvitationState::Missing,
        Some(out) if now < out.expires_at => InvitationState::Sent(out),
        Some(over) => InvitationState::Expired(over),
    }
}
