//! Opening and migrating.

use crate::support::places::opened;
use crate::support::samples::{add_client, add_tenant, add_user, client, found, user};
use crate::support::{Database, Location, StorageError, raw};
use std::os::unix::fs::PermissionsExt as _;

on_both_empty!(
    nodes_that_start_together_make_one_schema,
    migrating_again_changes_nothing,
    st_07_names_that_an_earlier_version_stored_are_found,
    what_is_pending_is_told_without_doing_it,
    a_schema_of_a_newer_version_is_refused_unless_it_lets_this_one_run,
    a_migration_that_was_changed_is_refused,
    what_was_written_is_there_after_opening_again,
    without_a_schema_a_read_fails_and_does_not_panic,
);

const MIGRATIONS: &str = "SELECT count(*) FROM _sqlx_migrations";

async fn nodes_that_start_together_make_one_schema(location: Location) {
    let nodes = crate::racing::all(5, |_| {
        let location = location.clone();
        async move {
            let node = Database::open(&location, 2).await?;
            node.migrate().await?;
            Ok::<_, StorageError>(node)
        }
    });
    let nodes: Vec<Database> = nodes.await.into_iter().map(|node| node.expect("a node that starts")).collect();
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite")).unwrap().count();
    assert_eq!(raw::number(&location, MIGRATIONS).await, i64::try_from(files).unwrap());
    let tenant = add_tenant(&nodes[0], "acme").await;
    for (at, node) in nodes.iter().enumerate() {
        add_client(node, &client(&tenant, &format!("app-{at}"))).await;
        assert_eq!(
            nodes[0].read().await.unwrap().count_all_clients(&tenant).await.unwrap(),
            i64::try_from(at).unwrap() + 1
        );
    }
    for node in nodes {
        node.close().await;
    }
    if let Location::Sqlite(path) = &location {
        let left: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().flatten().collect();
        assert_eq!(left.len(), 1, "only the database is left: {left:?}");
    }
}

async fn migrating_again_changes_nothing(location: Location) {
    let database = opened(&location).await;
    let tenant = add_tenant(&database, "acme").await;
    database.migrate().await.unwrap();
    assert!(database.read().await.unwrap().find_tenant(&tenant).await.unwrap().is_some());
    database.close().await;
}

async fn st_07_names_that_an_earlier_version_stored_are_found(location: Location) {
    let database = opened(&location).await;
    let tenant = add_tenant(&database, "acme").await;
    for (id, email) in [("a", "stra\u{df}e@example.com"), ("b", "bob@example.com"), ("c", "STRASSEN@example.com")] {
        add_user(&database, &user(&tenant, id, email)).await.unwrap();
    }
    add_client(&database, &client(&tenant, "app")).await;
    // Lower case alone, as it was before: three spellings of two addresses, and a name.
    for change in [
        "UPDATE users SET email_key = 'stra\u{df}e@example.com' WHERE id = 'a'",
        "UPDATE users SET email = 'zo\u{eb}@example.com', email_key = 'zoe\u{308}@example.com' WHERE id = 'b'",
        "UPDATE users SET email = 'stra\u{df}en@example.com', email_key = 'stra\u{df}en@example.com' WHERE id = 'c'",
        "INSERT INTO users (id, tenant_id, email, email_key, name, name_key, claims, enabled, created_at, updated_at, version)
         SELECT 'd', tenant_id, 'strassen@example.com', 'strassen@example.com', name, name_key, claims, enabled, created_at,
         updated_at, version FROM users WHERE id = 'a'",
        "UPDATE clients SET name = 'Pi\u{f1}ata Gr\u{f6}\u{df}e', name_key = 'pi\u{f1}ata gr\u{f6}\u{df}e' WHERE id = 'app'",
    ] {
        raw::run(&location, change).await;
    }
    for _ in 0..2 {
        database.migrate().await.unwrap();
        let mut reader = database.read().await.unwrap();
        for (email, id) in [
            ("STRASSE@example.com", "a"),
            ("zoe\u{308}@example.com", "b"),
            ("zo\u{eb}@example.com", "b"),
            ("strassen@example.com", "d"),
        ] {
            let found = reader.find_users_by_email(email).await.unwrap();
            assert_eq!(found.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(), [id], "{email}");
        }
        let found = reader.find_clients_by_name(&tenant, "PI\u{d1}ATA GR\u{d6}SSE").await.unwrap();
        assert_eq!(found.len(), 1);
    }
    // The one whose address another has is listed as it was typed.
    let all = database.read().await.unwrap().list_users(&tenant, None, 0, 10).await.unwrap();
    assert!(all.iter().any(|user| user.email == "stra\u{df}en@example.com"), "{all:?}");
    database.close().await;
}

