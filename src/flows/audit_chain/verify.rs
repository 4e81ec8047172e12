//! Checking the chains in the database.

use super::{is_ours, link};
use crate::flows::Provider;
use crate::flows::admin::ReadAccess;
use crate::oauth::{TenantId, UnixTime};
use crate::storage::{AuditChain, AuditRow, StorageError};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Entries that are read at a time.
const PAGE: i64 = 500;
/// Most faults of a chain that are told one by one.
const MOST_FAULTS: usize = 100;
/// How often a chain is checked anew because it was swept meanwhile.
const ATTEMPTS: u32 = 3;

/// Something is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainFault {
    /// Entries are gone: from this place to that.
    Missing(i64, i64),
    /// The entry at this place is not the one that was sealed there.
    Changed(i64),
    /// What is known of the chain's ends was not written by a server with this master key.
    Forged,
    /// The chain is not the one that this process has seen: it had this entry, sealed otherwise, or went as far as it.
    BegunAnew(i64),
    /// A line of an export cannot be read.
    Unreadable(usize),
    /// The store has another entry at this place, or none.
    NotInStore(i64),
}

impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(from, to) if from == to => write!(f, "entry {from} is missing"),
            Self::Missing(from, to) => write!(f, "entries {from} to {to} are missing"),
            Self::Changed(seq) => write!(f, "entry {seq} is not what was sealed"),
            Self::Forged => f.write_str("the ends of the chain were written by someone without the master key"),
            Self::BegunAnew(seq) => write!(f, "the chain was begun anew or cut: entry {seq} was there and is no more"),
            Self::Unreadable(line) => write!(f, "line {line} cannot be read"),
            Self::NotInStore(seq) => write!(f, "entry {seq} is not the one in the store"),
        }
    }
}

/// What was found of one chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// The tenant's id; empty for the server's own.
    pub chain: String,
    /// How many entries were checked.
    pub entries: u64,
    /// How many were swept because of their age.
    pub swept: i64,
    /// From when the oldest is.
    pub since: Option<UnixTime>,
    /// What is wrong, at most 100 faults.
    pub faults: Vec<ChainFault>,
}

/// What was found of all chains, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditCheck {
    /// When.
    pub at: UnixTime,
    /// One for each chain.
    pub chains: Vec<ChainReport>,
    /// The tenant, if there was only one.
    pub only_tenant: Option<TenantId>,
}

impl AuditCheck {
    /// The same for what a tenant may see: its own chain, and the server's as long as no other tenant is there, as the list of
    /// the log does.
    #[must_use]
    pub fn of_tenant(&self, by: &ReadAccess) -> Self {
        let alone = self.only_tenant.as_ref() == Some(by.tenant_id());
        let own = |report: &&ChainReport| match report.chain.as_str() {
            "" => alone,
            chain => chain == by.tenant_id().as_str(),
        };
        let chains = self.chains.iter().filter(own).cloned().collect();
        Self { at: self.at, chains, only_tenant: self.only_tenant.clone() }
    }

    /// Entries checked.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.chains.iter().map(|chain| chain.entries).sum()
    }

    /// From when the oldest entry is.
    #[must_use]
    pub fn since(&self) -> Option<UnixTime> {
        self.chains.iter().filter_map(|chain| chain.since).min()
    }

    /// All that is wrong.
    pub fn faults(&self) -> impl Iterator<Item = (&str, &ChainFault)> {
        self.chains.iter().flat_map(|chain| chain.faults.iter().map(|fault| (chain.chain.as_str(), fault)))
    }
}

/// How far each chain went when it was last found whole: its end. Somebody who can write to the database can begin a chain
/// anew, or put back an older one that a server has signed; what this process remembers is out of their reach.
pub(in crate::flows) type SeenEnds = BTreeMap<String, (i64, Vec<u8>)>;

/// Walks along a chain.
struct Walk {
    seq: i64,
    /// What the entry before was sealed with; none behind a hole.
    hash: Option<Vec<u8>>,
    report: ChainReport,
}

impl Walk {
    fn tell(&mut self, fault: ChainFault) {
        if self.report.faults.len() < MOST_FAULTS {
            self.report.faults.push(fault);
        }
    }

    fn step(&mut self, row: &AuditRow) {
        let seq = row.seq.unwrap_or_default();
        if seq != self.seq + 1 {
            self.tell(ChainFault::Missing(self.seq + 1, seq - 1));
            self.hash = None;
        }
        if let Some(previous) = &self.hash
            && row.hash.as_deref() != Some(link(row, seq, previous).as_slice())
        {
            self.tell(ChainFault::Changed(seq));
        }
        self.seq = seq;
        self.hash.clone_from(&row.hash);
        self.report.entries += 1;
        self.report.since.get_or_insert(UnixTime(row.at));
    }

