//! A store opens with its own master key and with whole signing keys, or not at all.

use crate::support::{TestServer, keys, raw};
use portcullis::flows::OpenError;
use portcullis::keys::MasterKey;

on_both_engines!(
    ky_15_another_master_key_does_not_open_it,
    ky_14_a_damaged_key_stops_the_start,
    ky_14_keys_that_were_swapped_stop_the_start,
);
on_both_fresh!(two_nodes_that_start_at_once_agree_on_one_key_each);

fn own_key(server: &TestServer) -> MasterKey {
    keys::master_key(&server.place().master_key_file())
}

async fn refused(server: &TestServer, key: MasterKey) -> OpenError {
    server.open_with(key).await.err().expect("a refusal")
}

async fn ky_15_another_master_key_does_not_open_it(server: TestServer) {
    let other = MasterKey::create(&server.place().folder().join("other/master.key"), [8; 32]).expect("a key");
    let before = raw::dump(&server.place().location).await;
    let error = refused(&server, other).await;
    assert!(matches!(error, OpenError::WrongMasterKey { .. }), "{error}");
    assert_eq!(raw::dump(&server.place().location).await, before, "nothing was changed");
}

async fn ky_14_a_damaged_key_stops_the_start(server: TestServer) {
    let sql = "UPDATE signing_keys SET private_key = substr(private_key, 1, 40) WHERE algorithm = 'ES256'";
    raw::run(&server.place().location, sql).await;
    let error = refused(&server, own_key(&server)).await;
    assert!(matches!(error, OpenError::DamagedKey(_)), "{error}");
}

async fn ky_14_keys_that_were_swapped_stop_the_start(server: TestServer) {
    let sql = "UPDATE signing_keys SET private_key = (SELECT private_key FROM signing_keys WHERE algorithm = 'EdDSA')
               WHERE algorithm = 'ES256'";
    raw::run(&server.place().location, sql).await;
    let error = refused(&server, own_key(&server)).await;
    assert!(matches!(error, OpenError::DamagedKey(_)), "{error}");
}

async fn two_nodes_that_start_at_once_agree_on_one_key_each(server: TestServer) {
    let (first, second) = (server.provider(), server.second_node().await);
    let (one, other) = tokio::join!(first.ensure_signing_keys(), second.provider().ensure_signing_keys());
    one.expect("keys");
    other.expect("keys");
    let keys = first.list_signing_keys().await.expect("keys");
    assert_eq!(keys.len(), 3, "{keys:?}");
    server.node().look_for_changes().await;
    second.look_for_changes().await;
    server.set_up().await;
    let path = "/identity/.well-known/openid-configuration/jwks";
    assert_eq!(server.http().get(path).await.body, second.http().get(path).await.body);
    let daemon = server.daemon("nightly-import").await;
    server.resource_server().verify(&daemon.at(&second).token().await).await.expect("a good token");
}

/// Only SQLite keeps rows in files of ours.
mod files {
    use super::st_08_the_files_are_their_owners_alone;
    on_both_engines!(@engine sqlite served st_08_the_files_are_their_owners_alone);
}

async fn st_08_the_files_are_their_owners_alone(server: TestServer) {
    use std::os::unix::fs::PermissionsExt as _;
    server.daemon("nightly-import").await;
    let files = std::fs::read_dir(server.place().folder()).expect("a folder").flatten();
    let files: Vec<_> = files.map(|file| file.path()).chain([server.place().master_key_file()]).collect();
    assert!(files.iter().any(|file| file.ends_with("portcullis.db-wal")), "{files:?}");
    for file in files {
        let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", file.display());
    }
}
