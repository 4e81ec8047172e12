//! Logos in a document: the file's bytes in base64, an empty text where there is none.

use super::import::{Importing, Stop};
use crate::flows::admin::clients::client_event;
use crate::flows::admin::logos::stored_logo;
use crate::flows::audit;
use crate::oauth::{Client, ClientId};
use crate::storage::{Reader, StorageError, StoredLogo, Transaction};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The logo of a client, as the document has it.
pub(super) async fn written(reader: &mut Reader, client: &ClientId) -> Result<String, StorageError> {
    Ok(reader.find_logo(client).await?.map(|logo| STANDARD.encode(logo.bytes)).unwrap_or_default())
}

/// What an entry says of the logo.
#[derive(Default)]
pub(super) enum Wanted {
    /// Nothing: it stays as it is.
    #[default]
    Any,
    /// That there is none.
    None,
    /// That it is this one.
    This(StoredLogo),
}

/// Reads what an entry says.
pub(super) fn read(text: Option<&str>) -> Result<Wanted, String> {
    let Some(text) = text else { return Ok(Wanted::Any) };
    if text.is_empty() {
        return Ok(Wanted::None);
    }
    let bytes = STANDARD.decode(text).map_err(|_| "Logo must be a picture in base64, as an export writes it.")?;
    stored_logo(bytes).map(Wanted::This).map_err(|error| error.message)
}

/// Makes the logo so; whether it was another.
pub(super) async fn store(
    tx: &mut Transaction,
    client: &Client,
    wanted: &Wanted,
    to: &Importing,
) -> Result<bool, Stop> {
    let logo = match wanted {
        Wanted::Any => return Ok(false),
        Wanted::None => None,
        Wanted::This(logo) => Some(logo),
    };
    let before = tx.logo_hash(&client.id).await?;
    let after = logo.map(|logo| logo.hash.clone());
    if before == after {
        return Ok(false);
    }
    match logo {
        Some(logo) => tx.put_logo(&client.id, logo).await?,
        None => drop(tx.delete_logo(&client.id).await?),
    }
    let event = client_event(client, "client.changed", &serde_json::json!({ "logo": [before, after] }));
    audit::record(tx, &event, to.by.origin(), &to.salt, to.now).await?;
    Ok(true)
}
