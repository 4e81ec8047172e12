//! What is seen of clients, in memory until the next batch: folded, counted, and bounded.

use super::{Sighting, Trace};
use crate::oauth::{
    Activity, ActivityKind, Client, ClientId, ReasonCode, TenantId, TokenCount, UnixTime, program_name,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

/// Most rows that wait to be written. What comes beyond is counted, and otherwise forgotten.
const MOST_PENDING: usize = 10_000;
/// Most rows that strangers add to one client in one batch.
const MOST_OF_STRANGERS: u32 = 10;
/// Rows and counts written at once.
const BATCH: usize = 300;
/// What is granted again within this many seconds is one row; what is refused, within a tenth of it.
const SLOT: i64 = 600;
/// New rows of a client after which it is looked whether there are too many.
const TRIM_AFTER: u32 = 25;
/// Longest text kept of a request, in bytes.
const LONGEST: usize = 200;

/// What makes two sightings one row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Fold {
    client: ClientId,
    slot: i64,
    kind: ActivityKind,
    reason: Option<ReasonCode>,
    proven: bool,
    detail: String,
    address: String,
    agent: String,
}

#[derive(Debug, Clone)]
struct Tally {
    reference: String,
    first_at: UnixTime,
    last_at: UnixTime,
    times: i64,
}

/// What is not yet written.
#[derive(Debug, Default)]
pub(in crate::flows) struct ActivityLog(Mutex<Pending>);

#[derive(Debug, Default)]
struct Pending {
    rows: HashMap<Fold, Tally>,
    strangers: HashMap<ClientId, u32>,
    /// By the hour, of which there is one at a time but for a moment.
    counts: HashMap<UnixTime, HashMap<ClientId, Counted>>,
    /// New rows of a client since it was last trimmed.
    grown: HashMap<ClientId, u32>,
}

/// How often a client's requests for tokens were granted and refused within an hour.
#[derive(Debug, Clone)]
struct Counted {
    tenant: TenantId,
    issued: i64,
    refused: i64,
}

/// What one batch writes, in an order that is the same on all nodes: they never wait for each other in a circle.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub rows: Vec<(ClientId, i64, Activity)>,
    pub of_clients: Vec<(ClientId, TokenCount)>,
    pub of_tenants: Vec<(TenantId, TokenCount)>,
    pub trim: Vec<ClientId>,
}

impl ActivityLog {
    pub(super) fn note(&self, seen: &Sighting<'_>, trace: Trace<'_>, now: UnixTime) {
        let refused = seen.reason.is_some();
        let slot = if refused { SLOT / 10 } else { SLOT };
        let fold = Fold {
            client: seen.client.id.clone(),
            slot: now.beginning_of(slot).0,
            kind: seen.kind,
            reason: seen.reason,
            proven: seen.proven,
            detail: cut(&seen.detail, LONGEST),
            address: cut(trace.address, 64),
            agent: cut(&program_name(trace.agent), 80),
        };
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.kind.is_token_request() {
            pending.count(seen.client, refused, now);
        }
        if let Some(tally) = pending.rows.get_mut(&fold) {
            tally.times += 1;
            tally.last_at = tally.last_at.max(now);
            trace.reference.clone_into(&mut tally.reference);
        } else if pending.has_room_for(&fold) {
            let reference = trace.reference.to_owned();
            pending.rows.insert(fold, Tally { reference, first_at: now, last_at: now, times: 1 });
        }
    }

    /// Takes the next batch out.
    pub(super) fn take(&self) -> Batch {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pending.take()
    }
}

impl Pending {
    fn count(&mut self, client: &Client, refused: bool, now: UnixTime) {
        let (issued, refused) = if refused { (0, 1) } else { (1, 0) };
        let of_hour = self.counts.entry(now.beginning_of(3_600)).or_default();
        // Names are copied for the first of a batch only: this is on every token's way.
        if let Some(counted) = of_hour.get_mut(&client.id) {
            counted.issued += issued;
            counted.refused += refused;
        } else {
            let tenant = client.tenant_id.clone();
            of_hour.insert(client.id.clone(), Counted { tenant, issued, refused });
        }
    }

    fn has_room_for(&mut self, fold: &Fold) -> bool {
        if self.rows.len() >= MOST_PENDING {
            return false;
        }
        if fold.proven {
            return true;
        }
        let known = self.strangers.entry(fold.client.clone()).or_default();
        *known += 1;
        *known <= MOST_OF_STRANGERS
    }

    /// Takes a batch, those who have proven something first. What strangers let wait is only looked through, not copied:
    /// whoever asks for a token waits for this.
    fn take(&mut self) -> Batch {
        let mut folds: Vec<(Fold, Tally)> = Vec::new();
        for proven in [true, false] {
            let room = BATCH - folds.len();
            folds.extend(self.rows.extract_if(|fold, _| fold.proven == proven).take(room));
        }
        let mut batch = Batch::default();
        for (fold, _) in &folds {
            let grown = self.grown.entry(fold.client.clone()).or_default();
            *grown += 1;
            if *grown >= TRIM_AFTER {
                batch.trim.push(fold.client.clone());
                self.grown.remove(&fold.client);
            }
        }
        batch.trim.sort_unstable();
        batch.trim.dedup();
        folds.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        batch.rows = folds.into_iter().map(|(fold, tally)| row(fold, tally)).collect();
        self.take_counts(&mut batch);
        if self.rows.is_empty() {
            self.strangers.clear();
        }
        if self.grown.len() > MOST_PENDING {
            self.grown.clear();
        }
        batch
    }

