//! Facts about this installation, and the revisions that caches watch.

use super::{Reader, StorageError, Transaction};

impl Reader {
    /// A fact by its name.
    pub async fn instance_fact(&mut self, name: &str) -> Result<Option<String>, StorageError> {
        let row =
            self.query("SELECT value FROM instance WHERE name = $1").bind(name).fetch_optional::<(String,)>().await?;
        Ok(row.map(|(value,)| value))
    }

    /// What a spent nonce made.
    pub async fn find_nonce(&mut self, nonce: &str) -> Result<Option<String>, StorageError> {
        let sql = "SELECT target FROM spent_nonces WHERE nonce = $1";
        Ok(self.query(sql).bind(nonce).fetch_optional::<(String,)>().await?.map(|(target,)| target))
    }

    /// The revision of each topic.
    pub(super) async fn revisions(&mut self) -> Result<Vec<(String, i64)>, StorageError> {
        self.query("SELECT topic, revision FROM revisions").fetch_all().await
    }
}

impl Transaction {
    /// Keeps a fact, if none of that name is kept yet; says whether it was kept now.
    pub async fn keep_instance_fact(&mut self, name: &str, value: &str) -> Result<bool, StorageError> {
        let sql = "INSERT INTO instance (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        Ok(self.query(sql).bind(name).bind(value).execute().await? == 1)
    }

    /// Keeps a fact, in place of what was kept under that name.
    pub async fn set_instance_fact(&mut self, name: &str, value: &str) -> Result<(), StorageError> {
        let sql = "INSERT INTO instance (name, value) VALUES ($1, $2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.query(sql).bind(name).bind(value).execute().await.map(drop)
    }

    /// Tells every cache, on every node, that something under the topic has changed.
    pub async fn touch(&mut self, topic: &str) -> Result<(), StorageError> {
        let sql = "UPDATE revisions SET revision = revision + 1 WHERE topic = $1";
        self.query(sql).bind(topic).execute().await?;
        self.touched = true;
        Ok(())
    }

    /// Spends the nonce of a form; false if it was spent before. `target` is what the form made.
    pub async fn spend_nonce(
        &mut self,
        nonce: &str,
        target: &str,
        now: crate::oauth::UnixTime,
    ) -> Result<bool, StorageError> {
        let sql =
            "INSERT INTO spent_nonces (nonce, target, spent_at) VALUES ($1, $2, $3) ON CONFLICT (nonce) DO NOTHING";
        Ok(self.query(sql).bind(nonce).bind(target).bind(now).execute().await? == 1)
    }
}
