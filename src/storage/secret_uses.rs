//! From where secrets were used, and how often, by the day.

use super::{Reader, StorageError, Transaction};
use crate::oauth::{ClientId, UnixTime};

/// How a secret was used from one address on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretUse {
    /// The secret's number within its client.
    pub secret_id: i64,
    /// The beginning of the day, UTC.
    pub day: UnixTime,
    /// From where; empty for more addresses than are told apart.
    pub address: String,
    /// How often.
    pub uses: i64,
    /// The last time.
    pub last_at: UnixTime,
}

impl Reader {
    /// How the secrets of a client were used since a day, the latest use first.
    pub async fn secret_uses_of(
        &mut self,
        client: &ClientId,
        since: UnixTime,
        most: i64,
    ) -> Result<Vec<SecretUse>, StorageError> {
        let sql = "SELECT secret_id, day, address, uses, last_at FROM client_secret_uses
                   WHERE client_id = $1 AND day >= $2 ORDER BY last_at DESC, address LIMIT $3";
        let rows =
            self.query(sql).bind(client).bind(since).bind(most).fetch_all::<(i64, i64, String, i64, i64)>().await?;
        let read = |(secret_id, day, address, uses, last_at)| SecretUse {
            secret_id,
            day: UnixTime(day),
            address,
            uses,
            last_at: UnixTime(last_at),
        };
        Ok(rows.into_iter().map(read).collect())
    }
}

impl Transaction {
    /// Counts uses of a secret. One that is gone by now is passed over.
    pub async fn count_secret_uses(&mut self, client: &ClientId, used: &SecretUse) -> Result<(), StorageError> {
        let sql = "INSERT INTO client_secret_uses (client_id, secret_id, day, address, uses, last_at)
                   SELECT client_id, id, CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS BIGINT), CAST($6 AS BIGINT)
                   FROM client_secrets WHERE client_id = $1 AND id = $2
                   ON CONFLICT (client_id, secret_id, day, address) DO UPDATE SET
                     uses = client_secret_uses.uses + excluded.uses,
                     last_at = CASE WHEN excluded.last_at > client_secret_uses.last_at
                               THEN excluded.last_at ELSE client_secret_uses.last_at END";
        let statement = self.query(sql).bind(client).bind(used.secret_id).bind(used.day).bind(&used.address);
        statement.bind(used.uses).bind(used.last_at).execute().await.map(drop)
    }
}
