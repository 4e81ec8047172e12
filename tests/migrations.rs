//! Migrations: two folders that make one schema, and rules for what may be in them.
//!
//! Nodes of the version before run on while a migration is applied, so it may only add: what is to go goes a version
//! later, when nobody asks for it any more.

#[path = "storage/support/mod.rs"]
#[macro_use]
#[allow(dead_code, unused_macros, reason = "made for the suite of storage, which needs more of it")]
mod support;

use sqlx::{Connection as _, PgConnection};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use support::Location;
use support::places::{empty, opened, postgres, sqlite};

/// Names and text of the migrations for an engine.
fn migrations(engine: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
    let files = std::fs::read_dir(folder).expect("a folder of migrations").flatten();
    let read = |path| std::fs::read_to_string(path).expect("a readable migration");
    files.map(|file| (file.file_name().to_string_lossy().into_owned(), read(file.path()))).collect()
}

/// The statements of a migration, without comments, each on one line.
fn statements(sql: &str) -> Vec<String> {
    let code: String =
        sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let flat = code.split_whitespace().collect::<Vec<_>>().join(" ");
    flat.split(';').map(|statement| statement.trim().to_owned()).filter(|statement| !statement.is_empty()).collect()
}

/// What a statement of a later migration breaks for nodes that do not know it.
fn broken_rule(statement: &str) -> Option<&'static str> {
    let upper = statement.to_uppercase();
    let alters = upper.starts_with("ALTER TABLE");
    let added = upper.split(" ADD ").skip(1);
    if alters && added.into_iter().any(|column| column.contains("NOT NULL") && !column.contains("DEFAULT")) {
        return Some("a NOT NULL column that is added needs a DEFAULT: nodes of the version before do not fill it");
    }
    if alters && (upper.contains(" RENAME ") || upper.contains(" SET NOT NULL")) {
        return Some("nodes of the version before know the old name, or leave the column empty");
    }
    None
}

/// What a statement for SQLite must have.
fn broken_rule_of_sqlite(statement: &str) -> Option<&'static str> {
    (statement.starts_with("CREATE TABLE") && !statement.ends_with(") STRICT"))
        .then_some("a table that is not STRICT takes text for numbers")
}

#[test]
fn both_engines_have_the_same_migrations() {
    let names: Vec<_> = migrations("sqlite").into_keys().collect();
    assert_eq!(names, migrations("postgres").into_keys().collect::<Vec<_>>());
    let number = |name: &str| name.split_once('_').and_then(|(number, _)| number.parse::<u32>().ok());
    for name in &names {
        let right = number(name).is_some_and(|number| name.starts_with(&format!("{number:04}_")));
        assert!(right && Path::new(name).extension().is_some_and(|end| end == "sql"), "{name} has no number");
    }
    assert!(names.windows(2).all(|two| number(&two[0]) < number(&two[1])), "a number is there twice: {names:?}");
}

#[test]
fn migrations_keep_to_the_rules() {
    let mut told = Vec::new();
    for engine in ["sqlite", "postgres"] {
        for (at, (name, sql)) in migrations(engine).iter().enumerate() {
            for statement in statements(sql) {
                let later = if at > 0 { broken_rule(&statement) } else { None };
                let strict = if engine == "sqlite" { broken_rule_of_sqlite(&statement) } else { None };
                told.extend(later.into_iter().chain(strict).map(|why| format!("{engine}/{name}: {why}: {statement}")));
            }
        }
    }
    assert!(told.is_empty(), "\n  {}\n", told.join("\n  "));
}

#[test]
fn a_planted_violation_is_found() {
    let broken = [
        "ALTER TABLE a ADD COLUMN b TEXT NOT NULL",
        "alter table a add b text not null",
        "ALTER TABLE a ADD COLUMN c TEXT NOT NULL DEFAULT '', ADD COLUMN b TEXT NOT NULL",
        "ALTER TABLE a RENAME COLUMN b TO c",
        "ALTER TABLE a ALTER COLUMN b SET NOT NULL",
    ];
    let fine = [
        "ALTER TABLE a ADD COLUMN b TEXT",
        "ALTER TABLE a ADD COLUMN b TEXT NOT NULL DEFAULT ''",
        "CREATE TABLE a (b TEXT NOT NULL)",
        "CREATE INDEX a_by_b ON a (b)",
    ];
    assert_eq!(broken.iter().filter(|statement| broken_rule(statement).is_some()).count(), broken.len());
    assert_eq!(fine.iter().filter(|statement| broken_rule(statement).is_some()).count(), 0);
    let split = statements("-- a; b\nCREATE TABLE a (\n  b TEXT -- why\n) STRICT;\nCREATE TABLE c (d TEXT);");
    assert_eq!(split, ["CREATE TABLE a ( b TEXT ) STRICT", "CREATE TABLE c (d TEXT)"]);
    assert_eq!(split.iter().filter(|statement| broken_rule_of_sqlite(statement).is_some()).count(), 1);
}

