//! Users with the roles they hold, by the page, for programs.

use super::users::Row;
use super::{Reader, StorageError, User};
use crate::oauth::{RoleId, TenantId, UserId};

/// The users of a tenant ($1), of those the holders of a role ($2) if one is given.
macro_rules! chosen {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " FROM users u WHERE u.tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL
              OR EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id AND r.role_id = $2))",
            $after
        )
    };
}

impl Reader {
    /// How many users of a tenant there are; with a role, how many hold it.
    pub async fn count_holders(&mut self, tenant: &TenantId, role: Option<&RoleId>) -> Result<i64, StorageError> {
        let sql = chosen!("SELECT count(*)", "");
        self.query(sql).bind(tenant).bind(role.map(RoleId::as_str)).fetch_number().await
    }

    /// One page of a tenant's users, or of those who hold a role, by e-mail, with all roles that each holds.
    pub async fn page_of_users(
        &mut self,
        tenant: &TenantId,
        role: Option<&RoleId>,
        skip: i64,
        count: i64,
    ) -> Result<Vec<(User, Vec<RoleId>)>, StorageError> {
        let sql = chosen!(
            "SELECT u.id, u.tenant_id, u.email, u.name, u.claims, u.password_hash, u.password_changed_at, u.enabled,
             u.created_at, u.updated_at, u.last_sign_in_at, u.version, u.generation",
            " ORDER BY u.email_key, u.id LIMIT $3 OFFSET $4"
        );
        let statement = self.query(sql).bind(tenant).bind(role.map(RoleId::as_str)).bind(count).bind(skip);
        let users = statement.fetch_all::<Row>().await?;
        self.with_roles(users).await
    }

    /// Users with ids behind this one, by id, with all roles that each holds: whoever walks along meets each that stays,
    /// whatever is renamed, added or removed meanwhile.
    pub async fn users_after(
        &mut self,
        tenant: &TenantId,
        after: &str,
        count: i64,
    ) -> Result<Vec<(User, Vec<RoleId>)>, StorageError> {
        let sql = "SELECT id, tenant_id, email, name, claims, password_hash, password_changed_at, enabled, created_at,
                   updated_at, last_sign_in_at, version, generation FROM users
                   WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
        let users = self.query(sql).bind(tenant).bind(after).bind(count).fetch_all::<Row>().await?;
        self.with_roles(users).await
    }

    async fn with_roles(&mut self, users: Vec<Row>) -> Result<Vec<(User, Vec<RoleId>)>, StorageError> {
        let users: Vec<User> = users.into_iter().map(User::from).collect();
        let ids: Vec<UserId> = users.iter().map(|user| user.id.clone()).collect();
        let mut held = self.role_ids_of_users(&ids).await?;
        let with_roles = |user: User| {
            let roles = held.remove(&user.id).unwrap_or_default();
            (user, roles)
        };
        Ok(users.into_iter().map(with_roles).collect())
    }
}
