//! Sealing what is new, and sweeping what is old, without breaking the chain.

use super::{is_ours, link, mac_of};
use crate::flows::Provider;
use crate::flows::sweep::rest;
use crate::oauth::UnixTime;
use crate::storage::{AuditChain, AuditRow, StorageError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Entries that are sealed in one transaction: short enough for others not to wait.
const BATCH: i64 = 200;
/// Entries that are swept in one transaction.
const SWEPT: i64 = 500;
/// Batches of one run. What is left is for the next: the server can stop in between.
const MOST_BATCHES: u32 = 100;

impl Provider {
    /// Seals the entries of the audit log that are not sealed yet; says how many. Nodes that do this at once take turns.
    pub async fn seal_audit(&self) -> Result<u64, StorageError> {
        let mut sealed = 0;
        for _ in 0..MOST_BATCHES {
            let rows = self.database.read().await?.unsealed_audit(BATCH).await?;
            let full = i64::try_from(rows.len()).is_ok_and(|count| count == BATCH);
            let mut chains: BTreeMap<String, Vec<AuditRow>> = BTreeMap::new();
            for row in rows {
                chains.entry(row.tenant_id.clone().unwrap_or_default()).or_default().push(row);
            }
            for (chain, rows) in chains {
                sealed += self.seal_rows(chain, rows).await?;
            }
            if !full {
                break;
            }
        }
        Ok(sealed)
    }

    async fn seal_rows(&self, chain: String, rows: Vec<AuditRow>) -> Result<u64, StorageError> {
        let (rows, sealer) = (Arc::new(rows), self.sealer.clone());
        self.database
            .write(move |tx| {
                let (chain, rows, sealer) = (chain.clone(), Arc::clone(&rows), sealer.clone());
                Box::pin(async move {
                    let mut ends = tx.take_audit_chain(&chain).await?;
                    // A forged end stays one: nothing that is sealed behind it makes it good.
                    let ours = is_ours(&sealer, &ends);
                    let mut count = 0;
                    for row in rows.iter() {
                        let seq = ends.head_seq + 1;
                        let hash = link(row, seq, &ends.head_hash);
                        if tx.seal_audit(&row.id, seq, &hash).await? {
                            (ends.head_seq, ends.head_hash) = (seq, hash);
                            count += 1;
                        }
                    }
                    if ours {
                        ends.mac = mac_of(&sealer, &ends);
                    }
                    tx.store_audit_chain(&ends).await?;
                    Ok(count)
                })
            })
            .await
    }

    /// Removes entries from before `before`, the oldest of each chain first, and remembers where the chain begins now.
    /// Says whether some are left.
    pub async fn sweep_audit(&self, before: UnixTime) -> Result<bool, StorageError> {
        let mut more = false;
        let chains = self.database.read().await?.audit_chains().await?;
        for chain in chains {
            let mut left = true;
            for _ in 0..MOST_BATCHES {
                let began = tokio::time::Instant::now();
                left = self.sweep_links(&chain.chain, before).await?;
                if !left {
                    break;
                }
                rest(began).await;
            }
            more |= left;
        }
        Ok(more)
    }

    /// Removes a few; says whether there may be more.
    async fn sweep_links(&self, chain: &str, before: UnixTime) -> Result<bool, StorageError> {
        let (chain, sealer) = (chain.to_owned(), self.sealer.clone());
        self.database
            .write(move |tx| {
                let (chain, sealer) = (chain.clone(), sealer.clone());
                Box::pin(async move {
                    let mut ends = tx.take_audit_chain(&chain).await?;
                    let ours = is_ours(&sealer, &ends);
                    let rows = tx.audit_links(&chain, ends.tail_seq, SWEPT).await?;
                    let Some(last) = last_to_sweep(&rows, &ends, before) else { return Ok(false) };
                    (ends.tail_seq, ends.tail_hash) =
                        (last.seq.unwrap_or_default(), last.hash.clone().unwrap_or_default());
                    tx.sweep_audit(&chain, ends.tail_seq).await?;
                    if ours {
                        ends.mac = mac_of(&sealer, &ends);
                    }
                    tx.store_audit_chain(&ends).await?;
                    Ok(true)
                })
            })
            .await
    }
}

/// The last of the old entries. A hole or a changed entry stays where it is: sweeping must not hide it.
fn last_to_sweep<'a>(rows: &'a [AuditRow], ends: &AuditChain, before: UnixTime) -> Option<&'a AuditRow> {
    let (mut seq, mut hash) = (ends.tail_seq, &ends.tail_hash);
    let whole = rows.iter().take_while(|row| {
        let next = seq + 1;
        let Some(own) = row.hash.as_ref() else { return false };
        let old = UnixTime(row.at) < before;
        let unbroken = row.seq == Some(next) && link(row, next, hash) == *own;
        (seq, hash) = (next, own);
        old && unbroken
    });
    whole.last()
}