async fn what_is_pending_is_told_without_doing_it(location: Location) {
    let database = Database::open(&location, 2).await.unwrap();
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite")).unwrap().count();
    for _ in 0..2 {
        let pending = database.pending_migrations().await.unwrap();
        assert_eq!((pending.len(), pending[0].as_str()), (files, "0001_foundation"));
    }
    database.migrate().await.unwrap();
    assert!(database.pending_migrations().await.unwrap().is_empty());
    database.close().await;
}

async fn refused(location: &Location, expected: &str) {
    let database = Database::open(location, 2).await.unwrap();
    let refused = database.migrate().await;
    assert!(matches!(&refused, Err(StorageError::Schema(told)) if told.contains(expected)), "{refused:?}");
    database.close().await;
}

async fn a_schema_of_a_newer_version_is_refused_unless_it_lets_this_one_run(location: Location) {
    opened(&location).await.close().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
                 SELECT 9999, 'from the future', installed_on, success, checksum, execution_time
                 FROM _sqlx_migrations WHERE version = 1";
    raw::run(&location, newer).await;
    let database = opened(&location).await;
    assert_eq!(database.newer_migrations().await.unwrap(), [9999]);
    database.close().await;
    raw::run(&location, "UPDATE instance SET value = '9999' WHERE name = 'schema_must_know'").await;
    refused(&location, "newer version").await;
}

async fn a_migration_that_was_changed_is_refused(location: Location) {
    opened(&location).await.close().await;
    let other = if matches!(location, Location::Sqlite(_)) { "x'00'" } else { r"'\x00'" };
    raw::run(&location, &format!("UPDATE _sqlx_migrations SET checksum = {other} WHERE version = 1")).await;
    refused(&location, "1").await;
}

async fn what_was_written_is_there_after_opening_again(location: Location) {
    let database = opened(&location).await;
    let tenant = add_tenant(&database, "acme").await;
    let app = client(&tenant, "app");
    add_client(&database, &app).await;
    database.close().await;
    let refused = written!(database, (app), tx => tx.insert_client(&app).await).await;
    assert!(matches!(refused, Err(StorageError::Unavailable(_))), "{refused:?}");
    let database = opened(&location).await;
    assert_eq!(found(&database, &app.id).await, Some(app));
    database.close().await;
}

async fn without_a_schema_a_read_fails_and_does_not_panic(location: Location) {
    let database = Database::open(&location, 2).await.unwrap();
    let read = database.read().await.unwrap().list_tenants().await;
    assert!(matches!(read, Err(StorageError::Other(_))), "{read:?}");
    database.close().await;
}

/// Only PostgreSQL has replicas, users and several databases.
mod postgresql {
    use super::{a_postgresql_that_lets_nobody_in_says_why, rel_11_a_postgresql_that_takes_no_writes_is_refused};
    on_both_engines!(
        @engine postgres empty
        rel_11_a_postgresql_that_takes_no_writes_is_refused a_postgresql_that_lets_nobody_in_says_why
    );
}

async fn a_postgresql_that_lets_nobody_in_says_why(location: Location) {
    let Location::Postgres(url) = &location else { return };
    let url = url::Url::parse(url.expose()).unwrap();
    let (mut database, mut user) = (url.clone(), url);
    database.set_path("not_there");
    user.set_username("nobody_of_ours").unwrap();
    for (url, why) in [(database, "\"not_there\" does not exist"), (user, "nobody_of_ours")] {
        let refused =
            Database::open(&Location::Postgres(portcullis::redacted::Redacted::new(url.to_string())), 2).await;
        assert!(matches!(&refused, Err(StorageError::Unavailable(told)) if told.contains(why)), "{refused:?}");
    }
}

async fn rel_11_a_postgresql_that_takes_no_writes_is_refused(location: Location) {
    let set = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$";
    raw::run(&location, set).await;
    let refused = Database::open(&location, 2).await;
    assert!(matches!(&refused, Err(StorageError::Unavailable(why)) if why.contains("takes no writes")), "{refused:?}");
}

#[tokio::test]
async fn a_sqlite_file_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portcullis.db");
    let database = opened(&Location::Sqlite(path)).await;
    add_tenant(&database, "acme").await;
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert!(files.len() > 1, "the file and its log: {files:?}");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
    database.close().await;
}

#[tokio::test]
async fn a_place_that_cannot_be_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let places = [
        Location::Sqlite(folder.path().join("missing/portcullis.db")),
        Location::Sqlite(folder.path().to_owned()),
        Location::Postgres(portcullis::redacted::Redacted::new("postgres://user:word@127.0.0.1:1/none".to_owned())),
    ];
    for place in places {
        let refused = Database::open(&place, 2).await;
        let told = matches!(&refused, Err(StorageError::Unavailable(why)) if !why.contains("timed out"));
        assert!(told, "{place:?}: {refused:?}");
        assert!(!format!("{place:?} {refused:?}").contains("word"));
    }
}
