//! Whom an id means as the subject of tokens: a user, or a client that acts for itself. Never both, and never first the one
//! and then the other (OpenID Connect Core 2: a subject is never reassigned), so that a row stays when its owner is gone.

use super::{StorageError, Transaction};

/// What a subject is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectKind {
    /// A person.
    User,
    /// A program.
    Client,
}

impl SubjectKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Client => "client",
        }
    }
}

impl Transaction {
    /// Keeps an id for users or for clients, in whatever case it is written; false if it is kept for the others. Of two who
    /// do so at once, the second waits for what becomes of the first.
    pub async fn claim_subject(&mut self, id: &str, kind: SubjectKind) -> Result<bool, StorageError> {
        let sql = "INSERT INTO subjects (id_key, kind) VALUES ($1, $2)
                   ON CONFLICT (id_key) DO UPDATE SET kind = subjects.kind RETURNING kind";
        let statement = self.query(sql).bind(id.to_ascii_lowercase()).bind(kind.as_str());
        Ok(statement.fetch_optional::<(String,)>().await?.is_some_and(|(kept,)| kept == kind.as_str()))
    }
}
