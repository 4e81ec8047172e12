//! Many at once.

use crate::support::places::opened;
use crate::support::samples::{add_client, add_tenant, client, found};
use crate::support::{Database, Location, NOW};
use std::future::Future;

on_both_engines!(parallel_writers_all_succeed);

on_both_empty!(parallel_writers_on_two_nodes_that_read_first_lose_nothing);

/// Starts `count` tasks together and waits for what each has to say.
pub(crate) async fn all<T, F>(count: usize, racer: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = std::sync::Arc::new(tokio::sync::Barrier::new(count));
    let racers: Vec<_> = (0..count)
        .map(|number| {
            let (start, racer) = (start.clone(), racer(number));
            tokio::spawn(async move {
                start.wait().await;
                racer.await
            })
        })
        .collect();
    let mut told = Vec::new();
    for racer in racers {
        told.push(racer.await.expect("a racer that arrives"));
    }
    told
}

async fn parallel_writers_all_succeed(database: Database) {
    let tenant = add_tenant(&database, "acme").await;
    all(32, |number| {
        let (database, tenant) = (database.clone(), tenant.clone());
        async move { add_client(&database, &client(&tenant, &format!("app-{number}"))).await }
    })
    .await;
    assert_eq!(database.read().await.unwrap().count_all_clients(&tenant).await.unwrap(), 32);
}

/// Each writer reads the client and stores it again with one tag more, until its version is the one that counts. Half of
/// them do so on a second node: on SQLite that is what the server and a command at the terminal are to each other.
async fn parallel_writers_on_two_nodes_that_read_first_lose_nothing(location: Location) {
    let nodes = [opened(&location).await, opened(&location).await];
    let tenant = add_tenant(&nodes[0], "acme").await;
    let id = client(&tenant, "app").id;
    add_client(&nodes[0], &client(&tenant, "app")).await;
    all(32, |number| {
        let (database, id) = (nodes[number % 2].clone(), id.clone());
        async move {
            let add_tag = || {
                written!(database, (id), tx => {
                    let mut client = tx.find_client(&id).await?.expect("the client");
                    client.tags.push(number.to_string());
                    tx.update_client(&client, NOW).await
                })
            };
            while !add_tag().await.expect("a write") {}
        }
    })
    .await;
    let client = found(&nodes[0], &id).await.expect("the client");
    let mut tags: Vec<usize> = client.tags.iter().map(|tag| tag.parse().unwrap()).collect();
    tags.sort_unstable();
    assert_eq!(tags, (0..32).collect::<Vec<_>>());
    assert_eq!(client.version, 33);
    for node in nodes {
        node.close().await;
    }
}
