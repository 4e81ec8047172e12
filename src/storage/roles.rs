//! Roles, and who holds them.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{BuiltInRole, Role, RoleId, TenantId, UnixTime, UserId, admin_fields::fold};

#[derive(sqlx::FromRow)]
pub(super) struct RoleRow {
    id: String,
    tenant_id: String,
    name: String,
    description: String,
    role_type_id: Option<String>,
}

impl From<RoleRow> for Role {
    fn from(row: RoleRow) -> Self {
        Self {
            id: RoleId::new(row.id),
            tenant_id: TenantId::new(row.tenant_id),
            name: row.name,
            description: row.description,
            built_in: row.role_type_id.as_deref().and_then(BuiltInRole::from_type_id),
        }
    }
}

impl Reader {
    /// All roles of a tenant, by name.
    pub async fn list_roles(&mut self, tenant: &TenantId) -> Result<Vec<Role>, StorageError> {
        let sql = "SELECT id, tenant_id, name, description, role_type_id FROM roles
                   WHERE tenant_id = $1 ORDER BY name_key, id";
        Ok(self.query(sql).bind(tenant).fetch_all::<RoleRow>().await?.into_iter().map(Role::from).collect())
    }

    /// The roles that a user holds.
    pub async fn roles_of_user(&mut self, user: &UserId) -> Result<Vec<Role>, StorageError> {
        let sql = "SELECT r.id, r.tenant_id, r.name, r.description, r.role_type_id
                   FROM user_roles h JOIN roles r ON r.id = h.role_id WHERE h.user_id = $1 ORDER BY r.name_key, r.id";
        Ok(self.query(sql).bind(user).fetch_all::<RoleRow>().await?.into_iter().map(Role::from).collect())
    }

    /// How many users who can sign in hold the role with this type id in the tenant: enabled, and with a password.
    pub async fn count_users_with(&mut self, tenant: &TenantId, role: BuiltInRole) -> Result<i64, StorageError> {
        let sql = "SELECT count(*) FROM user_roles h JOIN roles r ON r.id = h.role_id JOIN users u ON u.id = h.user_id
                   WHERE r.tenant_id = $1 AND r.role_type_id = $2 AND u.enabled = TRUE AND u.password_hash IS NOT NULL";
        self.query(sql).bind(tenant).bind(role.type_id()).fetch_number().await
    }

    /// How many enabled users, in any tenant, are Account Administrators.
    pub async fn count_administrators(&mut self) -> Result<i64, StorageError> {
        let sql = "SELECT COUNT(*) FROM roles r JOIN user_roles h ON h.role_id = r.id
                   JOIN users u ON u.id = h.user_id WHERE r.role_type_id = $1 AND u.enabled = TRUE";
        self.query(sql).bind(BuiltInRole::Administrator.type_id()).fetch_number().await
    }

    /// Whether anybody, in any tenant, is an Account Administrator.
    pub async fn has_administrator(&mut self) -> Result<bool, StorageError> {
        let sql = "SELECT count(*) FROM user_roles h JOIN roles r ON r.id = h.role_id WHERE r.role_type_id = $1";
        Ok(self.query(sql).bind(BuiltInRole::Administrator.type_id()).fetch_number().await? > 0)
    }
}

impl Transaction {
    /// Adds a role.
    pub async fn insert_role(&mut self, role: &Role, now: UnixTime) -> Result<(), StorageError> {
        let sql = "INSERT INTO roles (id, tenant_id, name, name_key, description, role_type_id, created_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let statement = self.query(sql).bind(&role.id).bind(&role.tenant_id).bind(&role.name).bind(fold(&role.name));
        let statement = statement.bind(&role.description).bind(role.built_in.map(BuiltInRole::type_id));
        statement.bind(now).execute().await.map(drop)
    }

    /// Stores name and description of a tenant's own role; false if there is none, or it is built in.
    pub async fn update_role(&mut self, role: &Role) -> Result<bool, StorageError> {
        let sql = "UPDATE roles SET name = $2, name_key = $3, description = $4 WHERE id = $1 AND role_type_id IS NULL";
        let statement = self.query(sql).bind(&role.id).bind(&role.name).bind(fold(&role.name));
        Ok(statement.bind(&role.description).execute().await? == 1)
    }

    /// Replaces the roles of a user.
    pub async fn set_user_roles(&mut self, user: &UserId, roles: &[RoleId]) -> Result<(), StorageError> {
        self.query("DELETE FROM user_roles WHERE user_id = $1").bind(user).execute().await?;
        for role in roles {
            let sql = "INSERT INTO user_roles (user_id, role_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            self.query(sql).bind(user).bind(role).execute().await?;
        }
        Ok(())
    }

    /// Removes a role of a tenant's own; whoever holds it, holds it no more. False if there is none, or it is built in.
    pub async fn delete_role(&mut self, role: &RoleId) -> Result<bool, StorageError> {
        let sql = "DELETE FROM roles WHERE id = $1 AND role_type_id IS NULL";
        let removed = self.query(sql).bind(role).execute().await? == 1;
        self.touch("clients").await?;
        Ok(removed)
    }
}
