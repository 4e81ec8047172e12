//! The words of the audit log: who did what to what.

use super::{ClientId, TenantId, UserId};

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in user.
    User {
        /// Whose act it is.
        id: UserId,
        /// As people know them.
        name: String,
    },
    /// A program with a token of its own.
    Client {
        /// Which one.
        id: ClientId,
        /// As people know it.
        name: String,
    },
    /// Someone at the machine's terminal; the name they gave, if any.
    Operator(Option<String>),
    /// The server itself: start, schedules.
    System,
}

impl Actor {
    /// The kind, as a word for the column.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User { .. } => "user",
            Self::Client { .. } => "client",
            Self::Operator(_) => "operator",
            Self::System => "system",
        }
    }

    /// The id, if it has one.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::User { id, .. } => id.as_str(),
            Self::Client { id, .. } => id.as_str(),
            Self::Operator(_) | Self::System => "",
        }
    }

    /// The name people read.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::User { name, .. } | Self::Client { name, .. } => name,
            Self::Operator(name) => name.as_deref().unwrap_or("local operator"),
            Self::System => "system",
        }
    }
}

/// Where an act comes from. Goes with every change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Who.
    pub actor: Actor,
    /// From which network address; empty at a terminal.
    pub address: String,
    /// The request's reference; empty outside of requests.
    pub reference: String,
}

impl Origin {
    /// The server itself.
    #[must_use]
    pub const fn system() -> Self {
        Self { actor: Actor::System, address: String::new(), reference: String::new() }
    }

    /// Someone at the terminal.
    #[must_use]
    pub const fn operator(name: Option<String>) -> Self {
        Self { actor: Actor::Operator(name), address: String::new(), reference: String::new() }
    }
}

/// A row of the audit log. It never holds a secret, nor the hash of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// The tenant it belongs to; none for the server's own events.
    pub tenant_id: Option<TenantId>,
    /// What happened, like `client.created`.
    pub action: &'static str,
    /// What it happened to: `client`, `user`, `key`, …
    pub target_kind: &'static str,
    /// Its id.
    pub target_id: String,
    /// Its name at that time.
    pub target_name: String,
    /// What changed, as JSON text: before and after, without secrets.
    pub detail: String,
}
