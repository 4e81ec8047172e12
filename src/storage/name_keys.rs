//! The keys of names that were made by an earlier rule than [`fold`] of this binary, or by a node that still has one: what
//! has such a key would not be found by its name.

use super::{Database, Reader, StorageError, Transaction};
use crate::oauth::admin_fields::fold;
use std::sync::Arc;

/// Keys that are stored in one transaction: few enough for others not to wait.
const BATCH: usize = 200;

/// A column with a name, beside one with its key.
#[derive(Debug, Clone, Copy)]
enum Column {
    Email,
    UserName,
    RoleName,
    ClientName,
    SecretDescription,
}

impl Column {
    const ALL: [Self; 5] = [Self::Email, Self::UserName, Self::RoleName, Self::ClientName, Self::SecretDescription];
}

/// A key that is not what it should be.
#[derive(Debug)]
struct Outdated {
    id: String,
    old: String,
    new: String,
}

impl Database {
    /// Makes the keys of all names anew that are not what [`fold`] makes of them; safe when several nodes do it at once.
    ///
    /// Two e-mail addresses of one tenant may have become one. The key of the second stays then, and the log names it:
    /// nobody signs in with it until an administrator has changed it.
    pub(super) async fn renew_name_keys(&self) -> Result<(), StorageError> {
        for column in Column::ALL {
            let outdated = self.read().await?.outdated_keys(column).await?;
            let mut outdated = outdated.into_iter().peekable();
            while outdated.peek().is_some() {
                let batch: Arc<Vec<Outdated>> = Arc::new(outdated.by_ref().take(BATCH).collect());
                self.write::<_, StorageError, _>(move |tx| {
                    let batch = Arc::clone(&batch);
                    Box::pin(async move {
                        for key in batch.iter() {
                            if tx.renew_key(column, key).await? == 0 {
                                tracing::warn!(
                                    event = "names.alike",
                                    ?column,
                                    id = key.id,
                                    "another has this name by now"
                                );
                            }
                        }
                        Ok(())
                    })
                })
                .await?;
            }
        }
        Ok(())
    }
}

impl Reader {
    /// ASCII is the same by every rule: only keys with other letters are read.
    async fn outdated_keys(&mut self, column: Column) -> Result<Vec<Outdated>, StorageError> {
        let sql = match column {
            Column::Email => "SELECT id, email, email_key FROM users WHERE octet_length(email_key) > length(email_key)",
            Column::UserName => "SELECT id, name, name_key FROM users WHERE octet_length(name_key) > length(name_key)",
            Column::RoleName => "SELECT id, name, name_key FROM roles WHERE octet_length(name_key) > length(name_key)",
            Column::ClientName => {
                "SELECT id, name, name_key FROM clients WHERE octet_length(name_key) > length(name_key)"
            }
            Column::SecretDescription => {
                "SELECT client_id, description, description_key FROM client_secrets
                 WHERE octet_length(description_key) > length(description_key)"
            }
        };
        let rows = self.query(sql).fetch_all::<(String, String, String)>().await?;
        let keys = rows.into_iter().map(|(id, name, old)| Outdated { id, old, new: fold(&name) });
        Ok(keys.filter(|key| key.old != key.new).collect())
    }
}

impl Transaction {
    /// Stores a key, unless the name was changed meanwhile, or the key must be unique and is another's.
    async fn renew_key(&mut self, column: Column, key: &Outdated) -> Result<u64, StorageError> {
        let sql = match column {
            Column::Email => {
                "UPDATE users SET email_key = $3 WHERE id = $1 AND email_key = $2 AND NOT EXISTS
                 (SELECT 1 FROM users o WHERE o.tenant_id = users.tenant_id AND o.email_key = $3)"
            }
            Column::UserName => "UPDATE users SET name_key = $3 WHERE id = $1 AND name_key = $2",
            Column::RoleName => {
                "UPDATE roles SET name_key = $3 WHERE id = $1 AND name_key = $2 AND NOT EXISTS
                 (SELECT 1 FROM roles o WHERE o.tenant_id = roles.tenant_id AND o.name_key = $3)"
            }
            Column::ClientName => "UPDATE clients SET name_key = $3 WHERE id = $1 AND name_key = $2",
            Column::SecretDescription => {
                "UPDATE client_secrets SET description_key = $3 WHERE client_id = $1 AND description_key = $2"
            }
        };
        self.query(sql).bind(&key.id).bind(&key.old).bind(&key.new).execute().await
    }
}