/// Columns as `table.column type`, with `NOT NULL` where it is, and names of indexes.
type Schema = BTreeSet<String>;

async fn schema_of_sqlite(path: &Path) -> Schema {
    let mut connection = support::raw::sqlite(path).await;
    let tables: Vec<(String, String)> = sqlx::query_as(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
    )
    .fetch_all(&mut connection)
    .await
    .expect("tables");
    let mut schema = BTreeSet::new();
    for (table, sql) in tables {
        let columns: Vec<(String, String, bool)> =
            sqlx::query_as("SELECT name, type, \"notnull\" = 1 FROM pragma_table_info($1)")
                .bind(&table)
                .fetch_all(&mut connection)
                .await
                .expect("columns");
        for (column, kind, required) in columns {
            let kind = match kind.as_str() {
                "INTEGER" if sql.contains(&format!("CHECK ({column} IN (0, 1))")) => "truth",
                "INTEGER" => "number",
                "BLOB" => "bytes",
                "TEXT" => "text",
                other => panic!("{table}.{column} has the type {other}"),
            };
            schema.insert(format!("{table}.{column} {kind}{}", if required { " NOT NULL" } else { "" }));
        }
    }
    let indexes: Vec<(String, String)> =
        sqlx::query_as("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
            .fetch_all(&mut connection)
            .await
            .expect("indexes");
    schema.extend(indexes.into_iter().map(|(name, sql)| format!("{name} {}", columns_of_index(&sql))));
    schema
}

/// What an index's SQL says from its first parenthesis on. PostgreSQL puts some more around conditions, and
/// types behind texts: they go.
fn columns_of_index(sql: &str) -> String {
    let columns = sql.find('(').map_or("", |at| &sql[at..]);
    columns.replace(['(', ')'], "").replace("::text", "")
}

async fn schema_of_postgres(url: &str) -> Schema {
    let mut connection = PgConnection::connect(url).await.expect("a PostgreSQL server");
    let columns: Vec<(String, String, String, bool)> = sqlx::query_as(
        "SELECT table_name::TEXT, column_name::TEXT, data_type::TEXT, is_nullable = 'NO' FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'",
    )
    .fetch_all(&mut connection)
    .await
    .expect("columns");
    let mut schema = BTreeSet::new();
    for (table, column, kind, required) in columns {
        let kind = match kind.as_str() {
            "boolean" => "truth",
            "bigint" => "number",
            "bytea" => "bytes",
            "text" => "text",
            other => panic!("{table}.{column} has the type {other}"),
        };
        schema.insert(format!("{table}.{column} {kind}{}", if required { " NOT NULL" } else { "" }));
    }
    // Indexes that belong to a constraint have no name of ours.
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "SELECT indexname::TEXT, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '\\_sqlx%'
         AND indexname NOT IN (SELECT conname FROM pg_constraint)",
    )
    .fetch_all(&mut connection)
    .await
    .expect("indexes");
    schema.extend(indexes.into_iter().map(|(name, sql)| format!("{name} {}", columns_of_index(&sql))));
    schema
}

async fn sqlite_schema_is_as_told(location: Location) {
    opened(&location).await.close().await;
    let Location::Sqlite(path) = &location else { panic!("a SQLite file") };
    let schema = schema_of_sqlite(path).await;
    assert!(schema.contains("clients.enabled truth NOT NULL"), "{schema:#?}");
    assert!(schema.contains("users_by_email email_key"), "{schema:#?}");
}

async fn both_schemas_are_alike(location: Location) {
    opened(&location).await.close().await;
    let Location::Postgres(url) = &location else { panic!("a PostgreSQL database") };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("portcullis.db");
    opened(&Location::Sqlite(path.clone())).await.close().await;
    let (of_sqlite, of_postgres) = (schema_of_sqlite(&path).await, schema_of_postgres(url.expose()).await);
    let differing: Vec<_> = of_sqlite.symmetric_difference(&of_postgres).collect();
    assert!(differing.is_empty(), "only on one engine: {differing:#?}");
}

#[tokio::test]
async fn the_schema_is_read_as_it_is() {
    sqlite(empty(sqlite_schema_is_as_told)).await;
}

#[tokio::test]
async fn both_engines_have_the_same_tables_columns_and_indexes() {
    postgres(empty(both_schemas_are_alike)).await;
}
