//! The one door for writes.
//!
//! A write runs in a task of its own: a client that hangs up cannot cut it in two. On SQLite one writer takes all that
//! is waiting, gives each its savepoint, and commits once for all; each caller hears of it only after the commit.

use super::engine::Pools;
use super::error::StorageError;
use super::{Database, Transaction};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

/// Most writes that one commit takes.
const BATCH: usize = 128;
/// Writes that may wait; beyond that the database is called unavailable.
const QUEUE: usize = 4_096;
/// How often PostgreSQL may ask for a transaction to be run again.
const RETRIES: u32 = 5;

#[derive(Debug, Clone)]
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Job>>>,
    tasks: TaskTracker,
    closing: tokio_util::sync::CancellationToken,
}

impl Writer {
    pub(super) fn start(pools: &Pools) -> Self {
        let (tasks, closing) = (TaskTracker::new(), tokio_util::sync::CancellationToken::new());
        let queue = pools.has_one_writer().then(|| {
            let (sender, receiver) = mpsc::channel(QUEUE);
            tasks.spawn(commit_in_batches(pools.clone(), receiver, closing.clone()));
            sender
        });
        Self { queue, tasks, closing }
    }

    /// Writes that wait for the one writer.
    pub(super) fn waiting(&self) -> usize {
        self.queue.as_ref().map_or(0, |queue| QUEUE - queue.capacity())
    }

    /// Waits until everything that was begun is done.
    pub(super) async fn finish(&self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Database {
    /// Runs `work` in a transaction and commits it if it says `Ok`; `Err` undoes everything it did. A refusal that must
    /// be remembered is therefore an `Ok` with the refusal inside.
    ///
    /// A statement that failed fails the whole write, even if the work says `Ok`: PostgreSQL would answer its COMMIT with
    /// a silent ROLLBACK. What may be there already is added with `ON CONFLICT DO NOTHING` and a look at the count.
    ///
    /// The work may be run more than once (PostgreSQL asks for it when transactions collide), each time from a clean
    /// start. Dropping the returned future does not stop the write.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Transaction) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let write = Write { work, outcome: None, reply: Some(reply) };
        match &self.writer.queue {
            Some(queue) => {
                queue.try_send(Box::new(write)).map_err(|refused| {
                    let full = matches!(refused, mpsc::error::TrySendError::Full(_));
                    let why = if full { "too many writes are waiting" } else { "the database is closed" };
                    StorageError::Unavailable(why.to_owned())
                })?;
            }
            None => drop(self.writer.tasks.spawn(run_alone(self.pools.clone(), write))),
        }
        let lost = |_| StorageError::Unavailable("the write was interrupted".to_owned());
        answer.await.map_err(lost)?
    }
}

/// A write that waits for its turn.
trait Job: Send {
    /// Does the work; says whether it shall stay.
    fn run<'a>(&'a mut self, tx: &'a mut Transaction) -> BoxFuture<'a, bool>;
    /// Tells the caller, now that the commit has happened or failed.
    fn finish(self: Box<Self>, committed: Result<(), StorageError>);
}

struct Write<T, E, F> {
    work: F,
    outcome: Option<Result<T, E>>,
    reply: Option<oneshot::Sender<Result<T, E>>>,
}

impl<T, E, F> Job for Write<T, E, F>
where
    F: for<'t> Fn(&'t mut Transaction) -> BoxFuture<'t, Result<T, E>> + Send + Sync,
    T: Send,
    E: From<StorageError> + Send,
{
    fn run<'a>(&'a mut self, tx: &'a mut Transaction) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            tx.reader.failed = None;
            let done = AssertUnwindSafe((self.work)(tx)).catch_unwind().await;
            let mut outcome = done.unwrap_or_else(|_| {
                tx.reader.connection.discard();
                Err(StorageError::Other("the write panicked".to_owned()).into())
            });
            if let (Ok(_), Some(failed)) = (&outcome, &tx.reader.failed) {
                outcome = Err(failed.clone().into());
            }
            let keep = outcome.is_ok();
            self.outcome = Some(outcome);
            keep
        })
    }

    fn finish(mut self: Box<Self>, committed: Result<(), StorageError>) {
        let outcome = match (self.outcome.take(), committed) {
            (Some(Ok(_)) | None, Err(error)) => Err(error.into()),
            (Some(outcome), _) => outcome,
            (None, Ok(())) => Err(StorageError::Other("the write did not run".to_owned()).into()),
        };
        if let Some(reply) = self.reply.take() {
            // Nobody waits any more if the request was dropped; the write stands all the same.
            let _ = reply.send(outcome);
        }
    }
}

/// The SQLite writer: one commit for all that waits.
async fn commit_in_batches(
    pools: Pools,
    mut queue: mpsc::Receiver<Box<dyn Job>>,
    closing: tokio_util::sync::CancellationToken,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            biased;
            count = queue.recv_many(&mut batch, BATCH) => if count == 0 { return },
            () = closing.cancelled() => {
                queue.close();
                if queue.is_empty() {
                    return;
                }
                continue;
            }
        }
        let mut jobs = std::mem::take(&mut batch);
        // A panic here is none of the jobs' own. The writer lives on: without it nobody could ever write again.
        let panicked = |_| Err(StorageError::Unavailable("the commit panicked".to_owned()));
        let committed = AssertUnwindSafe(run_batch(&pools, &mut jobs)).catch_unwind().await.unwrap_or_else(panicked);
        for job in jobs {
            job.finish(committed.clone());
        }
    }
}

async fn run_batch(pools: &Pools, jobs: &mut [Box<dyn Job>]) -> Result<(), StorageError> {
    let mut tx = Transaction::begin(pools).await?;
    if let [only] = jobs {
        let keep = only.run(&mut tx).await;
        return tx.end(if keep { "COMMIT" } else { "ROLLBACK" }).await;
    }
    for job in jobs {
        tx.reader.connection.command("SAVEPOINT job").await?;
        if !job.run(&mut tx).await {
            tx.reader.connection.command("ROLLBACK TO job").await.map_err(|error| undone(&error))?;
        }
        tx.reader.connection.command("RELEASE job").await.map_err(|error| undone(&error))?;
    }
    tx.end("COMMIT").await
}

/// A full disk, or one that cannot be read, makes SQLite undo the whole transaction, and with it the savepoint that is gone
/// then: none of the writes was made, and they may be tried again.
fn undone(error: &StorageError) -> StorageError {
    StorageError::Unavailable(format!("all that was to be committed was undone: {error}"))
}

/// A write on PostgreSQL: a transaction of its own, run again if the database asks for it.
async fn run_alone<J: Job>(pools: Pools, mut job: J) {
    let mut attempt = 0;
    let committed = loop {
        let committed = run_once(&pools, &mut job).await;
        attempt += 1;
        match &committed {
            Err(error) if error.wants_retry() && attempt <= RETRIES => {
                tokio::time::sleep(Duration::from_millis(u64::from(attempt * attempt * 5))).await;
            }
            _ => break committed,
        }
    };
    Box::new(job).finish(committed);
}

async fn run_once(pools: &Pools, job: &mut impl Job) -> Result<(), StorageError> {
    let mut tx = Transaction::begin(pools).await?;
    let keep = job.run(&mut tx).await;
    let failed = tx.reader.failed.take();
    tx.end(if keep { "COMMIT" } else { "ROLLBACK" }).await?;
    match failed {
        Some(collided) if collided.wants_retry() => Err(collided),
        _ => Ok(()),
    }
}
