//! What runs beside the requests. Every job may run on many nodes at once.

use crate::flows::{NodeFacts, Provider, StorageError};
use crate::metrics::Job;
use crate::web::serve::Shutdown;
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::task::TaskTracker;

/// The jobs under way.
pub struct Jobs {
    tracker: TaskTracker,
    provider: Arc<Provider>,
    shutdown: Shutdown,
}

/// Starts all jobs; they end when the server is told to stop.
#[must_use]
pub fn start(provider: &Arc<Provider>, shutdown: &Shutdown, node: NodeFacts) -> Jobs {
    let jobs = Jobs { tracker: TaskTracker::new(), provider: Arc::clone(provider), shutdown: shutdown.clone() };
    jobs.every(Duration::from_mins(1), Job::RotateKeys, "rotating the signing keys", |provider| async move {
        if !provider.can_sign() {
            provider.ensure_signing_keys().await?;
        }
        provider.rotate_signing_keys().await
    });
    jobs.listen();
    jobs.every(Duration::from_secs(5), Job::NoteSecretUses, "noting the use of secrets", |provider| async move {
        provider.flush_secret_uses(false).await
    });
    jobs.every(Duration::from_millis(500), Job::NoteActivity, "noting what clients do", |provider| async move {
        provider.flush_activity().await.map(drop)
    });
    jobs.every(Duration::from_secs(2), Job::SealAudit, "sealing the audit log", |provider| async move {
        provider.seal_audit().await.map(drop)
    });
    let stopping = shutdown.clone();
    jobs.every(Duration::from_hours(1), Job::CheckAudit, "checking the audit log", move |provider| {
        let stopping = stopping.clone();
        async move { unless_stopping(&stopping, async { provider.check_audit().await.map(drop) }).await }
    });
    let stopping = shutdown.clone();
    jobs.every(Duration::from_mins(5), Job::Sweep, "removing what is over", move |provider| {
        let stopping = stopping.clone();
        let sweep = async move {
            while provider.sweep().await? {}
            Ok::<_, StorageError>(())
        };
        async move { unless_stopping(&stopping, sweep).await }
    });
    jobs.every(Duration::from_hours(1), Job::SendNotices, "telling of secrets that end", |provider| async move {
        provider.send_expiry_notices().await
    });
    let node = Arc::new(node);
    jobs.every(Duration::from_secs(10), Job::Heartbeat, "telling of this node", move |provider| {
        let node = Arc::clone(&node);
        async move { provider.tell_of_node(&node).await }
    });
    jobs.every(Duration::from_mins(1), Job::LookAhead, "looking ahead", |provider| async move {
        provider.look_ahead().await
    });
    jobs
}

impl Jobs {
    /// Waits until all have stopped.
    pub async fn stop(self) {
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// Hears of changes made elsewhere, for as long as the server runs.
    fn listen(&self) {
        let (provider, shutdown) = (Arc::clone(&self.provider), self.shutdown.clone());
        self.tracker.spawn(async move {
            let (mut signals, mut failing) = (provider.signals(), false);
            loop {
                let heard = tokio::select! {
                    heard = survived(provider.hear_of_changes(&mut signals)) => heard,
                    () = shutdown.draining() => return,
                };
                note(&provider, Job::LookForChanges, "looking for changes", heard, &mut failing);
            }
        });
    }

    fn every<F, E>(
        &self,
        interval: Duration,
        job: Job,
        what: &'static str,
        step: impl Fn(Arc<Provider>) -> F + Send + 'static,
    ) where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display + Send,
    {
        let (provider, shutdown) = (Arc::clone(&self.provider), self.shutdown.clone());
        self.tracker.spawn(async move {
            let mut ticks = tokio::time::interval(interval);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            let mut failing = false;
            loop {
                tokio::select! {
                    _ = ticks.tick() => {}
                    () = shutdown.draining() => return,
                }
                note(&provider, job, what, survived(step(Arc::clone(&provider))).await, &mut failing);
            }
        });
    }
}

/// A step that panics has failed like any other: a job that ended with it would be missed by nobody until its work is.
async fn survived<E: std::fmt::Display>(step: impl Future<Output = Result<(), E>> + Send) -> Result<(), String> {
    match AssertUnwindSafe(step).catch_unwind().await {
        Ok(outcome) => outcome.map_err(|error| error.to_string()),
        Err(_) => Err("it panicked".to_owned()),
    }
}

/// Does work that may take minutes and that can be left off at any point: what is not done is for the next time. The
/// end of the server does not wait for it.
async fn unless_stopping(
    shutdown: &Shutdown,
    work: impl Future<Output = Result<(), StorageError>> + Send,
) -> Result<(), StorageError> {
    tokio::select! {
        done = work => done,
        () = shutdown.draining() => Ok(()),
    }
}

/// Counts how a step went, and tells when it begins to fail: once, not three times a second, for as long as it lasts.
fn note(provider: &Provider, job: Job, what: &'static str, outcome: Result<(), String>, failing: &mut bool) {
    match outcome {
        Ok(()) => {
            *failing = false;
            provider.metrics().job_success.of(job).set(provider.now().0);
        }
        Err(error) => {
            provider.metrics().job_failures.of(job).add(1);
            if !std::mem::replace(failing, true) {
                tracing::warn!(%error, "{what} failed; trying on");
            }
        }
    }
}
