//! How often each client and each user calls the API, counted in memory: on each node by itself.

use super::{Caller, Provider, Throttled, Who};
use crate::oauth::{Allowance, ClientId, UnixTime};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Callers that are kept in mind before those are forgotten who have used nothing.
const LEAST_KEPT: usize = 1_024;

/// Who has used how much.
#[derive(Debug, Default)]
pub(super) struct ApiCalls(Mutex<Used>);

#[derive(Debug, Default)]
struct Used {
    callers: HashMap<String, Allowance>,
    /// At so many callers the next look around is due.
    full_at: usize,
}

impl ApiCalls {
    fn take(&self, caller: String, per_minute: u32, now: UnixTime) -> Result<(), i64> {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if used.callers.len() >= used.full_at.max(LEAST_KEPT) {
            used.callers.retain(|_, allowance| !allowance.is_full(per_minute, now));
            used.full_at = used.callers.len() * 2;
        }
        used.callers.entry(caller).or_insert(Allowance::full(now)).take(per_minute, now)
    }
}

impl Provider {
    /// Counts a call. Refused if the client, or the user through whichever client, calls too often: a new token is no way
    /// around it.
    pub fn count_call(&self, caller: &Caller) -> Result<(), Throttled> {
        let name = match caller.who() {
            Who::Client(_) => format!("client {}", caller.client_id()),
            Who::User(id, _) => format!("user {id}"),
        };
        self.take_call(name)
    }

    /// Counts a token that a client asked about and that is not alive: whoever tries out texts has to wait. What guards an
    /// API asks about living ones, as often as it likes.
    pub(super) fn count_dead_token(&self, client: &ClientId) -> Result<(), Throttled> {
        self.take_call(format!("introspection {client}"))
    }

    fn take_call(&self, caller: String) -> Result<(), Throttled> {
        let taken = self.api_calls.take(caller, self.settings.api_calls_per_minute, self.clock.now());
        taken.map_err(|retry_after| Throttled { retry_after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_has_an_allowance_of_their_own_and_is_forgotten_when_it_is_full() {
        let (calls, start) = (ApiCalls::default(), UnixTime(0));
        assert!(calls.take("a".to_owned(), 1, start).is_ok());
        assert_eq!(calls.take("a".to_owned(), 1, start), Err(60));
        for number in 0..LEAST_KEPT {
            assert!(calls.take(number.to_string(), 1, start).is_ok(), "{number}");
        }
        assert_eq!(calls.take("a".to_owned(), 1, start), Err(60), "looking around forgives nothing");
        assert!(calls.take("b".to_owned(), 1, start.plus(60)).is_ok());
        for number in 0..2 * LEAST_KEPT {
            let _ = calls.take(format!("later {number}"), 1, start.plus(60));
        }
        let used = calls.0.lock().expect("no panic");
        assert!(!used.callers.contains_key("a"), "{}", used.callers.len());
    }
}
