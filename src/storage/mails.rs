//! Mails that wait to be sent. Every node puts some in; whichever comes first takes one out.

use super::{Reader, StorageError, Transaction};
use crate::oauth::UnixTime;

/// A mail to be kept until it is sent.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// Its own name.
    pub id: String,
    /// All that is in it, sealed.
    pub sealed: String,
    /// What kind it is.
    pub what: String,
    /// From when on it need not be sent.
    pub ends_at: UnixTime,
}

/// A mail that was taken, to be sent by whoever took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenRow {
    /// Its own name.
    pub id: String,
    /// All that is in it, sealed.
    pub sealed: String,
    /// What kind it is.
    pub what: String,
    /// From when on it need not be sent.
    pub ends_at: UnixTime,
    /// How often it has been taken, this time included.
    pub tries: i64,
}

impl Reader {
    /// How many mails wait, and since when the oldest does.
    pub async fn waiting_mails(&mut self) -> Result<(i64, Option<UnixTime>), StorageError> {
        let row = self.query("SELECT COUNT(*), MIN(made_at) FROM mails").fetch_optional::<(i64, Option<i64>)>().await?;
        Ok(row.map_or((0, None), |(count, oldest)| (count, oldest.map(UnixTime))))
    }

    /// When the next mail may be tried; none if none waits.
    pub async fn next_mail_due(&mut self) -> Result<Option<UnixTime>, StorageError> {
        let row = self.query("SELECT due_at FROM mails ORDER BY due_at LIMIT 1").fetch_optional::<(i64,)>().await?;
        Ok(row.map(|(due,)| UnixTime(due)))
    }
}

impl Transaction {
    /// Keeps a mail that may be sent at once; false if `most` wait already.
    pub async fn insert_mail(&mut self, mail: &NewMail, now: UnixTime, most: i64) -> Result<bool, StorageError> {
        let sql = "INSERT INTO mails (id, sealed, what, made_at, due_at, ends_at, tries)
                   SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($4 AS BIGINT),
                   CAST($5 AS BIGINT), CAST(0 AS BIGINT) WHERE (SELECT COUNT(*) FROM mails) < $6";
        let statement = self.query(sql).bind(&mail.id).bind(&mail.sealed).bind(&mail.what).bind(now);
        Ok(statement.bind(mail.ends_at).bind(most).execute().await? == 1)
    }

    /// Takes the mail that is due longest; nobody else gets it before `until`. None: none is due, or somebody else was
    /// faster to take it.
    pub async fn take_mail(&mut self, now: UnixTime, until: UnixTime) -> Result<Option<TakenRow>, StorageError> {
        let sql = "UPDATE mails SET due_at = $2, tries = tries + 1 WHERE due_at <= $1 AND id =
                   (SELECT id FROM mails WHERE due_at <= $1 ORDER BY due_at LIMIT 1)
                   RETURNING id, sealed, what, ends_at, tries";
        let statement = self.query(sql).bind(now).bind(until);
        let row = statement.fetch_optional::<(String, String, String, i64, i64)>().await?;
        let read = |(id, sealed, what, end, tries)| TakenRow { id, sealed, what, ends_at: UnixTime(end), tries };
        Ok(row.map(read))
    }

    /// Puts a mail off. Only whoever took it last may.
    pub async fn put_mail_off(&mut self, id: &str, tries: i64, until: UnixTime) -> Result<(), StorageError> {
        let sql = "UPDATE mails SET due_at = $3 WHERE id = $1 AND tries = $2";
        self.query(sql).bind(id).bind(tries).bind(until).execute().await.map(drop)
    }

    /// Removes a mail; says whether it was there.
    pub async fn delete_mail(&mut self, id: &str) -> Result<bool, StorageError> {
        Ok(self.query("DELETE FROM mails WHERE id = $1").bind(id).execute().await? == 1)
    }
}
