//! Users with the roles they hold, by the page, for programs.

use super::users::Row;
use super::{Reader, StorageError, User};
use crate::oauth::{RoleId, TenantId};
use std::collections::HashMap;

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
             u.created_at, u.updated_at, u.last_sign_in_at, u.version",
            " ORDER BY u.email_key, u.id LIMIT $3 OFFSET $4"
        );
        let statement = self.query(sql).bind(tenant).bind(role.map(RoleId::as_str)).bind(count).bind(skip);
        let users = statement.fetch_all::<Row>().await?;
        let sql = chosen!(
            "SELECT h.user_id, h.role_id FROM (SELECT u.id",
            " ORDER BY u.email_key, u.id LIMIT $3 OFFSET $4) p JOIN user_roles h ON h.user_id = p.id ORDER BY h.role_id"
        );
        let statement = self.query(sql).bind(tenant).bind(role.map(RoleId::as_str)).bind(count).bind(skip);
        let mut held: HashMap<String, Vec<RoleId>> = HashMap::new();
        for (user, role) in statement.fetch_all::<(String, String)>().await? {
            held.entry(user).or_default().push(RoleId::new(role));
        }
        let with_roles = |row: Row| {
            let user = User::from(row);
            let roles = held.remove(user.id.as_str()).unwrap_or_default();
            (user, roles)
        };
        Ok(users.into_iter().map(with_roles).collect())
    }
}
