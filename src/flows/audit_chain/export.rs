//! The audit log on its way out: as lines of JSON, which can be checked anywhere, or as CSV.

use crate::flows::Provider;
use crate::flows::admin::{AuditFilter, ReadAccess};
use crate::oauth::UnixTime;
use crate::storage::{AuditChain, AuditRow, StorageError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// Entries of one page of an export.
const PAGE: i64 = 500;

/// An entry as it is exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ExportedEntry {
    /// Its place in its chain.
    pub seq: Option<i64>,
    /// Its id.
    pub id: String,
    /// The tenant whose chain it is in; none: the server's own.
    pub tenant_id: Option<String>,
    /// When.
    pub at: String,
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
    /// Before and after.
    pub detail: Value,
    /// From which address.
    pub address: String,
    /// The request's reference.
    pub reference: String,
    /// What the entry before was sealed with, in hex.
    pub previous: String,
    /// What it is sealed with, in hex.
    pub hash: String,
}

impl ExportedEntry {
    /// A row as it is exported; `previous` is what the one before was sealed with.
    #[must_use]
    pub fn new(row: AuditRow, previous: &[u8]) -> Self {
        // An object that would not come back as it was stored goes out as the text that it is.
        let detail = serde_json::from_str(&row.detail).ok().filter(|value: &Value| {
            (value.is_object() || value.is_array()) && serde_json::to_string(value).is_ok_and(|text| text == row.detail)
        });
        Self {
            seq: row.seq,
            id: row.id,
            tenant_id: row.tenant_id,
            at: UnixTime(row.at).rfc3339(),
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            action: row.action,
            target_kind: row.target_kind,
            target_id: row.target_id,
            target_name: row.target_name,
            detail: detail.unwrap_or(Value::String(row.detail)),
            address: row.address,
            reference: row.reference,
            previous: hex::encode(previous),
            hash: row.hash.as_deref().map(hex::encode).unwrap_or_default(),
        }
    }

    /// The row again, as it is stored.
    pub(super) fn row(&self) -> Option<AuditRow> {
        let detail = match &self.detail {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(AuditRow {
            id: self.id.clone(),
            tenant_id: self.tenant_id.clone(),
            at: UnixTime::parse_rfc3339(&self.at)?.0,
            actor_kind: self.actor_kind.clone(),
            actor_id: self.actor_id.clone(),
            actor_name: self.actor_name.clone(),
            action: self.action.clone(),
            target_kind: self.target_kind.clone(),
            target_id: self.target_id.clone(),
            target_name: self.target_name.clone(),
            detail,
            address: self.address.clone(),
            reference: self.reference.clone(),
            seq: self.seq,
            hash: Some(hex::decode(&self.hash).ok()?),
        })
    }

    /// One line of JSON.
    #[must_use]
    pub fn json_line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// One line of CSV (RFC 4180), below [`csv_head`].
    #[must_use]
    pub fn csv_line(&self) -> String {
        let seq = self.seq.map(|seq| seq.to_string()).unwrap_or_default();
        let detail = self.row().map(|row| row.detail).unwrap_or_default();
        let cells = [
            &seq,
            &self.id,
            self.tenant_id.as_ref().unwrap_or(&String::new()),
            &self.at,
            &self.actor_kind,
            &self.actor_id,
            &self.actor_name,
            &self.action,
            &self.target_kind,
            &self.target_id,
            &self.target_name,
            &detail,
            &self.address,
            &self.reference,
            &self.previous,
            &self.hash,
        ]
        .map(|text| cell(text));
        cells.join(",") + "\r\n"
    }
}

/// The heads of the CSV.
#[must_use]
pub fn csv_head() -> &'static str {
    "Seq,Id,TenantId,At,ActorKind,ActorId,ActorName,Action,TargetKind,TargetId,TargetName,Detail,Address,Reference,Previous,Hash\r\n"
}

