//! Places for a server's data: each test has its own, and leaves nothing behind.

use super::{TestServer, raw};
use portcullis::redacted::Redacted;
use portcullis::storage::Location;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder, and a database in it or on a PostgreSQL server.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    folder: Arc<tempfile::TempDir>,
    /// Where the rows are.
    pub(crate) location: Location,
}

impl Place {
    /// The master key's file.
    pub(crate) fn master_key_file(&self) -> PathBuf {
        self.folder.path().join("keys/master.key")
    }

    /// The database's address, as the settings have it.
    pub(crate) fn database_url(&self) -> String {
        match &self.location {
            Location::Sqlite(path) => format!("sqlite:{}", path.display()),
            Location::Postgres(url) => url.expose().clone(),
        }
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// A test, ready to be given its place.
pub(crate) type Test = Box<dyn FnOnce(Place) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// A test that finds a server with an administrator.
pub(crate) fn served<F>(test: impl FnOnce(TestServer) -> F + Send + 'static) -> Test
where
    F: Future<Output = ()> + Send + 'static,
{
    Box::new(move |place| {
        Box::pin(async move {
            let server = TestServer::start(place).await;
            test(server.clone()).await;
            server.search_for_traces().await;
            server.stop().await;
        })
    })
}

/// A test that finds a server as it is at its very first start, without signing keys.
pub(crate) fn fresh<F>(test: impl FnOnce(TestServer) -> F + Send + 'static) -> Test
where
    F: Future<Output = ()> + Send + 'static,
{
    Box::new(move |place| {
        Box::pin(async move {
            let server = TestServer::start_fresh(place).await;
            test(server.clone()).await;
            server.search_for_traces().await;
            server.stop().await;
        })
    })
}

fn folder() -> Arc<tempfile::TempDir> {
    Arc::new(tempfile::tempdir().expect("a temporary folder"))
}

/// Runs a test on a SQLite file.
pub(crate) async fn sqlite(test: Test) {
    let folder = folder();
    let location = Location::Sqlite(folder.path().join("portcullis.db"));
    test(Place { folder, location }).await;
}

/// Runs a test on a PostgreSQL database that is made for it and dropped after it, also when it fails. Without a server
/// there is nothing to run: `scripts/test` always has one.
pub(crate) async fn postgres(test: Test) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(admin) = std::env::var("TEST_POSTGRES_URL") else { return };
    let name = format!("server_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    raw::run_postgres(&admin, &format!("CREATE DATABASE {name}")).await;
    let mut url = url::Url::parse(&admin).expect("TEST_POSTGRES_URL is a URL");
    url.set_path(&name);
    let location = Location::Postgres(Redacted::new(url.to_string()));
    let outcome = tokio::spawn(test(Place { folder: folder(), location })).await;
    raw::run_postgres(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed.into_panic());
    }
}
