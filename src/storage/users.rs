//! Users.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{AccountState, TenantId, UnixTime, UserId, admin_fields::fold};

/// A user, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Opaque and stable; `sub`.
    pub id: UserId,
    /// The tenant.
    pub tenant_id: TenantId,
    /// As typed.
    pub email: String,
    /// The name people read.
    pub name: String,
    /// The standard claims of OpenID Connect Core 5.1, as a JSON object.
    pub claims: String,
    /// A PHC string; none until a password was chosen. Never shown.
    pub password_hash: Option<crate::redacted::Redacted<String>>,
    /// When the password was last changed.
    pub password_changed_at: Option<UnixTime>,
    /// A disabled user cannot sign in, and gets no more tokens.
    pub enabled: bool,
    /// When added.
    pub created_at: UnixTime,
    /// When changed.
    pub updated_at: UnixTime,
    /// The last sign-in.
    pub last_sign_in_at: Option<UnixTime>,
    /// Counts changes.
    pub version: i64,
    /// Raised whenever the password is changed or the user is switched off or on: what was given in an earlier one is over.
    pub generation: i64,
}

impl User {
    /// What of the user decides whether what was given is still good.
    #[must_use]
    pub const fn account(&self) -> AccountState {
        AccountState {
            enabled: self.enabled,
            generation: self.generation,
            password_changed_at: self.password_changed_at,
        }
    }
}

/// A user to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The id drawn for it.
    pub id: UserId,
    /// The tenant.
    pub tenant_id: TenantId,
    /// E-mail.
    pub email: String,
    /// Name.
    pub name: String,
    /// A JSON object.
    pub claims: String,
    /// A PHC string, if a password was chosen already.
    pub password_hash: Option<crate::redacted::Redacted<String>>,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: String,
    tenant_id: String,
    email: String,
    name: String,
    claims: String,
    password_hash: Option<String>,
    password_changed_at: Option<i64>,
    enabled: bool,
    created_at: i64,
    updated_at: i64,
    last_sign_in_at: Option<i64>,
    version: i64,
    generation: i64,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: UserId::new(row.id),
            tenant_id: TenantId::new(row.tenant_id),
            email: row.email,
            name: row.name,
            claims: row.claims,
            password_hash: row.password_hash.map(crate::redacted::Redacted::new),
            password_changed_at: row.password_changed_at.map(UnixTime),
            enabled: row.enabled,
            created_at: UnixTime(row.created_at),
            updated_at: UnixTime(row.updated_at),
            last_sign_in_at: row.last_sign_in_at.map(UnixTime),
            version: row.version,
            generation: row.generation,
        }
    }
}

impl Reader {
    /// A user by id.
    pub async fn find_user(&mut self, id: &UserId) -> Result<Option<User>, StorageError> {
        let sql = "SELECT id, tenant_id, email, name, claims, password_hash, password_changed_at, enabled, created_at,
                   updated_at, last_sign_in_at, version, generation FROM users WHERE id = $1";
        Ok(self.query(sql).bind(id).fetch_optional::<Row>().await?.map(User::from))
    }

    /// The users with this e-mail address, however it is spelt: one a tenant at most.
    pub async fn find_users_by_email(&mut self, email: &str) -> Result<Vec<User>, StorageError> {
        let sql = "SELECT id, tenant_id, email, name, claims, password_hash, password_changed_at, enabled, created_at,
                   updated_at, last_sign_in_at, version, generation FROM users WHERE email_key = $1 ORDER BY created_at, id LIMIT 100";
        Ok(self.query(sql).bind(fold(email)).fetch_all::<Row>().await?.into_iter().map(User::from).collect())
    }

    /// Users of a tenant whose name or e-mail holds `filter`, by name.
    pub async fn list_users(
        &mut self,
        tenant: &TenantId,
        filter: Option<&str>,
        skip: i64,
        count: i64,
    ) -> Result<Vec<User>, StorageError> {
        let sql = "SELECT id, tenant_id, email, name, claims, password_hash, password_changed_at, enabled, created_at,
                   updated_at, last_sign_in_at, version, generation FROM users
                   WHERE tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL OR email_key LIKE $2 ESCAPE '!' OR name_key LIKE $2 ESCAPE '!')
                   ORDER BY email_key, id LIMIT $3 OFFSET $4";
        let statement = self
            .query(sql)
            .bind(tenant)
            .bind(filter.map(super::client_lists::like))
            .bind(count.max(0))
            .bind(skip.max(0));
        Ok(statement.fetch_all::<Row>().await?.into_iter().map(User::from).collect())
    }

    /// How many users that are.
    pub async fn count_users(&mut self, tenant: &TenantId, filter: Option<&str>) -> Result<i64, StorageError> {
        let sql = "SELECT count(*) FROM users
                   WHERE tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL OR email_key LIKE $2 ESCAPE '!' OR name_key LIKE $2 ESCAPE '!')";
        self.query(sql).bind(tenant).bind(filter.map(super::client_lists::like)).fetch_number().await
    }
}

