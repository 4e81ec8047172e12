//! Checking an export: by itself, and against the store.

use super::export::ExportedEntry;
use super::link;
use super::verify::ChainFault;
use crate::flows::Provider;
use crate::oauth::UnixTime;
use crate::storage::StorageError;
use std::collections::BTreeMap;

/// Entries of the store that are read at a time.
const PAGE: i64 = 500;

/// What the entry before is sealed with, and what the entry itself is.
type Link = (Vec<u8>, Vec<u8>);

/// What an export says of its entries, by chain and place: what each is sealed with, and what the one before was.
#[derive(Debug, Default)]
pub struct ReadExport {
    entries: BTreeMap<String, BTreeMap<i64, Link>>,
    report: ExportReport,
    lines: usize,
}

/// What was found of an export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportReport {
    /// How many entries were checked.
    pub entries: u64,
    /// From when the first and the last are.
    pub span: Option<(UnixTime, UnixTime)>,
    /// What is wrong: the chain and the fault.
    pub faults: Vec<(String, ChainFault)>,
}

impl ReadExport {
    /// Takes one line. Empty ones are left out.
    pub fn take(&mut self, line: &str) {
        self.lines += 1;
        if line.trim().is_empty() {
            return;
        }
        let entry = serde_json::from_str::<ExportedEntry>(line).ok();
        let read = entry.and_then(|entry| Some((entry.seq?, entry.row()?, hex::decode(&entry.previous).ok()?)));
        let Some((seq, row, previous)) = read else {
            self.report.faults.push((String::new(), ChainFault::Unreadable(self.lines)));
            return;
        };
        let chain = row.tenant_id.clone().unwrap_or_default();
        let hash = row.hash.clone().unwrap_or_default();
        let at = UnixTime(row.at);
        self.report.entries += 1;
        self.report.span = Some(self.report.span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        let twice = self.entries.entry(chain.clone()).or_default().insert(seq, (previous.clone(), hash.clone()));
        if link(&row, seq, &previous) != hash || twice.is_some() {
            self.report.faults.push((chain, ChainFault::Changed(seq)));
        }
    }

    /// Whether nothing was taken yet but empty lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.report.entries == 0 && self.report.faults.is_empty()
    }

    /// What is wrong with all that was taken. `whole`: entries that are missing in between count.
    #[must_use]
    pub fn report(&self, whole: bool) -> ExportReport {
        let mut report = self.report.clone();
        for (chain, entries) in &self.entries {
            let mut before: Option<(i64, &Vec<u8>)> = None;
            for (seq, (previous, hash)) in entries {
                match before {
                    Some((last, _)) if last + 1 != *seq && whole => {
                        report.faults.push((chain.clone(), ChainFault::Missing(last + 1, seq - 1)));
                    }
                    Some((last, _)) if last + 1 != *seq => {}
                    Some((_, last)) if last != previous => {
                        report.faults.push((chain.clone(), ChainFault::Changed(*seq)));
                    }
                    _ => {}
                }
                before = Some((*seq, hash));
            }
        }
        report.faults.dedup();
        report
    }
}

impl Provider {
    /// What an export has that the store does not have, or has otherwise. What was swept since is not missed.
    pub async fn compare_export(&self, export: &ReadExport) -> Result<Vec<(String, ChainFault)>, StorageError> {
        let mut faults = Vec::new();
        for (chain, entries) in &export.entries {
            let ends = self.database.read().await?.find_audit_chain(chain).await?;
            let kept_after = ends.map_or(0, |ends| ends.tail_seq);
            let mut wanted = entries.range(kept_after + 1..).peekable();
            let mut at = wanted.peek().map_or(i64::MAX, |(seq, _)| **seq - 1);
            let mut stored = BTreeMap::new();
            for (seq, (_, hash)) in wanted {
                if *seq > at {
                    stored = BTreeMap::new();
                    for row in self.database.read().await?.audit_links(chain, *seq - 1, PAGE).await? {
                        stored.insert(row.seq.unwrap_or_default(), row.hash.unwrap_or_default());
                    }
                    at = stored.last_key_value().map_or(i64::MAX, |(last, _)| *last);
                }
                if stored.get(seq) != Some(hash) {
                    faults.push((chain.clone(), ChainFault::NotInStore(*seq)));
                }
            }
        }
        Ok(faults)
    }
}
