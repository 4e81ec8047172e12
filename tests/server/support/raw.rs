//! SQL past the server: what an operator, a backup or an accident does to a database.

use portcullis::storage::Location;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

/// Runs statements on a PostgreSQL server.
pub(crate) async fn run_postgres(url: &str, sql: &str) {
    let mut connection = postgres(url).await;
    connection.execute(AssertSqlSafe(sql)).await.expect("statements that PostgreSQL takes");
    connection.close().await.expect("an end");
}

async fn postgres(url: &str) -> PgConnection {
    PgConnection::connect(url).await.expect("a PostgreSQL server")
}

async fn sqlite(path: &std::path::Path) -> SqliteConnection {
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

/// All rows of all tables as text; bytes in hex.
pub(crate) async fn dump(location: &Location) -> String {
    let mut rows: Vec<String> = Vec::new();
    match location {
        Location::Postgres(url) => {
            let mut connection = postgres(url.expose()).await;
            let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
            let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.expect("tables");
            for table in tables {
                let sql = format!("SELECT '{table} ' || row::text FROM \"{table}\" row ORDER BY 1");
                let found = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await;
                rows.extend(found.expect("rows as text"));
            }
            connection.close().await.expect("an end");
        }
        Location::Sqlite(path) => {
            let mut connection = sqlite(path).await;
            let tables = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1";
            let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.expect("tables");
            for table in tables {
                let columns = format!(
                    "SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ') FROM pragma_table_info('{table}')"
                );
                let columns: String =
                    sqlx::query_scalar(AssertSqlSafe(columns)).fetch_one(&mut connection).await.expect("columns");
                let sql = format!("SELECT '{table} ' || {columns} FROM \"{table}\" ORDER BY 1");
                let found = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await;
                rows.extend(found.expect("rows as text"));
            }
            connection.close().await.expect("an end");
        }
    }
    assert!(rows.len() > 3, "the dump is empty, so nothing can be found in it");
    rows.join("\n")
}

/// Nobody can write as long as this lives; everybody can read.
pub(crate) enum WriteLock {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl WriteLock {
    /// Takes it.
    pub(crate) async fn take(location: &Location) -> Self {
        match location {
            Location::Postgres(url) => {
                let mut connection = postgres(url.expose()).await;
                let sql = "BEGIN; DO $$ DECLARE name text; BEGIN
                           FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
                           EXECUTE format('LOCK TABLE %I IN SHARE MODE', name); END LOOP; END $$";
                connection.execute(AssertSqlSafe(sql)).await.expect("a lock on all tables");
                Self::Postgres(connection)
            }
            Location::Sqlite(path) => {
                let mut connection = sqlite(path).await;
                connection.execute("BEGIN IMMEDIATE").await.expect("the write lock");
                Self::Sqlite(connection)
            }
        }
    }

    /// Gives it back.
    pub(crate) async fn release(self) {
        match self {
            Self::Postgres(connection) => connection.close().await.expect("an end"),
            Self::Sqlite(connection) => connection.close().await.expect("an end"),
        }
    }
}

/// The database is gone, from one moment to the next.
pub(crate) async fn destroy(location: &Location) {
    match location {
        Location::Postgres(url) => {
            let mut server = url::Url::parse(url.expose()).expect("a URL");
            let name = server.path().trim_start_matches('/').to_owned();
            server.set_path("/postgres");
            run_postgres(server.as_str(), &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
        Location::Sqlite(path) => {
            for end in ["", "-wal"] {
                let mut file = path.clone().into_os_string();
                file.push(end);
                std::fs::OpenOptions::new().write(true).truncate(true).open(file).expect("a file to empty");
            }
        }
    }
}
