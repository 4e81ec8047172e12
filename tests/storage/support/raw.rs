//! SQL past the storage, to look at a database from outside and to damage it.

use super::Location;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

/// Runs statements on a PostgreSQL server.
pub(crate) async fn run_postgres(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.expect("a PostgreSQL server");
    connection.execute(AssertSqlSafe(sql)).await.expect("statements that PostgreSQL takes");
    connection.close().await.expect("an end");
}

/// A connection to a SQLite file.
pub(crate) async fn sqlite(path: &std::path::Path) -> SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    SqliteConnection::connect_with(&options).await.expect("a SQLite file")
}

/// Runs statements at a location.
pub(crate) async fn run(location: &Location, sql: &str) {
    match location {
        Location::Postgres(url) => run_postgres(url.expose(), sql).await,
        Location::Sqlite(path) => {
            let mut connection = sqlite(path).await;
            connection.execute(AssertSqlSafe(sql)).await.expect("statements that SQLite takes");
            connection.close().await.expect("an end");
        }
    }
}

/// The one number that a query yields.
pub(crate) async fn number(location: &Location, sql: &str) -> i64 {
    match location {
        Location::Postgres(url) => {
            let mut connection = PgConnection::connect(url.expose()).await.expect("a PostgreSQL server");
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.expect("a number")
        }
        Location::Sqlite(path) => {
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut sqlite(path).await).await.expect("a number")
        }
    }
}
