//! What a connection is doing, and until when it may.
//!
//! hyper has one timer for both the head of a request and the silence before it; a browser may be silent for a minute,
//! but a head must come in seconds. So the phases are told apart here, from what passes through the stream.

use super::Limits;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::time::{Instant, Sleep};

/// The state of one connection, shared by its stream, its requests and its alarm.
pub(super) struct Pulse {
    header_read: std::time::Duration,
    keep_alive: std::time::Duration,
    write_stall: std::time::Duration,
    state: Mutex<State>,
}

struct State {
    /// Requests whose answer is not yet handed over completely.
    in_flight: usize,
    /// When the present head or silence began.
    waiting_since: Instant,
    /// Whether part of a head has come.
    in_head: bool,
    /// HTTP/2 has other frames than heads: there, bytes say nothing about a head, and only silence is timed.
    multiplexed: bool,
    /// Since when the peer does not take what is written.
    blocked_since: Option<Instant>,
}

impl Pulse {
    /// A connection just made: its first head is awaited.
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            header_read: limits.header_read,
            keep_alive: limits.keep_alive,
            write_stall: limits.write_stall,
            state: Mutex::new(State {
                in_flight: 0,
                waiting_since: Instant::now(),
                in_head: true,
                multiplexed: false,
                blocked_since: None,
            }),
        }
    }

    /// Bytes came in.
    pub(super) fn heard(&self) {
        let mut state = self.state();
        if state.in_flight == 0 && !state.in_head && !state.multiplexed {
            state.in_head = true;
            state.waiting_since = Instant::now();
        }
    }

    /// A write was tried, and the peer took something or nothing.
    pub(super) fn wrote(&self, blocked: bool) {
        let mut state = self.state();
        state.blocked_since = if blocked { state.blocked_since.or_else(|| Some(Instant::now())) } else { None };
    }

    /// A head is complete: its request is in flight until the ticket is dropped.
    pub(super) fn begin(self: &Arc<Self>, multiplexed: bool) -> Ticket {
        let mut state = self.state();
        state.in_flight += 1;
        state.in_head = false;
        state.multiplexed = multiplexed;
        Ticket(Arc::clone(self))
    }

    /// When the connection is to be cut unless something happens; `None` while it is our turn.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let state = self.state();
        let patience = if state.in_head { self.header_read } else { self.keep_alive };
        let waiting = (state.in_flight == 0).then(|| state.waiting_since + patience);
        let blocked = state.blocked_since.map(|since| since + self.write_stall);
        waiting.into_iter().chain(blocked).min()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request in flight.
pub(super) struct Ticket(Arc<Pulse>);

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.in_flight -= 1;
        if state.in_flight == 0 {
            state.waiting_since = Instant::now();
        }
    }
}

/// Rings when the pulse's deadline has passed.
pub(super) struct Alarm {
    pulse: Arc<Pulse>,
    sleep: Pin<Box<Sleep>>,
}

impl Alarm {
    pub(super) fn new(pulse: Arc<Pulse>) -> Self {
        let sleep = Box::pin(tokio::time::sleep(pulse.header_read));
        Self { pulse, sleep }
    }

    /// To be polled after the connection, in the same task. An earlier deadline moves the timer, a later one lets it
    /// ring and look again: a busy connection then costs no timer work at every request.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let Some(deadline) = self.pulse.deadline() else { return Poll::Pending };
            if deadline < self.sleep.deadline() {
                self.sleep.as_mut().reset(deadline);
            }
            ready!(self.sleep.as_mut().poll(context));
            if deadline <= self.sleep.deadline() {
                return Poll::Ready(());
            }
            self.sleep.as_mut().reset(deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Alarm, Limits, Pulse};
    use std::sync::Arc;
    use std::time::Duration;

    fn pulse() -> Arc<Pulse> {
        Arc::new(Pulse::new(&Limits::default()))
    }

    /// How many seconds the present phase may take.
    fn patience(pulse: &Pulse) -> Option<u64> {
        let (deadline, state) = (pulse.deadline(), pulse.state());
        deadline.map(|at| (at - state.blocked_since.unwrap_or(state.waiting_since)).as_secs())
    }

    #[tokio::test]
    async fn a_head_has_ten_seconds_and_silence_has_sixty() {
        let pulse = pulse();
        assert_eq!(patience(&pulse), Some(10), "the first head, from connecting on");
        let ticket = pulse.begin(false);
        assert_eq!(patience(&pulse), None, "our turn");
        drop(ticket);
        assert_eq!(patience(&pulse), Some(60), "silence");
        pulse.heard();
        assert_eq!(patience(&pulse), Some(10), "the next head has begun");
    }

    #[tokio::test]
    async fn a_trickle_does_not_renew_the_deadline() {
        let pulse = pulse();
        let before = pulse.deadline();
        pulse.heard();
        pulse.heard();
        assert_eq!(pulse.deadline(), before);
    }

    #[tokio::test]
    async fn a_ping_on_http2_is_no_head() {
        let pulse = pulse();
        drop(pulse.begin(true));
        pulse.heard();
        assert_eq!(patience(&pulse), Some(60));
    }

    #[tokio::test]
    async fn a_peer_that_does_not_read_is_timed_even_while_a_request_runs() {
        let pulse = pulse();
        let _ticket = pulse.begin(false);
        pulse.wrote(true);
        assert_eq!(patience(&pulse), Some(30));
        pulse.wrote(false);
        assert_eq!(patience(&pulse), None);
    }

    #[tokio::test]
    async fn the_alarm_rings_at_the_deadline_of_the_phase_that_is_on() {
        let limits = Limits {
            header_read: Duration::from_millis(20),
            keep_alive: Duration::from_millis(40),
            ..Limits::default()
        };
        let pulse = Arc::new(Pulse::new(&limits));
        let mut alarm = Alarm::new(Arc::clone(&pulse));
        drop(pulse.begin(false));
        let due = pulse.deadline().unwrap();
        std::future::poll_fn(|context| alarm.poll(context)).await;
        assert!(tokio::time::Instant::now() >= due);
    }
}
