//! The one door for writes: all or nothing, whoever waits, whoever fails.

use crate::support::places::opened;
use crate::support::samples::{add_client, add_tenant, add_user, client, found, try_adding, user};
use crate::support::{Database, Location, NOW, StorageError, raw};
use portcullis::oauth::{Client, ClientId, TenantId, UserId};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use tokio::sync::{Barrier, Notify};

on_both_engines!(
    ok_commits_and_an_error_undoes_everything,
    a_failure_that_the_work_passes_over_undoes_everything,
    a_panic_is_an_error_and_the_next_write_works,
    one_of_many_waiting_writes_fails_and_the_others_stand,
    a_write_that_is_under_way_holds_up_no_reader,
);

on_both_empty!(
    a_write_is_committed_though_nobody_waits_for_it,
    damaged_rows_are_told_of,
    a_commit_of_many_that_a_full_disk_undoes_may_be_tried_again
);

type Answer = Pin<Box<dyn Future<Output = Result<(), StorageError>> + Send>>;

fn adding(database: &Database, client: Client) -> Answer {
    let database = database.clone();
    Box::pin(async move { try_adding(&database, &client).await })
}

/// Lets a future go as far as it gets by itself.
async fn begin<F: Future + Unpin>(future: &mut F) {
    poll_fn(|context| {
        let _ = Pin::new(&mut *future).poll(context);
        Poll::Ready(())
    })
    .await;
}

/// A write that has added a client and then waits inside its transaction until `go` tells it to go on.
struct Held {
    answer: tokio::task::JoinHandle<Result<(), StorageError>>,
    go: Arc<Notify>,
}

