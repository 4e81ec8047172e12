//! Places for a database: each test has its own, and leaves nothing behind.

use super::raw::run_postgres;
use super::{Database, Location};
use portcullis::redacted::Redacted;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};

/// A test, ready to be given its place.
pub(crate) type Test = Box<dyn FnOnce(Location) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// A test that finds nothing.
pub(crate) fn empty<F>(test: impl FnOnce(Location) -> F + Send + 'static) -> Test
where
    F: Future<Output = ()> + Send + 'static,
{
    Box::new(move |location| Box::pin(test(location)))
}

/// A test that finds an open database with the schema of this version.
pub(crate) fn migrated<F>(test: impl FnOnce(Database) -> F + Send + 'static) -> Test
where
    F: Future<Output = ()> + Send + 'static,
{
    Box::new(move |location| {
        Box::pin(async move {
            let database = opened(&location).await;
            test(database.clone()).await;
            database.close().await;
        })
    })
}

/// Opens and migrates.
pub(crate) async fn opened(location: &Location) -> Database {
    let database = Database::open(location, 10).await.expect("a database that opens");
    database.migrate().await.expect("a schema");
    database
}

/// Runs a test on a SQLite file.
pub(crate) async fn sqlite(test: Test) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    test(Location::Sqlite(folder.path().join("portcullis.db"))).await;
}

/// Runs a test on a PostgreSQL database that is made for it and dropped after it, also when it fails. Without a server
/// there is nothing to run: `scripts/test` always has one.
pub(crate) async fn postgres(test: Test) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(admin) = std::env::var("TEST_POSTGRES_URL") else { return };
    let name = format!("storage_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    run_postgres(&admin, &format!("CREATE DATABASE {name}")).await;
    let mut url = url::Url::parse(&admin).expect("TEST_POSTGRES_URL is a URL");
    url.set_path(&name);
    let outcome = tokio::spawn(test(Location::Postgres(Redacted::new(url.to_string())))).await;
    run_postgres(&admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed.into_panic());
    }
}
