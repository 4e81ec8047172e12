//! What people and programs look up before they change anything.

use super::{AdminError, AuditFilter, AuditRow, ReadAccess};
use crate::flows::Provider;
use crate::oauth::{ClientId, Role, UserId};
use crate::storage::{StorageError, Tenant, User};

impl Provider {
    /// Users whose name or e-mail holds the filter, and how many there are in all.
    pub async fn list_users(
        &self,
        by: &ReadAccess,
        filter: Option<&str>,
        skip: i64,
        count: i64,
    ) -> Result<(i64, Vec<(User, Vec<Role>)>), AdminError> {
        let mut reader = self.database.read().await?;
        let total = reader.count_users(by.tenant_id(), filter).await?;
        let users = reader.list_users(by.tenant_id(), filter, skip, count).await?;
        let ids: Vec<UserId> = users.iter().map(|user| user.id.clone()).collect();
        let mut held = reader.role_ids_of_users(&ids).await?;
        let roles = reader.list_roles(by.tenant_id()).await?;
        let with_roles = |user: User| {
            let held = held.remove(&user.id).unwrap_or_default();
            (user, roles.iter().filter(|role| held.contains(&role.id)).cloned().collect())
        };
        Ok((total, users.into_iter().map(with_roles).collect()))
    }

    /// A user of the tenant by e-mail, however it is spelt.
    pub async fn user_by_email(&self, by: &ReadAccess, email: &str) -> Result<User, AdminError> {
        let users = self.database.read().await?.find_users_by_email(email).await?;
        users.into_iter().find(|user| user.tenant_id == *by.tenant_id()).ok_or(AdminError::NotFound("user"))
    }

    /// The clients that go by this id or name: people type either.
    pub async fn clients_called(&self, by: &ReadAccess, id_or_name: &str) -> Result<Vec<ClientId>, AdminError> {
        let mut reader = self.database.read().await?;
        let id = ClientId::new(id_or_name);
        if reader.find_client(&id).await?.is_some_and(|client| client.tenant_id == *by.tenant_id()) {
            return Ok(vec![id]);
        }
        Ok(reader.find_clients_by_name(by.tenant_id(), id_or_name).await?)
    }

    /// Rows of the audit log, the latest first.
    pub async fn list_audit(
        &self,
        by: &ReadAccess,
        filter: &AuditFilter,
        skip: i64,
        count: i64,
    ) -> Result<Vec<AuditRow>, AdminError> {
        Ok(self.database.read().await?.list_audit(by.tenant_id(), filter, skip, count).await?)
    }

    /// One row of the audit log.
    pub async fn audit_row(&self, by: &ReadAccess, id: &str) -> Result<AuditRow, AdminError> {
        self.database.read().await?.find_audit(by.tenant_id(), id).await?.ok_or(AdminError::NotFound("entry"))
    }

    /// All tenants, the oldest first.
    pub async fn list_tenants(&self) -> Result<Vec<Tenant>, StorageError> {
        self.database.read().await?.list_tenants().await
    }

    /// The tenant that is managed.
    pub async fn tenant(&self, by: &ReadAccess) -> Result<Tenant, AdminError> {
        self.database.read().await?.find_tenant(by.tenant_id()).await?.ok_or(AdminError::NotFound("tenant"))
    }
}
