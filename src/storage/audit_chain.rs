//! The chains that the audit log's rows are sealed into: one for each tenant, and the server's own under the empty name.

use super::audit_events::AuditRow;
use super::{Reader, StorageError, Transaction};

/// Both ends of a chain.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditChain {
    /// The tenant's id; empty for the server's own.
    pub chain: String,
    /// The place of the row that was sealed last; 0: none yet.
    pub head_seq: i64,
    /// What it was sealed with.
    pub head_hash: Vec<u8>,
    /// The place of the row that was swept last; 0: none yet.
    pub tail_seq: i64,
    /// What it was sealed with.
    pub tail_hash: Vec<u8>,
    /// Proof that a server with the master key wrote this.
    pub mac: String,
}

impl Reader {
    /// Rows that are not sealed yet, the oldest first.
    pub async fn unsealed_audit(&mut self, count: i64) -> Result<Vec<AuditRow>, StorageError> {
        let sql =
            "SELECT id, tenant_id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name,
                   detail, address, reference, seq, hash FROM audit_events WHERE seq IS NULL ORDER BY at, id LIMIT $1";
        self.query(sql).bind(count).fetch_all().await
    }

    /// All chains, by name.
    pub async fn audit_chains(&mut self) -> Result<Vec<AuditChain>, StorageError> {
        let sql = "SELECT chain, head_seq, head_hash, tail_seq, tail_hash, mac FROM audit_chains ORDER BY chain";
        self.query(sql).fetch_all().await
    }

    /// One chain.
    pub async fn find_audit_chain(&mut self, chain: &str) -> Result<Option<AuditChain>, StorageError> {
        let sql = "SELECT chain, head_seq, head_hash, tail_seq, tail_hash, mac FROM audit_chains WHERE chain = $1";
        self.query(sql).bind(chain).fetch_optional().await
    }

    /// Sealed rows of a chain behind a place, in their order.
    pub async fn audit_links(&mut self, chain: &str, after: i64, count: i64) -> Result<Vec<AuditRow>, StorageError> {
        let sql =
            "SELECT id, tenant_id, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name,
                   detail, address, reference, seq, hash FROM audit_events
                   WHERE COALESCE(tenant_id, '') = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        self.query(sql).bind(chain).bind(after).bind(count).fetch_all().await
    }

    /// The place of the first sealed row of a chain that is from `since` or later.
    pub async fn first_audit_link(&mut self, chain: &str, since: i64) -> Result<Option<i64>, StorageError> {
        let sql = "SELECT seq FROM audit_events WHERE COALESCE(tenant_id, '') = $1 AND seq > 0 AND at >= $2
                   ORDER BY seq LIMIT 1";
        Ok(self.query(sql).bind(chain).bind(since).fetch_optional::<(i64,)>().await?.map(|(seq,)| seq))
    }
}

impl Transaction {
    /// Takes a chain, which is made if it is not there yet: until the end of the transaction nobody else does.
    pub async fn take_audit_chain(&mut self, chain: &str) -> Result<AuditChain, StorageError> {
        let sql = "INSERT INTO audit_chains (chain, head_seq, head_hash, tail_seq, tail_hash, mac)
                   VALUES ($1, 0, $2, 0, $2, '') ON CONFLICT (chain) DO NOTHING";
        self.query(sql).bind(chain).bind(Vec::new()).execute().await?;
        let sql = "UPDATE audit_chains SET head_seq = head_seq WHERE chain = $1";
        self.query(sql).bind(chain).execute().await?;
        let gone = || StorageError::Other("the chain of the audit log is gone".to_owned());
        self.find_audit_chain(chain).await?.ok_or_else(gone)
    }

    /// Seals a row; false if it was sealed before, or is gone.
    pub async fn seal_audit(&mut self, id: &str, seq: i64, hash: &[u8]) -> Result<bool, StorageError> {
        let sql = "UPDATE audit_events SET seq = $2, hash = $3 WHERE id = $1 AND seq IS NULL";
        Ok(self.query(sql).bind(id).bind(seq).bind(hash).execute().await? == 1)
    }

    /// Stores both ends of a chain.
    pub async fn store_audit_chain(&mut self, chain: &AuditChain) -> Result<(), StorageError> {
        let sql = "UPDATE audit_chains SET head_seq = $2, head_hash = $3, tail_seq = $4, tail_hash = $5, mac = $6
                   WHERE chain = $1";
        let statement = self.query(sql).bind(&chain.chain).bind(chain.head_seq).bind(chain.head_hash.as_slice());
        let statement = statement.bind(chain.tail_seq).bind(chain.tail_hash.as_slice()).bind(&chain.mac);
        statement.execute().await.map(drop)
    }

    /// Removes the rows of a chain up to a place; says how many.
    pub async fn sweep_audit(&mut self, chain: &str, up_to: i64) -> Result<u64, StorageError> {
        let sql = "DELETE FROM audit_events WHERE COALESCE(tenant_id, '') = $1 AND seq <= $2";
        self.query(sql).bind(chain).bind(up_to).execute().await
    }
}
