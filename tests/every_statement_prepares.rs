//! Every statement of `src/storage` is prepared on both engines against the schema that the migrations make: what a
//! misspelt column, or a word that only one engine knows, would break at run time breaks here, with file and line.

#[path = "floors/pieces.rs"]
mod pieces;
#[path = "every_statement_prepares/statements.rs"]
mod statements;
#[path = "storage/support/mod.rs"]
#[macro_use]
#[allow(dead_code, unused_macros, reason = "made for the suite of storage, which needs more of it")]
mod support;

use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqlSafeStr as _, SqlStr, SqliteConnection,
};
use statements::{Statement, statements_of, statements_of_storage};
use support::Location;
use support::places::{empty, opened, postgres, sqlite};

/// Functions that may read a whole table, and why that is no matter. All others find their rows by an index.
const SCANS: &[(&str, &str)] = &[
    ("ping", "reads no table"),
    ("revisions", "a row a topic"),
    ("list_tenants", "all are wanted"),
    ("list_signing_keys", "all are wanted, and there are few"),
    ("administrator_addresses", "roles are few, and their holders are found by an index"),
    ("count_administrators", "roles are few, and their holders are found by an index"),
    ("has_administrator", "roles are few, and their holders are found by an index"),
    ("list_clients", "walks along a page that was cut before"),
    ("urls_of_browser_clients", "all are wanted, once after each change of a client"),
    ("audit_chains", "a row a tenant"),
    ("unsealed_audit", "walks along the index of what is not sealed yet"),
    ("list_audit", "walks along the index of times and stops at the end of the page"),
];

async fn every_statement_prepares(location: Location) {
    opened(&location).await.close().await;
    let mut refused = Vec::new();
    match &location {
        Location::Sqlite(path) => {
            let mut connection = support::raw::sqlite(path).await;
            for statement in statements_of_storage() {
                let prepared = connection.prepare(sql(&statement)).await;
                refused.extend(prepared.err().map(|error| format!("{statement}: {error}")));
            }
        }
        Location::Postgres(url) => {
            let mut connection = PgConnection::connect(url.expose()).await.expect("a PostgreSQL server");
            for statement in statements_of_storage() {
                let prepared = connection.prepare(sql(&statement)).await;
                refused.extend(prepared.err().map(|error| format!("{statement}: {error}")));
            }
        }
    }
    assert!(refused.is_empty(), "\n  {}\n", refused.join("\n  "));
}

fn sql(statement: &Statement) -> SqlStr {
    AssertSqlSafe(statement.sql.clone()).into_sql_str()
}

/// The steps of SQLite's plan for a statement.
async fn plan(connection: &mut SqliteConnection, statement: &Statement) -> Vec<String> {
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.sql));
    let rows = sqlx::query(explain).fetch_all(connection).await.expect("a plan");
    rows.iter().map(|row| row.get("detail")).collect()
}

async fn lookups_use_an_index(location: Location) {
    opened(&location).await.close().await;
    let Location::Sqlite(path) = &location else { panic!("SQLite tells its plan without rows to plan for") };
    let mut connection = support::raw::sqlite(path).await;
    let mut scanning = Vec::new();
    for statement in statements_of_storage() {
        let steps = plan(&mut connection, &statement).await;
        scanning
            .extend(steps.into_iter().filter(|step| step.starts_with("SCAN")).map(|step| (statement.clone(), step)));
    }
    for (function, _) in SCANS {
        assert!(
            scanning.iter().any(|(found, _)| found.function == *function),
            "{function} reads no whole table any more"
        );
    }
    scanning.retain(|(found, _)| SCANS.iter().all(|(function, _)| found.function != *function));
    let told: Vec<_> = scanning.iter().map(|(found, step)| format!("{found}: {step}")).collect();
    assert!(told.is_empty(), "\n  {}\n", told.join("\n  "));
}

#[tokio::test]
async fn every_statement_prepares_on_sqlite() {
    sqlite(empty(every_statement_prepares)).await;
}

#[tokio::test]
async fn every_statement_prepares_on_postgresql() {
    postgres(empty(every_statement_prepares)).await;
}

#[tokio::test]
async fn lookups_use_an_index_on_sqlite() {
    sqlite(empty(lookups_use_an_index)).await;
}

#[test]
fn statements_are_found_where_they_are_written() {
    let source = r#"
        macro_rules! filtered {
            ($select:literal, $rest:literal) => { concat!($select, " FROM clients c WHERE c.id = $1", $rest) };
        }
        impl Reader {
            /// "SELECT nothing FROM a comment"
            async fn one(&mut self) {
                let sql = "SELECT id
                    FROM users";
                self.query(sql).fetch_all().await; log("UPDATED");
            }
            fn two(&mut self) { self.query("DELETE FROM users") }
            fn three(&mut self) { self.query(filtered!("SELECT count(*)", " LIMIT 1")) }
        }"#;
    let found = statements_of("storage/x.rs", source);
    let told: Vec<_> = found
        .iter()
        .map(|found| (found.function.as_str(), found.line, found.sql.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect();
    let expected = [
        ("one", 8, "SELECT id FROM users".to_owned()),
        ("two", 12, "DELETE FROM users".to_owned()),
        ("three", 13, "SELECT count(*) FROM clients c WHERE c.id = $1 LIMIT 1".to_owned()),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_misspelt_column_and_a_whole_table_are_told_of() {
    sqlite(empty(async |location: Location| {
        opened(&location).await.close().await;
        let Location::Sqlite(path) = &location else { panic!("a SQLite file") };
        let mut connection = support::raw::sqlite(path).await;
        let misspelt = AssertSqlSafe("SELECT emial FROM users".to_owned()).into_sql_str();
        assert!(connection.prepare(misspelt).await.is_err());
        let [statement] =
            <[Statement; 1]>::try_from(statements_of("x.rs", r#"fn a() { "SELECT id FROM users WHERE name = $1" }"#))
                .expect("one statement");
        assert_eq!(plan(&mut connection, &statement).await, ["SCAN users"]);
    }))
    .await;
}
