//! Two writes that meet: the first has done its work and not committed yet when the second begins.

use super::raw::number;
use super::{Database, Location, StorageError};
use portcullis::storage::Transaction;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

/// Does `first` and holds its transaction open until `second` waits for it, or is done without waiting; gives what the second
/// has to say.
pub(crate) async fn meet<W, S>(location: &Location, database: &Database, first: W, second: S) -> S::Output
where
    W: for<'t> Fn(&'t mut Transaction) -> Pin<Box<dyn Future<Output = Result<(), StorageError>> + Send + 't>>
        + Send
        + Sync
        + 'static,
    S: Future + Send + 'static,
    S::Output: Send + 'static,
{
    let (done, begun) = oneshot::channel();
    let (open, gate) = oneshot::channel::<()>();
    let once = Arc::new(Mutex::new(Some((done, gate))));
    let first = Arc::new(first);
    let writing = database.clone();
    let holding = tokio::spawn(async move {
        let work = writing.write::<_, StorageError, _>(move |tx| {
            let (first, once) = (Arc::clone(&first), Arc::clone(&once));
            Box::pin(async move {
                first(tx).await?;
                let signals = once.lock().expect("nobody panics with it").take();
                if let Some((done, gate)) = signals {
                    done.send(()).expect("somebody waits");
                    gate.await.expect("a gate that opens");
                }
                Ok(())
            })
        });
        work.await
    });
    begun.await.expect("a first write that does its work");
    let second = tokio::spawn(second);
    while !second.is_finished() && !somebody_waits(location, database).await {
        tokio::task::yield_now().await;
    }
    open.send(()).expect("a first write that waits");
    holding.await.expect("a first write that ends").expect("a first write that is committed");
    second.await.expect("a second one that ends")
}

async fn somebody_waits(location: &Location, database: &Database) -> bool {
    match location {
        Location::Sqlite(_) => database.load().2 > 0,
        Location::Postgres(_) => {
            let sql =
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            number(location, sql).await > 0
        }
    }
}
