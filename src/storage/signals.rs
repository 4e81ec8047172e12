//! How a node hears at once that a cache has become stale: PostgreSQL tells (`LISTEN`), whoever changed something notifies.

use super::Database;
use sqlx::postgres::PgListener;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How long after a connection that failed no other is tried: callers look by themselves meanwhile.
const BACK_OFF: Duration = Duration::from_secs(30);

/// The ear of a node.
#[derive(Debug)]
pub struct Signals {
    database: Database,
    listener: Option<PgListener>,
    /// A connection under way: it may take longer than anyone waits.
    connecting: Option<JoinHandle<Option<Result<PgListener, sqlx::Error>>>>,
    /// After a failure: when the next connection may be tried.
    not_before: Option<Instant>,
}

impl Database {
    /// An ear for changes made elsewhere. It connects when it is first listened with.
    #[must_use]
    pub fn signals(&self) -> Signals {
        Signals { database: self.clone(), listener: None, connecting: None, not_before: None }
    }
}

impl Signals {
    /// Waits until another node says that something has changed, or for as long as `longest`. A connection that breaks is
    /// made anew, but not within half a minute of one that could not be made; while there is none, and on SQLite, the
    /// time is waited for.
    pub async fn wait(&mut self, longest: Duration) {
        let _ = tokio::time::timeout(longest, self.hear()).await;
    }

    /// Listens anew: the database did not answer, so what it would tell may not arrive either.
    pub fn begin_anew(&mut self) {
        self.listener = None;
    }

    async fn hear(&mut self) {
        if let Some(listener) = &mut self.listener {
            if !matches!(listener.try_recv().await, Ok(Some(_))) {
                self.listener = None;
            }
            return;
        }
        let too_early = self.not_before.is_some_and(|at| Instant::now() < at);
        if too_early || self.database.pools.has_one_writer() {
            return std::future::pending().await;
        }
        let pools = self.database.pools.clone();
        let connecting = self.connecting.get_or_insert_with(|| tokio::spawn(async move { pools.listen().await }));
        let connected = connecting.await;
        self.connecting = None;
        match connected {
            // What was told before the ear was open is not heard: look now.
            Ok(Some(Ok(listener))) => self.listener = Some(listener),
            other => {
                tracing::debug!(?other, "changes cannot be listened for now");
                self.not_before = Some(Instant::now() + BACK_OFF);
                std::future::pending::<()>().await;
            }
        }
    }
}