    fn end(mut self, ends: &AuditChain) -> ChainReport {
        if self.seq < ends.head_seq {
            self.tell(ChainFault::Missing(self.seq + 1, ends.head_seq));
        } else if self.hash.as_ref().is_some_and(|hash| *hash != ends.head_hash) {
            self.tell(ChainFault::Changed(self.seq));
        }
        self.report
    }
}

impl Provider {
    /// Checks every chain, after sealing what is new, and remembers what was found.
    pub async fn check_audit(&self) -> Result<Arc<AuditCheck>, StorageError> {
        // One check at a time: an older one would find the chain shorter than a newer one has seen it.
        let mut seen = self.audit_seen.lock().await;
        self.seal_audit().await?;
        let mut chains = Vec::new();
        for ends in self.database.read().await?.audit_chains().await? {
            let mut report = self.check_chain(&ends).await?;
            if let Some(fault) = self.is_another(&ends, seen.get(&ends.chain)).await? {
                report.faults.insert(0, fault);
            } else if report.faults.is_empty() {
                // Who keeps the log lines elsewhere can compare across restarts, too.
                tracing::info!(
                    event = "audit.whole",
                    chain = ends.chain,
                    seq = ends.head_seq,
                    hash = hex::encode(&ends.head_hash)
                );
                seen.insert(ends.chain, (ends.head_seq, ends.head_hash));
            }
            chains.push(report);
        }
        let gone = seen.iter().filter(|(chain, _)| chains.iter().all(|report| report.chain != **chain));
        let gone = gone.map(|(chain, (seq, _))| {
            let faults = vec![ChainFault::BegunAnew(*seq)];
            ChainReport { chain: chain.clone(), entries: 0, swept: 0, since: None, faults }
        });
        let gone: Vec<ChainReport> = gone.collect();
        chains.extend(gone);
        let tenants = self.database.read().await?.list_tenants().await?;
        let only_tenant = match tenants.as_slice() {
            [only] => Some(only.id.clone()),
            _ => None,
        };
        let check = Arc::new(AuditCheck { at: self.clock.now(), chains, only_tenant });
        for (chain, fault) in check.faults() {
            tracing::error!(event = "audit.broken", chain, %fault);
        }
        self.audit_check.store(Some(Arc::clone(&check)));
        Ok(check)
    }

    /// What the last check of this process found.
    #[must_use]
    pub fn last_audit_check(&self) -> Option<Arc<AuditCheck>> {
        self.audit_check.load_full()
    }

    /// Whether this is another chain than the one that was seen.
    async fn is_another(
        &self,
        ends: &AuditChain,
        seen: Option<&(i64, Vec<u8>)>,
    ) -> Result<Option<ChainFault>, StorageError> {
        let Some((seq, hash)) = seen else { return Ok(None) };
        let there = match ends.head_seq.cmp(seq) {
            Ordering::Less => None,
            Ordering::Equal => Some(ends.head_hash.clone()),
            Ordering::Greater => {
                let found = self.database.read().await?.audit_links(&ends.chain, seq - 1, 1).await?;
                // One that was swept since is not missed, nor told twice if it is missing.
                found.into_iter().find(|row| row.seq == Some(*seq)).map_or_else(|| Some(hash.clone()), |row| row.hash)
            }
        };
        Ok((there.as_ref() != Some(hash)).then_some(ChainFault::BegunAnew(*seq)))
    }

    async fn check_chain(&self, ends: &AuditChain) -> Result<ChainReport, StorageError> {
        let mut ends = ends.clone();
        for attempt in 1.. {
            let report = self.walk(&ends).await?;
            let now = self.database.read().await?.find_audit_chain(&ends.chain).await?;
            match now {
                // What was swept while we walked looked missing.
                Some(now) if now.tail_seq != ends.tail_seq && attempt < ATTEMPTS => ends = now,
                _ => return Ok(report),
            }
        }
        unreachable!("the last attempt returns")
    }

    async fn walk(&self, ends: &AuditChain) -> Result<ChainReport, StorageError> {
        let report = ChainReport {
            chain: ends.chain.clone(),
            entries: 0,
            swept: ends.tail_seq,
            since: None,
            faults: if is_ours(&self.sealer, ends) { Vec::new() } else { vec![ChainFault::Forged] },
        };
        let mut walk = Walk { seq: ends.tail_seq, hash: Some(ends.tail_hash.clone()), report };
        loop {
            let rows = self.database.read().await?.audit_links(&ends.chain, walk.seq, PAGE).await?;
            let new = |row: &&AuditRow| row.seq.is_some_and(|seq| seq <= ends.head_seq);
            let known: Vec<_> = rows.iter().filter(new).collect();
            if known.is_empty() {
                return Ok(walk.end(ends));
            }
            for row in known {
                walk.step(row);
            }
        }
    }
}