    /// Counts of some clients, and the sums of those by their tenants.
    fn take_counts(&mut self, batch: &mut Batch) {
        let mut of_tenants = BTreeMap::new();
        for (hour, of_hour) in &mut self.counts {
            for (client, counted) in of_hour.extract_if(|_, _| true).take(BATCH - batch.of_clients.len()) {
                let Counted { tenant, issued, refused } = counted;
                let sum: &mut (i64, i64) = of_tenants.entry((tenant, *hour)).or_default();
                *sum = (sum.0 + issued, sum.1 + refused);
                batch.of_clients.push((client, TokenCount { hour: *hour, issued, refused }));
            }
        }
        self.counts.retain(|_, of_hour| !of_hour.is_empty());
        batch.of_clients.sort_unstable_by(|one, other| (&one.0, one.1.hour).cmp(&(&other.0, other.1.hour)));
        let sum = |((tenant, hour), (issued, refused))| (tenant, TokenCount { hour, issued, refused });
        batch.of_tenants = of_tenants.into_iter().map(sum).collect();
    }
}

fn row(fold: Fold, tally: Tally) -> (ClientId, i64, Activity) {
    let seen = Activity {
        kind: fold.kind,
        reason: fold.reason,
        proven: fold.proven,
        detail: fold.detail,
        address: fold.address,
        agent: fold.agent,
        reference: tally.reference,
        first_at: tally.first_at,
        last_at: tally.last_at,
        times: tally.times,
    };
    (fold.client, fold.slot, seen)
}

impl Batch {
    pub(super) const fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.of_clients.is_empty() && self.of_tenants.is_empty()
    }
}

/// At most so many bytes, without anything that moves a cursor.
fn cut(text: &str, most: usize) -> String {
    let text = &text[..text.floor_char_boundary(most)];
    // Hardly any text has one, and this is on every token's way.
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::ClientType;

    const TRACE: Trace<'static> = Trace { address: "192.0.2.1", agent: "curl/8", reference: "7K2Q-9M4D" };

    fn client() -> Client {
        crate::oauth::test_client::client(ClientType::ClientCredentials)
    }

    fn see(log: &ActivityLog, client: &Client, reason: Option<u16>, proven: bool, detail: &str, at: i64) {
        let (kind, detail) = (ActivityKind::ClientToken, detail.to_owned());
        let seen = Sighting { client, kind, reason: reason.map(ReasonCode), proven, detail };
        log.note(&seen, TRACE, UnixTime(at));
    }

    #[test]
    fn the_same_thing_within_a_slot_is_one_row() {
        let (log, client) = (ActivityLog::default(), client());
        for at in [0, 1, 599, 600] {
            see(&log, &client, None, true, "", at);
        }
        for at in [0, 59, 60] {
            see(&log, &client, Some(2203), true, "expired", at);
        }
        let batch = log.take();
        let rows: Vec<_> = batch.rows.iter().map(|(_, slot, seen)| (*slot, seen.times, seen.last_at.0)).collect();
        assert_eq!(rows.len(), 4, "{rows:?}");
        assert!(rows.contains(&(0, 3, 599)) && rows.contains(&(600, 1, 600)) && rows.contains(&(0, 2, 59)), "{rows:?}");
        let [(_, count)] = batch.of_clients.as_slice() else { panic!("{batch:?}") };
        assert_eq!((count.hour.0, count.issued, count.refused), (0, 4, 3));
        assert!(log.take().is_empty());
    }

    #[test]
    fn what_clients_are_counted_for_is_counted_for_their_tenant() {
        let (log, one) = (ActivityLog::default(), client());
        let other = Client { id: ClientId::new("another"), ..client() };
        for (client, reason, at) in [(&one, None, 0), (&one, None, 1), (&other, Some(2203), 2), (&other, None, 3_600)] {
            see(&log, client, reason, true, "", at);
        }
        let batch = log.take();
        let sums =
            |hour, issued, refused| (one.tenant_id.clone(), TokenCount { hour: UnixTime(hour), issued, refused });
        assert_eq!(batch.of_tenants, [sums(0, 2, 1), sums(3_600, 1, 0)]);
        assert_eq!(batch.of_clients.len(), 3);
        assert!(log.take().is_empty());
    }

    #[test]
    fn strangers_fill_a_batch_only_so_far_and_come_last() {
        let (log, client) = (ActivityLog::default(), client());
        for n in 0..1_000 {
            see(&log, &client, Some(2202), false, &format!("{n}"), n);
        }
        see(&log, &client, Some(2203), true, "expired", 1_000);
        let batch = log.take();
        assert_eq!(batch.rows.len(), 11);
        assert_eq!(batch.of_clients[0].1.refused, 1_001, "they are counted all the same");
    }

    #[test]
    fn ds_07_no_more_waits_than_there_is_room_for() {
        let (log, client) = (ActivityLog::default(), client());
        for n in 0..MOST_PENDING + 5 {
            see(&log, &client, None, true, &n.to_string(), 0);
        }
        let mut rows = 0;
        loop {
            let batch = log.take();
            if batch.is_empty() {
                break;
            }
            assert!(batch.rows.len() <= BATCH);
            rows += batch.rows.len();
        }
        assert_eq!(rows, MOST_PENDING);
    }

    #[test]
    fn texts_are_cut_and_move_no_cursor() {
        assert_eq!(cut("a\u{1b}[2Jé", 5), "a [2J");
        assert_eq!(cut("ééé", 3), "é");
    }
}
