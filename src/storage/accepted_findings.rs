//! Findings of the security review that somebody has said to live with, until a day.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{TenantId, UnixTime};

/// A finding that is lived with.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AcceptedFinding {
    /// The kind of finding, as a word.
    pub kind: String,
    /// The id of what it is about; empty if it is about the server.
    pub about_id: String,
    /// What tells it from others about the same: the description of a secret, or nothing.
    pub about_detail: String,
    /// Until when.
    pub accepted_until: i64,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub accepted_by: String,
}

impl Reader {
    /// What is lived with at this time, by kind and what it is about.
    pub async fn accepted_findings(
        &mut self,
        tenant: &TenantId,
        now: UnixTime,
    ) -> Result<Vec<AcceptedFinding>, StorageError> {
        let sql = "SELECT kind, about_id, about_detail, accepted_until, reason, accepted_by FROM accepted_findings
                   WHERE tenant_id = $1 AND accepted_until > $2 ORDER BY kind, about_id, about_detail";
        self.query(sql).bind(tenant).bind(now).fetch_all().await
    }
}

impl Transaction {
    /// Keeps a finding as lived with, in place of what was said of it before.
    pub async fn put_accepted_finding(
        &mut self,
        tenant: &TenantId,
        finding: &AcceptedFinding,
        now: UnixTime,
    ) -> Result<(), StorageError> {
        let sql = "INSERT INTO accepted_findings
                   (tenant_id, kind, about_id, about_detail, accepted_until, reason, accepted_by, accepted_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                   ON CONFLICT (tenant_id, kind, about_id, about_detail)
                   DO UPDATE SET accepted_until = $5, reason = $6, accepted_by = $7, accepted_at = $8";
        let statement = self.query(sql).bind(tenant).bind(&finding.kind).bind(&finding.about_id);
        let statement = statement.bind(&finding.about_detail).bind(finding.accepted_until).bind(&finding.reason);
        statement.bind(&finding.accepted_by).bind(now).execute().await.map(drop)
    }

    /// Takes that back; false if it was not lived with.
    pub async fn delete_accepted_finding(
        &mut self,
        tenant: &TenantId,
        kind: &str,
        about_id: &str,
        about_detail: &str,
    ) -> Result<bool, StorageError> {
        let sql = "DELETE FROM accepted_findings
                   WHERE tenant_id = $1 AND kind = $2 AND about_id = $3 AND about_detail = $4";
        let gone = self.query(sql).bind(tenant).bind(kind).bind(about_id).bind(about_detail).execute().await?;
        Ok(gone == 1)
    }
}
