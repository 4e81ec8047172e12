//! Logos of clients, as they were uploaded.

use super::{Reader, StorageError, Transaction};
use crate::oauth::ClientId;

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLogo {
    /// What it is, such as `image/png`.
    pub media_type: String,
    /// Tells it from the one before: part of its address.
    pub hash: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Reader {
    /// The logo of a client.
    pub async fn find_logo(&mut self, client: &ClientId) -> Result<Option<StoredLogo>, StorageError> {
        let sql = "SELECT media_type, hash, bytes FROM client_logos WHERE client_id = $1";
        let row = self.query(sql).bind(client).fetch_optional::<(String, String, Vec<u8>)>().await?;
        Ok(row.map(|(media_type, hash, bytes)| StoredLogo { media_type, hash, bytes }))
    }

    /// The hash of a client's logo, without the picture; none if it has none.
    pub async fn logo_hash(&mut self, client: &ClientId) -> Result<Option<String>, StorageError> {
        let sql = "SELECT hash FROM client_logos WHERE client_id = $1";
        Ok(self.query(sql).bind(client).fetch_optional::<(String,)>().await?.map(|(hash,)| hash))
    }
}

impl Transaction {
    /// Sets a client's logo.
    pub async fn put_logo(&mut self, client: &ClientId, logo: &StoredLogo) -> Result<(), StorageError> {
        let sql = "INSERT INTO client_logos (client_id, media_type, hash, bytes) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (client_id) DO UPDATE SET media_type = $2, hash = $3, bytes = $4";
        let statement = self.query(sql).bind(client).bind(&logo.media_type).bind(&logo.hash);
        statement.bind(logo.bytes.as_slice()).execute().await.map(drop)
    }

    /// Takes a client's logo away; false if it had none.
    pub async fn delete_logo(&mut self, client: &ClientId) -> Result<bool, StorageError> {
        Ok(self.query("DELETE FROM client_logos WHERE client_id = $1").bind(client).execute().await? == 1)
    }
}
