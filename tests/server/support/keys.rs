//! Signing keys for all servers of this process: an RSA key takes long to make, and most tests are not about that.

use super::NOW;
use portcullis::keys::{GeneratedKey, MasterKey, Sealer};
use portcullis::oauth::SigningAlgorithm;
use portcullis::random::Random;
use portcullis::storage::{Database, KeyRow, StorageError};
use std::path::Path;
use std::sync::OnceLock;

/// The master key of every test, in a file of its own.
pub(crate) fn master_key(file: &Path) -> MasterKey {
    if file.exists() {
        return MasterKey::load(file).expect("a master key that can be read");
    }
    MasterKey::create(file, [7; 32]).expect("a new master key")
}

/// Puts the keys into a database.
pub(crate) async fn insert(database: &Database, master_key: &MasterKey) {
    static ROWS: OnceLock<Vec<KeyRow>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| SigningAlgorithm::ALL.into_iter().map(|kind| row(kind, master_key)).collect());
    for row in rows {
        database
            .write::<_, StorageError, _>(move |tx| Box::pin(async move { tx.insert_signing_key(row).await.map(drop) }))
            .await
            .expect("a stored key");
    }
}

fn row(algorithm: SigningAlgorithm, master_key: &MasterKey) -> KeyRow {
    let key = GeneratedKey::generate(algorithm).expect("a new key");
    KeyRow {
        slot: format!("{}:1", algorithm.as_str()),
        algorithm: algorithm.as_str().to_owned(),
        state: "active".to_owned(),
        private_key: Sealer::new(master_key).seal_private_key(&key.id, Random::default().bytes::<12>(), &key.pkcs8),
        public_jwk: key.public_jwk,
        id: key.id,
        created_at: NOW,
        activates_at: NOW,
        retires_at: None,
    }
}
