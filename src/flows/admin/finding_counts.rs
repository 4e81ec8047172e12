//! How many findings of the security review are open: for the menu of every page, so it is asked for once a minute.

use super::ReadAccess;
use crate::flows::Provider;
use crate::oauth::{TenantId, UnixTime};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long a number is good for, in seconds.
const FRESH: i64 = 60;
/// So many tenants are remembered.
const MOST: usize = 1_000;

/// The last number of each tenant, and when it was counted.
#[derive(Debug, Default)]
pub(in crate::flows) struct FindingCounts(Mutex<HashMap<TenantId, (UnixTime, usize)>>);

impl FindingCounts {
    fn known(&self, tenant: &TenantId, now: UnixTime) -> Option<usize> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(tenant).filter(|(at, _)| now.since(*at) < FRESH).map(|(_, count)| *count)
    }

    /// Keeps a number that was just counted.
    pub(super) fn keep(&self, tenant: &TenantId, count: usize, now: UnixTime) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST {
            counts.clear();
        }
        counts.insert(tenant.clone(), (now, count));
    }
}

impl Provider {
    /// How many findings are open; 0 as well if that cannot be told now. It may be a minute old.
    pub async fn count_findings(&self, by: &ReadAccess) -> usize {
        if let Some(known) = self.findings.known(by.tenant_id(), self.clock.now()) {
            return known;
        }
        // What is found is kept along the way.
        let found = self.review(by).await;
        found.map_or(0, |found| found.iter().filter(|finding| finding.accepted.is_none()).count())
    }
}
