//! The audit log: one row a change, in the transaction of the change. Rows are only ever added.

use super::client_lists::like;
use super::{Reader, StorageError, Transaction};
use crate::oauth::audit::{AuditEvent, Origin};
use crate::oauth::{TenantId, UnixTime};

/// A row of the log, as people read it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditRow {
    /// Its id.
    pub id: String,
    /// The tenant it belongs to; none for the server's own.
    pub tenant_id: Option<String>,
    /// When, in seconds since 1970.
    pub at: i64,
    /// `user`, `client`, `operator` or `system`.
    pub actor_kind: String,
    /// Who, by id.
    pub actor_id: String,
    /// Who, by name.
    pub actor_name: String,
    /// What happened.
    pub action: String,
    /// To what kind of thing.
    pub target_kind: String,
    /// To which.
    pub target_id: String,
    /// Its name at that time.
    pub target_name: String,
    /// Before and after, as JSON text.
    pub detail: String,
    /// From which address.
    pub address: String,
    /// The request's reference.
    pub reference: String,
    /// Its place in its chain; none until it is sealed.
    pub seq: Option<i64>,
    /// What it is sealed with; none until it is.
    pub hash: Option<Vec<u8>>,
}

/// Which rows.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only about this kind of thing.
    pub target_kind: Option<String>,
    /// Only about this one.
    pub target_id: Option<String>,
    /// Only from here on.
    pub since: Option<UnixTime>,
    /// Only before this.
    pub until: Option<UnixTime>,
    /// Only those that have this in who, what, on what, address or reference, in any case.
    pub text: Option<String>,
}

impl Reader {
    /// Rows of a tenant, the latest first. The server's own are among them as long as no other tenant is there: who has done
    /// what to the keys of all is nothing for one of several.
    pub async fn list_audit(
        &mut self,
        tenant: &TenantId,
        filter: &AuditFilter,
        skip: i64,
        count: i64,
    ) -> Result<Vec<AuditRow>, StorageError> {
        if let (Some(kind), Some(id)) = (&filter.target_kind, &filter.target_id) {
            return self.list_audit_of_target(tenant, kind, id, filter, skip, count).await;
        }
        let sql =
            "SELECT id, tenant_id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name,
                   detail, address, reference, seq, hash FROM audit_events
                   WHERE (tenant_id = $1 OR (tenant_id IS NULL
                        AND NOT EXISTS (SELECT 1 FROM tenants WHERE id < $1)
                        AND NOT EXISTS (SELECT 1 FROM tenants WHERE id > $1)))
                   AND (CAST($2 AS TEXT) IS NULL OR target_kind = $2)
                   AND (CAST($3 AS TEXT) IS NULL OR target_id = $3) AND (CAST($4 AS BIGINT) IS NULL OR at >= $4)
                   AND (CAST($5 AS BIGINT) IS NULL OR at < $5)
                   AND (CAST($6 AS TEXT) IS NULL OR lower(actor_name) LIKE $6 ESCAPE '!' OR action LIKE $6 ESCAPE '!'
                        OR lower(target_name) LIKE $6 ESCAPE '!' OR lower(target_id) LIKE $6 ESCAPE '!'
                        OR address LIKE $6 ESCAPE '!' OR lower(reference) LIKE $6 ESCAPE '!')
                   ORDER BY at DESC, id DESC LIMIT $7 OFFSET $8";
        let statement = self.query(sql).bind(tenant).bind(&filter.target_kind).bind(&filter.target_id);
        let statement = statement.bind(filter.since).bind(filter.until).bind(filter.text.as_deref().map(like));
        statement.bind(count.max(0)).bind(skip.max(0)).fetch_all::<AuditRow>().await
    }

    /// The same for one target: a statement of its own, because no index serves an optional filter.
    async fn list_audit_of_target(
        &mut self,
        tenant: &TenantId,
        kind: &str,
        id: &str,
        filter: &AuditFilter,
        skip: i64,
        count: i64,
    ) -> Result<Vec<AuditRow>, StorageError> {
        let sql =
            "SELECT id, tenant_id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name,
                   detail, address, reference, seq, hash FROM audit_events
                   WHERE target_kind = $2 AND target_id = $3 AND (tenant_id = $1 OR (tenant_id IS NULL
                        AND NOT EXISTS (SELECT 1 FROM tenants WHERE id < $1)
                        AND NOT EXISTS (SELECT 1 FROM tenants WHERE id > $1)))
                   AND (CAST($4 AS BIGINT) IS NULL OR at >= $4) AND (CAST($5 AS BIGINT) IS NULL OR at < $5)
                   AND (CAST($6 AS TEXT) IS NULL OR lower(actor_name) LIKE $6 ESCAPE '!' OR action LIKE $6 ESCAPE '!'
                        OR address LIKE $6 ESCAPE '!' OR lower(reference) LIKE $6 ESCAPE '!')
                   ORDER BY at DESC, id DESC LIMIT $7 OFFSET $8";
        let statement = self.query(sql).bind(tenant).bind(kind).bind(id).bind(filter.since).bind(filter.until);
        let statement = statement.bind(filter.text.as_deref().map(like));
        statement.bind(count.max(0)).bind(skip.max(0)).fetch_all::<AuditRow>().await
    }

    /// One row that a tenant may see, as [`Reader::list_audit`] shows it.
    pub async fn find_audit(&mut self, tenant: &TenantId, id: &str) -> Result<Option<AuditRow>, StorageError> {
        let sql =
            "SELECT id, tenant_id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name,
                   detail, address, reference, seq, hash FROM audit_events
                   WHERE id = $2 AND (tenant_id = $1 OR (tenant_id IS NULL
                        AND NOT EXISTS (SELECT 1 FROM tenants WHERE id < $1)
                        AND NOT EXISTS (SELECT 1 FROM tenants WHERE id > $1)))";
        self.query(sql).bind(tenant).bind(id).fetch_optional().await
    }
}

impl Transaction {
    /// Adds a row. `id` sorts by time where times are equal.
    pub async fn insert_audit(
        &mut self,
        id: &str,
        event: &AuditEvent,
        by: &Origin,
        now: UnixTime,
    ) -> Result<(), StorageError> {
        let sql = "INSERT INTO audit_events (id, tenant_id, at, actor_kind, actor_id, actor_name, action, target_kind,
                   target_id, target_name, detail, address, reference)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
        let statement = self.query(sql).bind(id).bind(event.tenant_id.as_ref().map(TenantId::as_str)).bind(now);
        let statement = statement.bind(by.actor.kind()).bind(by.actor.id()).bind(by.actor.name());
        let statement = statement.bind(event.action).bind(event.target_kind).bind(&event.target_id);
        let statement = statement.bind(&event.target_name).bind(&event.detail).bind(&by.address);
        statement.bind(&by.reference).execute().await.map(drop)
    }
}
