//! The handle that ends a server.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How far the end has come. It only moves forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Nothing unusual.
    Running,
    /// Everything goes on, but new work should go elsewhere.
    Leaving,
    /// No new work; what has begun may finish.
    Draining,
    /// Whatever is still going on is cut.
    Now,
}

/// Ends servers and jobs, and tells them that the end has begun. Clones are the same handle.
#[derive(Debug, Clone)]
pub struct Shutdown(Arc<watch::Sender<Phase>>);

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

impl Shutdown {
    /// A handle that moves only when it is told to.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Phase::Running)))
    }

    /// A handle that SIGTERM and SIGINT move: the first one to [`Phase::Leaving`] and, after `delay`, to
    /// [`Phase::Draining`]; the second one to [`Phase::Now`].
    ///
    /// # Errors
    /// If the operating system refuses to deliver the signals.
    pub fn on_signals(delay: Duration) -> std::io::Result<Self> {
        let shutdown = Self::new();
        let mut signals = signals()?;
        let handle = shutdown.clone();
        tokio::spawn(async move {
            signals.next().await;
            tracing::info!("asked to stop: finishing what is in flight; a second signal stops at once");
            handle.advance(Phase::Leaving);
            tokio::select! {
                () = tokio::time::sleep(delay) => {
                    handle.drain();
                    signals.next().await;
                }
                () = signals.next() => {}
            }
            handle.stop_now();
        });
        Ok(shutdown)
    }

    /// Begins to drain, if it has not begun.
    pub fn drain(&self) {
        self.advance(Phase::Draining);
    }

    /// Cuts whatever is going on.
    pub fn stop_now(&self) {
        self.advance(Phase::Now);
    }

    /// How far the end has come.
    #[must_use]
    pub fn phase(&self) -> Phase {
        *self.0.borrow()
    }

    /// Whether new work should go elsewhere: readiness says no then.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        self.phase() >= Phase::Leaving
    }

    /// Waits until draining begins (or has begun).
    pub async fn draining(&self) {
        self.reached(Phase::Draining).await;
    }

    /// Waits for [`Phase::Now`].
    pub async fn at_once(&self) {
        self.reached(Phase::Now).await;
    }

    async fn reached(&self, wanted: Phase) {
        // It cannot fail: the sender lives in `self`.
        let _ = self.0.subscribe().wait_for(|phase| *phase >= wanted).await;
    }

    fn advance(&self, to: Phase) {
        self.0.send_if_modified(|phase| {
            let moves = *phase < to;
            *phase = to.max(*phase);
            moves
        });
    }
}

#[cfg(unix)]
struct Signals(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
fn signals() -> std::io::Result<Signals> {
    use tokio::signal::unix::{SignalKind, signal};
    Ok(Signals(signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?))
}

#[cfg(unix)]
impl Signals {
    async fn next(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
fn signals() -> std::io::Result<Signals> {
    Ok(Signals)
}

#[cfg(not(unix))]
impl Signals {
    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

#[cfg(test)]
mod tests {
    use super::{Phase, Shutdown};

    #[tokio::test]
    async fn it_moves_forward_only_and_wakes_those_who_wait() {
        let shutdown = Shutdown::new();
        assert!(!shutdown.is_leaving());
        let waiting = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { shutdown.draining().await }
        });
        shutdown.drain();
        waiting.await.unwrap();
        shutdown.stop_now();
        shutdown.at_once().await;
        shutdown.drain();
        assert_eq!(shutdown.phase(), Phase::Now);
    }
}
