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
    ("clients_without_secret", "doctor asks once"),
    ("list_clients", "walks along a page that was cut before"),
    ("urls_of_browser_clients", "all are wanted, once after each change of a client"),
    ("outdated_keys", "all are looked at, once at a start"),
    ("audit_chains", "a row a tenant"),
    ("unsealed_audit", "walks along the index of what is not sealed yet"),
    ("insert_mail", "mails are few: it counts that they stay so"),
    ("waiting_mails", "mails are few"),
    ("next_mail_due", "stops at the first of the index"),
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

/// A connection to PostgreSQL that would rather do anything than go through a whole table.
async fn planning(url: &str) -> PgConnection {
    let mut connection = PgConnection::connect(url).await.expect("a PostgreSQL server");
    let rather = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan";
    connection.execute(rather).await.expect("settings of the planner");
    connection
}

/// The steps of PostgreSQL's plan that go through a whole table or index, though it was told to do anything rather than
/// that: with few rows it would always. Whatever the values are, for they may be any.
async fn walks(connection: &mut PgConnection, statement: &Statement) -> Vec<String> {
    let values = (1..200).rev().find(|number| statement.sql.contains(&format!("${number}"))).unwrap_or(0);
    let values = if values == 0 { String::new() } else { format!("({})", vec!["NULL"; values].join(", ")) };
    let asked = format!("DEALLOCATE ALL; PREPARE one AS {}; EXPLAIN (COSTS OFF) EXECUTE one{values}", statement.sql);
    let rows = sqlx::raw_sql(AssertSqlSafe(asked)).fetch_all(connection).await;
    let rows = rows.unwrap_or_else(|error| panic!("{statement}: {error}"));
    let plan = rows.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>().join("\n");
    let is_walk = |step: &&str| {
        let first = step.lines().next().unwrap_or_default();
        first.contains("Seq Scan on") || (first.contains("Index") && !step.contains("Index Cond:"))
    };
    plan.split("->").filter(is_walk).map(|step| step.lines().next().unwrap_or_default().trim().to_owned()).collect()
}

async fn lookups_use_an_index(location: Location) {
    opened(&location).await.close().await;
    let mut scanning = Vec::new();
    match &location {
        Location::Sqlite(path) => {
            let mut connection = support::raw::sqlite(path).await;
            for statement in statements_of_storage() {
                let steps = plan(&mut connection, &statement).await.into_iter().filter(|step| step.starts_with("SCAN"));
                scanning.extend(steps.map(|step| (statement.clone(), step)));
            }
        }
        Location::Postgres(url) => {
            let mut connection = planning(url.expose()).await;
            for statement in statements_of_storage() {
                let steps = walks(&mut connection, &statement).await;
                scanning.extend(steps.into_iter().map(|step| (statement.clone(), step)));
            }
        }
    }
    // The list is SQLite's, which plans alike with and without rows.
    if matches!(location, Location::Sqlite(_)) {
        for (function, _) in SCANS {
            assert!(
                scanning.iter().any(|(found, _)| found.function == *function),
                "{function} reads no whole table any more"
            );
        }
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

#[tokio::test]
async fn lookups_use_an_index_on_postgresql() {
    postgres(empty(lookups_use_an_index)).await;
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

async fn a_misspelt_column_and_a_whole_table_are_told_of(location: Location) {
    opened(&location).await.close().await;
    let misspelt = AssertSqlSafe("SELECT emial FROM users".to_owned()).into_sql_str();
    let [statement] =
        <[Statement; 1]>::try_from(statements_of("x.rs", r#"fn a() { "SELECT id FROM users WHERE name = $1" }"#))
            .expect("one statement");
    match &location {
        Location::Sqlite(path) => {
            let mut connection = support::raw::sqlite(path).await;
            assert!(connection.prepare(misspelt).await.is_err());
            assert_eq!(plan(&mut connection, &statement).await, ["SCAN users"]);
        }
        Location::Postgres(url) => {
            let mut connection = planning(url.expose()).await;
            assert!(connection.prepare(misspelt).await.is_err());
            assert_eq!(walks(&mut connection, &statement).await.len(), 1);
        }
    }
}

#[tokio::test]
async fn a_misspelt_column_and_a_whole_table_are_told_of_on_sqlite() {
    sqlite(empty(a_misspelt_column_and_a_whole_table_are_told_of)).await;
}

#[tokio::test]
async fn a_misspelt_column_and_a_whole_table_are_told_of_on_postgresql() {
    postgres(empty(a_misspelt_column_and_a_whole_table_are_told_of)).await;
}