impl Transaction {
    /// Adds a user; a taken e-mail address is a conflict.
    pub async fn insert_user(&mut self, user: &NewUser, now: UnixTime) -> Result<(), StorageError> {
        let sql =
            "INSERT INTO users (id, tenant_id, email, email_key, name, name_key, claims, password_hash, password_changed_at,
                   enabled, created_at, updated_at, version, generation)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, TRUE, $10, $10, 1, $11)";
        let hash = user.password_hash.as_ref().map(|hash| hash.expose().clone());
        let changed_at = hash.as_ref().map(|_| now);
        let generation = i64::from(hash.is_some());
        let statement = self.query(sql).bind(&user.id).bind(&user.tenant_id).bind(&user.email).bind(fold(&user.email));
        let statement =
            statement.bind(&user.name).bind(fold(&user.name)).bind(&user.claims).bind(hash).bind(changed_at);
        statement.bind(now).bind(generation).execute().await.map(drop)
    }

    /// Replaces the password, and begins a generation. Sessions, grants and links are the caller's business.
    pub async fn set_password(&mut self, user: &UserId, hash: &str, now: UnixTime) -> Result<bool, StorageError> {
        let sql =
            "UPDATE users SET password_hash = $2, password_changed_at = $3, updated_at = $3, version = version + 1,
                   generation = generation + 1 WHERE id = $1";
        Ok(self.query(sql).bind(user).bind(hash).bind(now).execute().await? == 1)
    }

    /// Replaces the password if the user is still of the generation in which the old one was proven; false if not. On
    /// PostgreSQL, too: a statement that has waited for the row looks at it again.
    pub async fn replace_password(
        &mut self,
        user: &UserId,
        generation: i64,
        hash: &str,
        now: UnixTime,
    ) -> Result<bool, StorageError> {
        let sql =
            "UPDATE users SET password_hash = $3, password_changed_at = $4, updated_at = $4, version = version + 1,
                   generation = generation + 1 WHERE id = $1 AND generation = $2 AND enabled = TRUE";
        Ok(self.query(sql).bind(user).bind(generation).bind(hash).bind(now).execute().await? == 1)
    }

    /// Stores the same password under newer parameters, unless it was changed meanwhile.
    pub async fn rehash_password(&mut self, user: &UserId, old: &str, new: &str) -> Result<bool, StorageError> {
        let sql = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2";
        Ok(self.query(sql).bind(user).bind(old).bind(new).execute().await? == 1)
    }

    /// Notes a sign-in; false if the user is not of the generation any more in which the password was proven, or gone.
    pub async fn note_sign_in(&mut self, user: &UserId, generation: i64, now: UnixTime) -> Result<bool, StorageError> {
        let sql = "UPDATE users SET last_sign_in_at = $3 WHERE id = $1 AND generation = $2 AND enabled = TRUE";
        Ok(self.query(sql).bind(user).bind(generation).bind(now).execute().await? == 1)
    }

    /// Switches a user on or off. A switch begins a generation: what was given before does not come back with the user.
    pub async fn set_user_enabled(
        &mut self,
        user: &UserId,
        enabled: bool,
        now: UnixTime,
    ) -> Result<bool, StorageError> {
        let sql = "UPDATE users SET generation = CASE WHEN enabled = $2 THEN generation ELSE generation + 1 END,
                   enabled = $2, updated_at = $3, version = version + 1 WHERE id = $1";
        Ok(self.query(sql).bind(user).bind(enabled).bind(now).execute().await? == 1)
    }

    /// Stores name, e-mail, claims and state of a user that still has the version the change was made on. A switch begins a
    /// generation, as [`Transaction::set_user_enabled`] says.
    pub async fn update_user(&mut self, user: &User, now: UnixTime) -> Result<bool, StorageError> {
        let sql = "UPDATE users SET email = $2, email_key = $3, name = $4, name_key = $5, claims = $6,
                   generation = CASE WHEN enabled = $7 THEN generation ELSE generation + 1 END, enabled = $7,
                   updated_at = $8, version = version + 1 WHERE id = $1 AND version = $9";
        let statement = self.query(sql).bind(&user.id).bind(&user.email).bind(fold(&user.email)).bind(&user.name);
        let statement =
            statement.bind(fold(&user.name)).bind(&user.claims).bind(user.enabled).bind(now).bind(user.version);
        Ok(statement.execute().await? == 1)
    }

    /// Removes a user and all that hangs on it; false if it was not there.
    pub async fn delete_user(&mut self, user: &UserId) -> Result<bool, StorageError> {
        Ok(self.query("DELETE FROM users WHERE id = $1").bind(user).execute().await? == 1)
    }
}
