//! Signing keys for all servers of this process: an RSA key takes long to make, and most tests are not about that.

use super::NOW;
use portcullis::keys::{GeneratedKey, MasterKey, Sealer, SigningKey};
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

fn rows(master_key: &MasterKey) -> &'static [KeyRow] {
    static ROWS: OnceLock<Vec<KeyRow>> = OnceLock::new();
    ROWS.get_or_init(|| SigningAlgorithm::ALL.into_iter().map(|kind| row(kind, master_key)).collect())
}

/// A JWT of this type, with these claims, by the key with which servers sign access tokens.
pub(crate) fn sign(master_key_file: &Path, typ: &str, claims: &serde_json::Value) -> String {
    let master_key = master_key(master_key_file);
    let row = &rows(&master_key)[0];
    let algorithm = SigningAlgorithm::parse(&row.algorithm).expect("an algorithm");
    let private = Sealer::new(&master_key).open_private_key(&row.id, &row.private_key).expect("a private key");
    let key = SigningKey::from_pkcs8(algorithm, &private).expect("a key").with_id(row.id.as_str());
    key.sign(typ, claims.to_string().as_bytes()).expect("a token")
}

/// Puts the keys into a database.
pub(crate) async fn insert(database: &Database, master_key: &MasterKey) {
    for row in rows(master_key) {
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
