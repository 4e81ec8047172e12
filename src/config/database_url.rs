//! `database.url`.

use super::table::Kind;
use super::value::{Context, SettingValue};
use crate::redacted::Redacted;
use crate::storage::Location;
use std::path::PathBuf;
use url::Url;

/// Where the database is. It may hold a password: it is not printed.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL URL.
    Postgres(Redacted<String>),
}

impl DatabaseUrl {
    /// Whether it is PostgreSQL, which several nodes can share.
    #[must_use]
    pub const fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// The same for the store.
    #[must_use]
    pub fn location(&self) -> Location {
        match self {
            Self::Sqlite(path) => Location::Sqlite(path.clone()),
            Self::Postgres(url) => Location::Postgres(url.clone()),
        }
    }
}

impl SettingValue for DatabaseUrl {
    const KIND: Kind = Kind::Database;
    const SECRET: bool = true;

    fn read(text: &str, context: &Context<'_>) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return match Url::parse(text) {
                Ok(url)
                    if url
                        .query_pairs()
                        .any(|(name, value)| name == "target_session_attrs" && value != "read-write") =>
                {
                    Err("asks for a server that may be a replica: leave target_session_attrs out".to_owned())
                }
                Ok(_) => Ok(Self::Postgres(Redacted::new(text.to_owned()))),
                Err(error) => Err(format!("is not a PostgreSQL URL ({error}): a password in it is percent-encoded")),
            };
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
        match path {
            Some("" | ":memory:") => Err("names no file: write sqlite:PATH".to_owned()),
            Some(path) if path.contains('?') => Err("has options after the file: write sqlite:PATH alone".to_owned()),
            Some(path) => Ok(Self::Sqlite(context.cwd.join(path))),
            None => Err("is not a database URL: write sqlite:PATH or postgres://USER@HOST/NAME".to_owned()),
        }
    }

    /// A PostgreSQL URL without what may be secret in it: user, password and options.
    fn shown(&self, text: &str) -> String {
        match (self, Url::parse(text)) {
            (Self::Sqlite(_), _) => text.to_owned(),
            (Self::Postgres(_), Ok(url)) => {
                let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
                format!("postgres://[hidden]@{}{port}{}", url.host_str().unwrap_or_default(), url.path())
            }
            (Self::Postgres(_), Err(_)) => "[hidden]".to_owned(),
        }
    }
}
