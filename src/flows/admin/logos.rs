//! Logos of clients.

use super::clients::{client_event, require_client};
use super::{AdminError, Administrator, ReadAccess};
use crate::flows::{Provider, audit};
use crate::oauth::admin_fields::{Field, FieldError};
use crate::oauth::{Client, ClientId, logo_type};
use crate::storage::{StorageError, StoredLogo};

impl Provider {
    /// Sets the logo of a client, or takes it away.
    pub async fn set_logo(&self, by: &Administrator, id: &ClientId, bytes: Option<Vec<u8>>) -> Result<(), AdminError> {
        let logo = match bytes {
            None => None,
            Some(bytes) => Some(stored_logo(bytes)?),
        };
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let (by, id) = (by.clone(), id.clone());
        self.database
            .write::<_, AdminError, _>(move |tx| {
                let (by, id, logo, salt) = (by.clone(), id.clone(), logo.clone(), salt.clone());
                Box::pin(async move {
                    let client = require_client(tx, by.tenant_id(), &id).await?;
                    require_logo_use(&client)?;
                    let before = tx.logo_hash(&id).await?;
                    match &logo {
                        Some(logo) => tx.put_logo(&id, logo).await?,
                        None => drop(tx.delete_logo(&id).await?),
                    }
                    let after = logo.as_ref().map(|logo| logo.hash.clone());
                    if before != after {
                        let detail = serde_json::json!({ "logo": [before, after] });
                        let event = client_event(&client, "client.changed", &detail);
                        audit::record(tx, &event, by.origin(), &salt, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Tells the logo of a client of the tenant from others; none if it has none.
    pub async fn logo_of(&self, by: &ReadAccess, id: &ClientId) -> Result<Option<String>, AdminError> {
        let mut reader = self.database.read().await?;
        require_logo_use(&require_client(&mut reader, by.tenant_id(), id).await?)?;
        Ok(reader.logo_hash(id).await?)
    }

    /// The logo of a client, for whoever knows its hash: those who are shown a page that names it.
    pub async fn logo(&self, id: &ClientId, hash: &str) -> Result<Option<StoredLogo>, StorageError> {
        let found = self.database.read().await?.find_logo(id).await?;
        Ok(found.filter(|logo| logo.hash == hash))
    }
}

/// A file as it is kept, if it is a logo.
pub(super) fn stored_logo(bytes: Vec<u8>) -> Result<StoredLogo, FieldError> {
    let media_type = logo_type(&bytes).map_err(|refusal| FieldError::new(Field::Logo, refusal.sentence()))?.to_owned();
    Ok(StoredLogo { media_type, hash: short_hash(&bytes), bytes })
}

/// A logo is for consent: a client that nobody signs in to has none.
fn require_logo_use(client: &Client) -> Result<(), AdminError> {
    if client.client_type.has_users() { Ok(()) } else { Err(AdminError::NotFound("logo")) }
}

/// Enough of a digest to tell one picture from the next.
fn short_hash(bytes: &[u8]) -> String {
    hex::encode(&aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref()[..8])
}
