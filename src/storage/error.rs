//! What can go wrong with the database, by what the caller can do about it.

/// A failure of storage. Its text is for logs; it is never shown outside.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StorageError {
    /// A unique thing is there already.
    #[error("already there: {0}")]
    Conflict(String),
    /// What the new row hangs on is not there, or not any more.
    #[error("what it hangs on is gone: {0}")]
    Gone(String),
    /// The database does not answer now: busy, full, restarting. Trying again later may help.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// Two transactions collided; the database undid this one and asks to run it again.
    #[error("transactions collided: {0}")]
    Collision(String),
    /// What is stored cannot be read as what it should be.
    #[error("stored data is damaged: {0}")]
    Corrupt(String),
    /// The schema and this binary do not fit.
    #[error("schema: {0}")]
    Schema(String),
    /// Anything else: a fault of ours.
    #[error("storage: {0}")]
    Other(String),
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) if database.is_unique_violation() => {
                Self::Conflict(database.constraint().unwrap_or_else(|| database.message()).to_owned())
            }
            sqlx::Error::Database(database) if database.is_foreign_key_violation() => {
                Self::Gone(database.constraint().unwrap_or_else(|| database.message()).to_owned())
            }
            sqlx::Error::Database(database) if matches!(database.code().as_deref(), Some("40001" | "40P01")) => {
                Self::Collision(error.to_string())
            }
            // PostgreSQL's own words: who it is and what it wants, without the line of its source.
            sqlx::Error::Database(database) if is_shut(database.as_ref()) => {
                Self::Unavailable(database.message().to_owned())
            }
            sqlx::Error::Database(database) if is_passing(database.as_ref()) => Self::Unavailable(error.to_string()),
            sqlx::Error::Database(database) if is_damage(database.as_ref()) => Self::Corrupt(error.to_string()),
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_) => Self::Unavailable(error.to_string()),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

/// Whether PostgreSQL lets nobody in, or not these: 28 who one is, 3D000 no such database, 57P03 it starts or stops.
fn is_shut(error: &dyn sqlx::error::DatabaseError) -> bool {
    let code = error.code().unwrap_or_default();
    code.len() == 5 && (code.starts_with("28") || matches!(code.as_ref(), "3D000" | "57P03"))
}

/// Whether the database itself says that the trouble is of the moment.
fn is_passing(error: &dyn sqlx::error::DatabaseError) -> bool {
    let code = error.code().unwrap_or_default();
    // PostgreSQL: 08 connection, 40 rollback, 53 resources, 57 intervention; 25006 read-only, 25P03 a transaction that has
    // waited for too long, 55P03 lock.
    let postgres = code.len() == 5
        && (["08", "40", "53", "57"].iter().any(|class| code.starts_with(class))
            || matches!(code.as_ref(), "25006" | "25P03" | "55P03"));
    // SQLite: 5 busy, 6 locked, 8 read-only, 10 I/O, 13 full, 14 cannot open; the low byte of extended codes.
    let sqlite = code.len() < 5 && code.parse::<u32>().is_ok_and(|n| matches!(n & 0xff, 5 | 6 | 8 | 10 | 13 | 14));
    postgres || sqlite
}

/// Whether the database itself says that its files are damaged.
fn is_damage(error: &dyn sqlx::error::DatabaseError) -> bool {
    let code = error.code().unwrap_or_default();
    // PostgreSQL: data or an index is corrupted. SQLite: 11 malformed, 26 no database at all.
    let sqlite = code.len() < 5 && code.parse::<u32>().is_ok_and(|n| matches!(n & 0xff, 11 | 26));
    sqlite || matches!(code.as_ref(), "XX001" | "XX002")
}

impl StorageError {
    /// Whether PostgreSQL asks to run the transaction again: 40001 or 40P01.
    pub(super) const fn wants_retry(&self) -> bool {
        matches!(self, Self::Collision(_))
    }
}

#[cfg(test)]
mod tests {
    use super::StorageError;
    use sqlx::error::{DatabaseError, ErrorKind};
    use std::borrow::Cow;
    use std::error::Error;

    #[derive(Debug)]
    struct Coded(&'static str);

    impl std::fmt::Display for Coded {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Coded {}

    impl DatabaseError for Coded {
        fn message(&self) -> &str {
            self.0
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.into())
        }

        fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    #[test]
    fn a_code_says_whether_trying_again_helps() {
        let rows = [
            ("25P03", "Unavailable"),
            ("25006", "Unavailable"),
            ("55P03", "Unavailable"),
            ("57P01", "Unavailable"),
            ("13", "Unavailable"),
            ("778", "Unavailable"),
            ("40001", "Collision"),
            ("11", "Corrupt"),
            ("42601", "Other"),
            ("1", "Other"),
        ];
        for (code, expected) in rows {
            let told = format!("{:?}", StorageError::from(sqlx::Error::Database(Box::new(Coded(code)))));
            assert!(told.starts_with(expected), "{code}: {told}");
        }
    }
}
