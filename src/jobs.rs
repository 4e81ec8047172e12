//! What runs beside the requests. Every job may run on many nodes at once.

use crate::flows::Provider;
use crate::web::serve::Shutdown;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::task::TaskTracker;

/// The jobs under way.
pub struct Jobs(TaskTracker);

impl Jobs {
    /// Waits until all have stopped.
    pub async fn stop(self) {
        self.0.close();
        self.0.wait().await;
    }
}

/// Starts all jobs; they end when the server is told to stop.
#[must_use]
pub fn start(provider: &Arc<Provider>, shutdown: &Shutdown) -> Jobs {
    let tracker = TaskTracker::new();
    every(&tracker, provider, shutdown, Duration::from_mins(1), "rotating the signing keys", |provider| async move {
        if !provider.can_sign() {
            provider.ensure_signing_keys().await?;
        }
        provider.rotate_signing_keys().await
    });
    every(&tracker, provider, shutdown, Duration::from_millis(300), "looking for changes", |provider| async move {
        provider.look_for_changes().await
    });
    every(&tracker, provider, shutdown, Duration::from_secs(5), "noting the use of secrets", |provider| async move {
        provider.flush_secret_uses(false).await
    });
    every(&tracker, provider, shutdown, Duration::from_secs(2), "sealing the audit log", |provider| async move {
        provider.seal_audit().await.map(drop)
    });
    every(&tracker, provider, shutdown, Duration::from_hours(1), "checking the audit log", |provider| async move {
        provider.check_audit().await.map(drop)
    });
    every(&tracker, provider, shutdown, Duration::from_mins(5), "removing what is over", |provider| async move {
        provider.sweep().await
    });
    Jobs(tracker)
}

fn every<F, E>(
    tracker: &TaskTracker,
    provider: &Arc<Provider>,
    shutdown: &Shutdown,
    interval: Duration,
    what: &'static str,
    step: impl Fn(Arc<Provider>) -> F + Send + 'static,
) where
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: std::fmt::Display + Send,
{
    let (provider, shutdown) = (Arc::clone(provider), shutdown.clone());
    tracker.spawn(async move {
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = shutdown.draining() => return,
            }
            match step(Arc::clone(&provider)).await {
                Ok(()) => failing = false,
                // Once, not three times a second, for as long as it lasts.
                Err(error) if !failing => {
                    failing = true;
                    tracing::warn!(%error, "{what} failed; trying on");
                }
                Err(_) => {}
            }
        }
    });
}
