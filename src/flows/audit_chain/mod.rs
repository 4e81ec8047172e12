//! The audit log as a chain. What is written is sealed a moment later, by a job: each entry's hash covers the entry, its
//! place and the hash before it. Both ends of a chain are kept under a MAC by the master key, which is not in the database:
//! an entry that is changed, removed or cut off is noticed. That somebody who can write to the database began a chain anew
//! (the job seals what it finds unsealed), or put back an older state of the whole log, is noticed by a server that runs
//! meanwhile: it remembers how far a chain went. Across a restart it is seen only by comparing with an export, or with the
//! lines `audit.whole` of the server's log, kept elsewhere.
//!
//! There is one chain for each tenant, and the server's own under the empty name: each can be exported and checked alone.

mod export;
mod file;
mod seal;
mod verify;

pub use export::{ExportedEntry, LogWalk, csv_head};
pub use file::{ExportReport, ReadExport};
pub(super) use verify::SeenEnds;
pub use verify::{AuditCheck, ChainFault, ChainReport};

use crate::keys::Sealer;
use crate::storage::{AuditChain, AuditRow};
use aws_lc_rs::digest::{SHA256, digest};

/// The purpose under which both ends of a chain are authenticated.
const PURPOSE: &str = "audit-chain";

/// What an entry is sealed with: SHA-256 over the JSON array of its place, the hash before it in hex (empty for the
/// first), and its columns in the order of the table.
fn link(row: &AuditRow, seq: i64, previous: &[u8]) -> Vec<u8> {
    let who = (&row.actor_kind, &row.actor_id, &row.actor_name);
    let what = (&row.action, &row.target_kind, &row.target_id, &row.target_name);
    let canonical = (
        seq,
        hex::encode(previous),
        &row.id,
        &row.tenant_id,
        row.at,
        who.0,
        who.1,
        who.2,
        what.0,
        what.1,
        what.2,
        what.3,
        &row.detail,
        &row.address,
        &row.reference,
    );
    digest(&SHA256, &serde_json::to_vec(&canonical).unwrap_or_default()).as_ref().to_vec()
}

fn with_ends<T>(chain: &AuditChain, what: impl FnOnce(&[&[u8]]) -> T) -> T {
    let (head, tail) = (chain.head_seq.to_be_bytes(), chain.tail_seq.to_be_bytes());
    what(&[chain.chain.as_bytes(), &head, &chain.head_hash, &tail, &chain.tail_hash])
}

fn mac_of(sealer: &Sealer, chain: &AuditChain) -> String {
    with_ends(chain, |ends| sealer.mac(PURPOSE, ends))
}

/// Whether a server with this master key wrote these ends. Nobody has written those of a chain that has just been made.
fn is_ours(sealer: &Sealer, chain: &AuditChain) -> bool {
    let new = chain.head_seq == 0 && chain.tail_seq == 0 && chain.mac.is_empty();
    new || with_ends(chain, |ends| sealer.verify_mac(PURPOSE, ends, &chain.mac))
}

#[cfg(test)]
mod tests {
    use super::link;
    use crate::storage::AuditRow;

    fn row() -> AuditRow {
        let text = |text: &str| text.to_owned();
        AuditRow {
            id: text("1"),
            tenant_id: Some(text("acme")),
            at: 1_800_000_000,
            actor_kind: text("user"),
            actor_id: text("ada"),
            actor_name: text("ada@example.com"),
            action: text("client.created"),
            target_kind: text("client"),
            target_id: text("app"),
            target_name: text("The app"),
            detail: text("{}"),
            address: text("10.0.0.12"),
            reference: text("7K2Q-9M4D"),
            seq: None,
            hash: None,
        }
    }

    #[test]
    fn a_link_covers_every_column_the_place_and_what_is_before() {
        let changes: [fn(&mut AuditRow); 13] = [
            |row| row.id.push('x'),
            |row| row.tenant_id = None,
            |row| row.at += 1,
            |row| row.actor_kind.push('x'),
            |row| row.actor_id.push('x'),
            |row| row.actor_name.push('x'),
            |row| row.action.push('x'),
            |row| row.target_kind.push('x'),
            |row| row.target_id.push('x'),
            |row| row.target_name.push('x'),
            |row| row.detail.push(' '),
            |row| row.address.push('x'),
            |row| row.reference.push('x'),
        ];
        let whole = link(&row(), 7, b"before");
        for change in changes {
            let mut other = row();
            change(&mut other);
            assert_ne!(link(&other, 7, b"before"), whole, "{other:?}");
        }
        assert_ne!(link(&row(), 8, b"before"), whole);
        assert_ne!(link(&row(), 7, b"other"), whole);
        // What moves from one column to the next is another entry.
        let (mut one, mut other) = (row(), row());
        (one.actor_id, one.actor_name) = ("ab".to_owned(), "c".to_owned());
        (other.actor_id, other.actor_name) = ("a".to_owned(), "bc".to_owned());
        assert_ne!(link(&one, 1, b""), link(&other, 1, b""));
    }

    #[test]
    fn a_link_stays_what_it_was_in_versions_before() {
        let expected = "b935006f6c916114541548129f30dd8cebace3ac4ad6e7802a77de978362af86";
        assert_eq!(hex::encode(link(&row(), 1, b"")), expected);
    }
}
