//! The search for traces itself: it finds what it should, or finding nothing would mean nothing.

use crate::support::{TestServer, raw};

on_both_engines!(st_01_a_secret_in_the_database_would_be_found, st_02_a_secret_in_the_log_would_be_found);

async fn search(server: &TestServer) -> Result<(), String> {
    let server = server.clone();
    let searched = tokio::spawn(async move { server.search_for_traces().await }).await;
    searched.map_err(|found| *found.into_panic().downcast::<String>().expect("a sentence"))
}

async fn st_01_a_secret_in_the_database_would_be_found(server: TestServer) {
    server.daemon("nightly-import").await.token().await;
    assert_eq!(search(&server).await, Ok(()));
    // In two halves, for the statement is logged.
    let (planted, rest) = ("planted-in-the-database", "in-the-database");
    raw::run(
        &server.place().location,
        &format!("INSERT INTO instance (name, value) VALUES ('x', 'planted-' || '{rest}')"),
    )
    .await;
    server.confide(planted);
    assert_eq!(search(&server).await, Err(format!("{planted} is in the database")));
    server.forget(planted);
}

async fn st_02_a_secret_in_the_log_would_be_found(server: TestServer) {
    // The log is the whole process's: what another server's test plants is another text.
    let planted = format!("planted-in-the-log-of-{}", server.public_url());
    server.confide(&planted);
    assert_eq!(search(&server).await, Ok(()));
    tracing::trace!(planted, "a careless line");
    assert_eq!(search(&server).await, Err(format!("{planted} is in the log")));
    server.forget(&planted);
}