/// A cell. Spreadsheets run what begins like a formula, so it does not begin like one (CWE-1236).
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// An export under way: chain after chain, entry after entry, in the order in which they were sealed. A span of time is
/// without holes: it is cut where its first entry was sealed.
pub struct LogWalk {
    provider: Arc<Provider>,
    filter: AuditFilter,
    chains: Vec<AuditChain>,
    /// Where we are in the first of them; none: not begun.
    at: Option<(i64, Vec<u8>)>,
}

impl Provider {
    /// Begins an export of what a tenant may see, or of all chains. The server's own chain is for the only tenant, or for
    /// whoever may see all: with several it tells one tenant of another's people.
    pub async fn walk_audit(
        self: &Arc<Self>,
        by: Option<&ReadAccess>,
        filter: AuditFilter,
    ) -> Result<LogWalk, StorageError> {
        self.seal_audit().await?;
        let mut reader = self.database.read().await?;
        let mut chains = reader.audit_chains().await?;
        if let Some(by) = by {
            let alone = reader.is_only_tenant(by.tenant_id()).await?;
            chains.retain(|ends| ends.chain == by.tenant_id().as_str() || (alone && ends.chain.is_empty()));
        }
        Ok(LogWalk { provider: Arc::clone(self), filter, chains, at: None })
    }
}

impl LogWalk {
    /// Some more entries; none at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<ExportedEntry>>, StorageError> {
        while let Some(ends) = self.chains.first() {
            let chain = ends.chain.clone();
            let (after, mut previous) = match self.at.take() {
                Some(at) => at,
                None => self.begin(&chain).await?,
            };
            let rows = self.provider.database.read().await?.audit_links(&chain, after, PAGE).await?;
            let Some(last) = rows.last() else {
                self.chains.remove(0);
                continue;
            };
            self.at = Some((last.seq.unwrap_or(i64::MAX), last.hash.clone().unwrap_or_default()));
            let mut entries = Vec::new();
            for row in rows {
                let own = row.hash.clone().unwrap_or_default();
                if is_asked_for(&row, &self.filter) {
                    entries.push(ExportedEntry::new(row, &previous));
                }
                previous = own;
            }
            return Ok(Some(entries));
        }
        Ok(None)
    }

    /// The place before the first entry that is asked for, and what is sealed there.
    async fn begin(&self, chain: &str) -> Result<(i64, Vec<u8>), StorageError> {
        let mut reader = self.provider.database.read().await?;
        let ends = self.chains.first().map_or((0, Vec::new()), |ends| (ends.tail_seq, ends.tail_hash.clone()));
        let Some(since) = self.filter.since else { return Ok(ends) };
        let Some(first) = reader.first_audit_link(chain, since.0).await? else { return Ok((i64::MAX, Vec::new())) };
        let before = reader.audit_links(chain, first - 2, 1).await?;
        let before = before.into_iter().find(|row| row.seq == Some(first - 1)).and_then(|row| row.hash);
        Ok(before.map_or(ends.clone(), |hash| (first - 1, hash)))
    }
}

/// Where an export begins is settled by its walk; everything else is asked of each entry.
fn is_asked_for(row: &AuditRow, filter: &AuditFilter) -> bool {
    let about = |asked: &Option<String>, own: &str| asked.as_deref().is_none_or(|asked| asked == own);
    let holds = |text: &str| {
        let all = [&row.actor_name, &row.action, &row.target_name, &row.target_id, &row.address, &row.reference];
        all.into_iter().any(|own| own.to_lowercase().contains(&text.to_lowercase()))
    };
    about(&filter.target_kind, &row.target_kind)
        && about(&filter.target_id, &row.target_id)
        && filter.until.is_none_or(|until| UnixTime(row.at) < until)
        && filter.text.as_deref().is_none_or(holds)
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_of_a_spreadsheet_begins_like_a_formula() {
        let rows = [
            ("plain", "plain"),
            ("=cmd()", "'=cmd()"),
            ("@x,y", "\"'@x,y\""),
            ("-1", "'-1"),
            ("say \"hi\"\nthere", "\"say \"\"hi\"\"\nthere\""),
            ("", ""),
        ];
        for (text, expected) in rows {
            assert_eq!(cell(text), expected);
        }
    }
}
