//! Tenants.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{TenantId, UnixTime};

/// A tenant, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id, `tid` in tokens.
    pub id: TenantId,
    /// The company's name; need not be unique.
    pub name: String,
    /// A short unique word.
    pub alias: String,
    /// When it was made.
    pub created_at: UnixTime,
    /// When it was last changed.
    pub updated_at: UnixTime,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    alias: String,
    created_at: i64,
    updated_at: i64,
}

impl From<Row> for Tenant {
    fn from(row: Row) -> Self {
        Self {
            id: TenantId::new(row.id),
            name: row.name,
            alias: row.alias,
            created_at: UnixTime(row.created_at),
            updated_at: UnixTime(row.updated_at),
        }
    }
}

impl Reader {
    /// Whether there is no other tenant.
    pub async fn is_only_tenant(&mut self, id: &TenantId) -> Result<bool, StorageError> {
        let sql = "SELECT id FROM tenants WHERE id < $1 UNION ALL SELECT id FROM tenants WHERE id > $1 LIMIT 1";
        Ok(self.query(sql).bind(id).fetch_optional::<(String,)>().await?.is_none())
    }

    /// A tenant by its id.
    pub async fn find_tenant(&mut self, id: &TenantId) -> Result<Option<Tenant>, StorageError> {
        let sql = "SELECT id, name, alias, created_at, updated_at FROM tenants WHERE id = $1";
        Ok(self.query(sql).bind(id).fetch_optional::<Row>().await?.map(Tenant::from))
    }

    /// All tenants, the oldest first.
    pub async fn list_tenants(&mut self) -> Result<Vec<Tenant>, StorageError> {
        let sql = "SELECT id, name, alias, created_at, updated_at FROM tenants ORDER BY created_at, id LIMIT 1000";
        Ok(self.query(sql).fetch_all::<Row>().await?.into_iter().map(Tenant::from).collect())
    }
}

impl Transaction {
    /// Adds a tenant.
    pub async fn insert_tenant(&mut self, tenant: &Tenant) -> Result<(), StorageError> {
        let sql = "INSERT INTO tenants (id, name, alias, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)";
        let statement = self.query(sql).bind(&tenant.id).bind(&tenant.name).bind(&tenant.alias);
        statement.bind(tenant.created_at).bind(tenant.updated_at).execute().await.map(drop)
    }
}