async fn hold(database: &Database, client: Client) -> Held {
    let (inside, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (database, told, wait) = (database.clone(), inside.clone(), go.clone());
    let answer = tokio::spawn(async move {
        let write = written!(database, (client, told, wait), tx => {
            tx.insert_client(&client).await?;
            told.notify_one();
            wait.notified().await;
            Ok(())
        });
        write.await
    });
    inside.notified().await;
    Held { answer, go }
}

impl Held {
    async fn finish(self) -> Result<(), StorageError> {
        self.go.notify_one();
        self.answer.await.expect("a write that does not panic")
    }
}

async fn count(database: &Database, tenant: &TenantId) -> i64 {
    database.read().await.unwrap().count_all_clients(tenant).await.unwrap()
}

async fn ok_commits_and_an_error_undoes_everything(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let (one, two) = (client(&tenant, "one"), client(&tenant, "two"));
    let undone = written!(database, (one, two), tx => {
        tx.insert_client(&one).await?;
        tx.insert_client(&two).await?;
        assert_eq!(tx.find_client(&two.id).await?.as_ref(), Some(&two), "a write sees its own rows");
        Err::<(), _>(StorageError::Other("changed our mind".to_owned()))
    });
    let undone = undone.await;
    assert!(matches!(&undone, Err(StorageError::Other(why)) if why == "changed our mind"), "{undone:?}");
    assert_eq!(count(&database, &tenant).await, 0);
    let done = written!(database, (one, two), tx => {
        tx.insert_client(&one).await?;
        tx.insert_client(&two).await?;
        Ok::<_, StorageError>("both")
    });
    assert_eq!(done.await.unwrap(), "both");
    assert_eq!(count(&database, &tenant).await, 2);
}

/// PostgreSQL would answer COMMIT with a silent ROLLBACK, SQLite would keep the rest.
async fn a_failure_that_the_work_passes_over_undoes_everything(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let (taken, fresh) = (client(&tenant, "taken"), client(&tenant, "fresh"));
    add_client(&database, &taken).await;
    let hidden = written!(database, (taken, fresh), tx => {
        tx.insert_client(&fresh).await?;
        let _ = tx.insert_client(&taken).await;
        Ok::<_, StorageError>(())
    });
    let hidden = hidden.await;
    assert!(matches!(hidden, Err(StorageError::Conflict(_))), "{hidden:?}");
    assert_eq!(found(&database, &fresh.id).await, None);
    add_client(&database, &fresh).await;
}

async fn a_panic_is_an_error_and_the_next_write_works(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let one = client(&tenant, "one");
    let panicked = written!(database, (one), tx => {
        tx.insert_client(&one).await?;
        assert_eq!(one.version, 0, "meant to panic");
        Ok::<_, StorageError>(())
    });
    let panicked = panicked.await;
    assert!(matches!(&panicked, Err(StorageError::Other(why)) if why.contains("panicked")), "{panicked:?}");
    assert_eq!(found(&database, &one.id).await, None);
    add_client(&database, &one).await;
    assert_eq!(found(&database, &one.id).await, Some(one));
}

/// Only PostgreSQL tells its connections apart.
mod connections {
    use super::rel_28_the_connection_of_a_panic_is_not_used_again;
    on_both_engines!(@engine postgres empty rel_28_the_connection_of_a_panic_is_not_used_again);
}

async fn rel_28_the_connection_of_a_panic_is_not_used_again(location: Location) {
    let database = Database::open(&location, 1).await.expect("a database that opens");
    database.migrate().await.expect("a schema");
    let tenant = add_tenant(&database, "acme").await;
    let connection = "SELECT CAST(min(pid) AS BIGINT) FROM pg_stat_activity WHERE datname = current_database()
                      AND application_name = 'portcullis'";
    let mut seen = vec![raw::number(&location, connection).await];
    let panicked = written!(database, (tenant), tx => {
        assert!(tx.find_tenant(&tenant).await?.is_none(), "meant to panic");
        Ok::<_, StorageError>(())
    });
    panicked.await.expect_err("a panic");
    count(&database, &tenant).await;
    seen.push(raw::number(&location, connection).await);
    let reading = tokio::spawn({
        let database = database.clone();
        async move {
            let mut reader = database.read().await.unwrap();
            let tenants = reader.list_tenants().await.unwrap();
            assert!(tenants.is_empty(), "meant to panic");
        }
    });
    reading.await.expect_err("a panic");
    count(&database, &tenant).await;
    seen.push(raw::number(&location, connection).await);
    assert!(seen[0] != seen[1] && seen[1] != seen[2], "{seen:?}");
    database.close().await;
}

/// All but the first wait while it is under way, so that SQLite's writer takes them as one batch.
async fn one_of_many_waiting_writes_fails_and_the_others_stand(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let first = hold(&database, client(&tenant, "first")).await;
    let mut waiting: Vec<Answer> = Vec::new();
    for id in ["a", "b", "first", "c", "a", "d"] {
        waiting.push(adding(&database, client(&tenant, id)));
    }
    let (panicking, id) = (database.clone(), client(&tenant, "p"));
    waiting.push(Box::pin(async move {
        let write = written!(panicking, (id), tx => {
            tx.insert_client(&id).await?;
            assert_eq!(id.version, 0, "meant to panic");
            Ok(())
        });
        write.await
    }));
    waiting.push(adding(&database, client(&tenant, "e")));
    for write in &mut waiting {
        begin(write).await;
    }
    first.finish().await.unwrap();
    let mut told = Vec::new();
    for write in waiting {
        told.push(match write.await {
            Ok(()) => "stored",
            Err(StorageError::Conflict(_)) => "conflict",
            Err(StorageError::Other(_)) => "panicked",
            Err(_) => "failed",
        });
    }
    told[..6].sort_unstable(); // On PostgreSQL it is open which of the two `a` comes first.
    assert_eq!(told, ["conflict", "conflict", "stored", "stored", "stored", "stored", "panicked", "stored"]);
    for id in ["a", "b", "c", "d", "e", "first"] {
        assert!(found(&database, &ClientId::new(id)).await.is_some(), "{id}");
    }
    assert_eq!(count(&database, &tenant).await, 6);
}

async fn a_write_that_is_under_way_holds_up_no_reader(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    let app = client(&tenant, "app");
    let held = hold(&database, app.clone()).await;
    for _ in 0..8 {
        assert_eq!(found(&database, &app.id).await, None, "nobody sees what is not committed");
    }
    held.finish().await.unwrap();
    assert_eq!(found(&database, &app.id).await, Some(app));
}

async fn damaged_rows_are_told_of(location: Location) {
    let database = opened(&location).await;
    let tenant = add_tenant(&database, "acme").await;
    let app = client(&tenant, "app");
    add_client(&database, &app).await;
    let damages = [
        ("client_type = 'none'", "client_type = 'hybrid'", "client_type"),
        ("pkce = ''", "pkce = 'required'", "pkce"),
        ("access_token_algorithm = 'none'", "access_token_algorithm = 'RS256'", "access_token_algorithm"),
    ];
    for (damage, repair, column) in damages {
        raw::run(&location, &format!("UPDATE clients SET {damage}")).await;
        let read = database.read().await.unwrap().find_client(&app.id).await;
        assert!(matches!(&read, Err(StorageError::Corrupt(what)) if what.contains(column)), "{damage}: {read:?}");
        raw::run(&location, &format!("UPDATE clients SET {repair}")).await;
    }
    assert!(found(&database, &app.id).await.is_some());
    database.close().await;
}

async fn a_write_is_committed_though_nobody_waits_for_it(location: Location) {
    let database = opened(&location).await;
    let tenant = add_tenant(&database, "acme").await;
    let first = hold(&database, client(&tenant, "first")).await;
    let mut dropped = adding(&database, client(&tenant, "dropped"));
    begin(&mut dropped).await;
    drop(dropped);
    first.go.notify_one();
    first.answer.abort();
    database.close().await;
    let database = opened(&location).await;
    assert_eq!(count(&database, &tenant).await, 2);
    database.close().await;
}

/// Two users, two transactions that change both in opposite order: PostgreSQL undoes one and asks for it again.
async fn transactions_that_collide_are_run_again(location: Location) {
    let database = opened(&location).await;
    let tenant = add_tenant(&database, "acme").await;
    for id in ["ada", "bob"] {
        add_user(&database, &user(&tenant, id, &format!("{id}@example.com"))).await.unwrap();
    }
    let (met, runs) = (Arc::new(Barrier::new(2)), Arc::new(AtomicU32::new(0)));
    crate::racing::all(2, |number| {
        let (database, met, runs) = (database.clone(), met.clone(), runs.clone());
        let (first, second) = if number == 0 { ("ada", "bob") } else { ("bob", "ada") };
        async move {
            let write = written!(database, (met, runs), tx => {
                tx.set_password(&UserId::new(first), "$hash", NOW).await?;
                if runs.fetch_add(1, Ordering::SeqCst) < 2 {
                    met.wait().await;
                }
                tx.set_password(&UserId::new(second), "$hash", NOW).await
            });
            assert!(write.await.expect("a write that is run again"));
        }
    })
    .await;
    assert_eq!(runs.load(Ordering::SeqCst), 3, "two runs collided, one of them ran again");
    assert_eq!(raw::number(&location, "SELECT sum(version)::BIGINT FROM users").await, 6, "each change once");
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_that_collide_on_postgresql_are_run_again() {
    use crate::support::places::{empty, postgres};
    postgres(empty(transactions_that_collide_are_run_again)).await;
}

/// What SQLite does when the disk is full: it undoes the whole transaction by itself, savepoints and all.
async fn a_commit_of_many_that_a_full_disk_undoes_may_be_tried_again(location: Location) {
    let database = opened(&location).await;
    let tenant = add_tenant(&database, "acme").await;
    if !matches!(location, Location::Sqlite(_)) {
        return database.close().await;
    }
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON clients WHEN NEW.id = 'large' BEGIN SELECT RAISE(ROLLBACK, 'full'); END";
    raw::run(&location, full).await;
    let held = hold(&database, client(&tenant, "first")).await;
    let mut writes: Vec<_> = ["before", "large", "behind"].map(|id| adding(&database, client(&tenant, id))).into();
    for write in &mut writes {
        begin(write).await;
    }
    held.go.notify_one();
    held.answer.await.unwrap().expect("one that was alone");
    let mut told = Vec::new();
    for write in writes {
        told.push(write.await);
    }
    for id in [0, 2] {
        assert!(matches!(&told[id], Err(StorageError::Unavailable(_))), "{:?}", told[id]);
    }
    assert!(told[1].is_err());
    add_client(&database, &client(&tenant, "before")).await;
    assert!(found(&database, &ClientId::new("large")).await.is_none());
    database.close().await;
}
