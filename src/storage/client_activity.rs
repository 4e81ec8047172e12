//! What clients were seen to do, and how often they got tokens. Written by the batch, long after the answer.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{Activity, ActivityKind, ClientId, ReasonCode, TenantId, TokenCount, UnixTime};

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    reason: i64,
    detail: String,
    address: String,
    agent: String,
    proven: bool,
    reference: String,
    first_at: i64,
    last_at: i64,
    times: i64,
}

impl TryFrom<Row> for Activity {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        let corrupt = |what: &str| StorageError::Corrupt(format!("client_activity.{what}"));
        let reason = u16::try_from(row.reason).map_err(|_| corrupt("reason"))?;
        Ok(Self {
            kind: ActivityKind::parse(&row.kind).ok_or_else(|| corrupt("kind"))?,
            reason: Some(reason).filter(|reason| *reason != 0).map(ReasonCode),
            proven: row.proven,
            detail: row.detail,
            address: row.address,
            agent: row.agent,
            reference: row.reference,
            first_at: UnixTime(row.first_at),
            last_at: UnixTime(row.last_at),
            times: row.times,
        })
    }
}

fn counts(rows: Vec<(i64, i64, i64)>) -> Vec<TokenCount> {
    rows.into_iter().map(|(hour, issued, refused)| TokenCount { hour: UnixTime(hour), issued, refused }).collect()
}

impl Reader {
    /// What a client was seen to do since then, the latest first.
    pub async fn activity_of(
        &mut self,
        client: &ClientId,
        since: UnixTime,
        most: i64,
    ) -> Result<Vec<Activity>, StorageError> {
        let sql = "SELECT kind, reason, detail, address, agent, proven, reference, first_at, last_at, times
                   FROM client_activity WHERE client_id = $1 AND last_at >= $2 ORDER BY last_at DESC, first_at DESC, kind LIMIT $3";
        let rows = self.query(sql).bind(client).bind(since).bind(most).fetch_all::<Row>().await?;
        rows.into_iter().map(Activity::try_from).collect()
    }

    /// A client's requests for tokens by the hour, the earliest first. Hours without any are left out.
    pub async fn token_counts_of_client(
        &mut self,
        client: &ClientId,
        since: UnixTime,
    ) -> Result<Vec<TokenCount>, StorageError> {
        let sql =
            "SELECT hour, issued, refused FROM client_token_counts WHERE client_id = $1 AND hour >= $2 ORDER BY hour";
        Ok(counts(self.query(sql).bind(client).bind(since).fetch_all().await?))
    }

    /// The same of all clients of a tenant.
    pub async fn token_counts_of_tenant(
        &mut self,
        tenant: &TenantId,
        since: UnixTime,
    ) -> Result<Vec<TokenCount>, StorageError> {
        let sql =
            "SELECT hour, issued, refused FROM tenant_token_counts WHERE tenant_id = $1 AND hour >= $2 ORDER BY hour";
        Ok(counts(self.query(sql).bind(tenant).bind(since).fetch_all().await?))
    }
}

impl Transaction {
    /// Notes what a client was seen to do; what was seen in the same slot before counts up. A client that is gone by now
    /// is passed over.
    pub async fn note_activity(&mut self, client: &ClientId, slot: i64, seen: &Activity) -> Result<(), StorageError> {
        let sql = "INSERT INTO client_activity
                     (client_id, slot, kind, reason, detail, address, agent, proven, reference, first_at, last_at, times)
                   SELECT id, CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS TEXT), CAST($6 AS TEXT),
                     CAST($7 AS TEXT), $8, CAST($9 AS TEXT), CAST($10 AS BIGINT), CAST($11 AS BIGINT), CAST($12 AS BIGINT)
                   FROM clients WHERE id = $1
                   ON CONFLICT (client_id, slot, kind, reason, detail, address, agent) DO UPDATE SET
                     times = client_activity.times + excluded.times, reference = excluded.reference,
                     last_at = CASE WHEN excluded.last_at > client_activity.last_at
                               THEN excluded.last_at ELSE client_activity.last_at END";
        let statement = self.query(sql).bind(client).bind(slot).bind(seen.kind.as_str());
        let statement = statement.bind(seen.reason.map_or(0, |reason| i64::from(reason.0)));
        let statement = statement.bind(&seen.detail).bind(&seen.address).bind(&seen.agent).bind(seen.proven);
        let statement = statement.bind(&seen.reference).bind(seen.first_at).bind(seen.last_at).bind(seen.times);
        statement.execute().await.map(drop)
    }

    /// Keeps the latest `keep` rows of a client, of those that were proven or of the others.
    pub async fn trim_activity(&mut self, client: &ClientId, proven: bool, keep: i64) -> Result<u64, StorageError> {
        let sql = "DELETE FROM client_activity WHERE client_id = $1 AND proven = $2 AND last_at <
                   (SELECT last_at FROM client_activity WHERE client_id = $1 AND proven = $2
                    ORDER BY last_at DESC LIMIT 1 OFFSET $3 - 1)";
        self.query(sql).bind(client).bind(proven).bind(keep).execute().await
    }

    /// Counts a client's requests for tokens within an hour. A client that is gone by now is passed over.
    pub async fn count_tokens_of_client(&mut self, client: &ClientId, count: &TokenCount) -> Result<(), StorageError> {
        let sql = "INSERT INTO client_token_counts (client_id, hour, issued, refused)
                   SELECT id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM clients WHERE id = $1
                   ON CONFLICT (client_id, hour) DO UPDATE SET
                     issued = client_token_counts.issued + excluded.issued,
                     refused = client_token_counts.refused + excluded.refused";
        let statement = self.query(sql).bind(client).bind(count.hour).bind(count.issued).bind(count.refused);
        statement.execute().await.map(drop)
    }

    /// The same of all clients of a tenant together.
    pub async fn count_tokens_of_tenant(&mut self, tenant: &TenantId, count: &TokenCount) -> Result<(), StorageError> {
        let sql = "INSERT INTO tenant_token_counts (tenant_id, hour, issued, refused)
                   SELECT id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM tenants WHERE id = $1
                   ON CONFLICT (tenant_id, hour) DO UPDATE SET
                     issued = tenant_token_counts.issued + excluded.issued,
                     refused = tenant_token_counts.refused + excluded.refused";
        let statement = self.query(sql).bind(tenant).bind(count.hour).bind(count.issued).bind(count.refused);
        statement.execute().await.map(drop)
    }
}
