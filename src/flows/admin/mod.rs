//! Managing clients, users and roles: what portal, commands and API have in common. They differ only in how a person's
//! right is proven and how answers are written.

mod accept_findings;
mod activity;
mod client_changes;
mod clients;
mod finding_counts;
mod grants;
mod identities;
mod leaks;
mod limits;
mod logos;
mod lookups;
mod preferences;
mod read_access;
mod review;
mod roles;
mod secrets;
mod subjects;
mod transfer;
mod user_links;
mod users;
mod words;

pub use accept_findings::FindingKey;
pub use activity::ClientActivity;
pub use client_changes::{ClientChange, ClientSettings, NewClient};
pub use clients::{ClientDetails, ClientList, Created};
pub(in crate::flows) use finding_counts::FindingCounts;
pub use identities::{Holders, Identity};
pub use leaks::Leak;
pub use read_access::{InvitationState, ReadAccess};
pub use review::{Accepted, Finding, FindingKind};
pub use roles::{AddedRole, NewRole, RoleChange, RoleError};
pub use secrets::{CreatedSecret, NewSecret, SecretChange};
pub use transfer::{
    Change, ClientEntry, Document, DocumentError, ExportChoice, ImportChoice, ImportError, ImportProblem, ImportReport,
    Outcome, RoleEntry, SecretEntry, UserEntry,
};
pub use user_links::HandedLinkError;
pub use users::{CreatedUser, NewUserFields, UserChange};
pub use words::Words;

pub use crate::storage::{
    AuditFilter, AuditRow, ClientFilter, ClientSelection, ClientSort, ClientStatus, ClientSummary, Invitation, Page,
    SecretUse,
};

use crate::oauth::TenantId;
use crate::oauth::admin_fields::{self, FieldError};
use crate::oauth::audit::Origin;
use crate::storage::StorageError;
use std::ops::Deref;

/// Someone who was proven to be allowed to manage a tenant: and so to look at it.
#[derive(Debug, Clone)]
pub struct Administrator {
    access: ReadAccess,
    origin: Origin,
}

impl Deref for Administrator {
    type Target = ReadAccess;

    fn deref(&self) -> &ReadAccess {
        &self.access
    }
}

impl Administrator {
    /// Only where the role has been checked.
    pub(super) const fn proven(tenant_id: TenantId, origin: Origin) -> Self {
        Self { access: ReadAccess::proven(tenant_id), origin }
    }

    /// Someone at the machine's terminal: whoever can open the database may do everything in it. `name` is what they
    /// call themselves, for the audit log.
    #[must_use]
    pub const fn operator(tenant_id: TenantId, name: Option<String>) -> Self {
        Self { access: ReadAccess::proven(tenant_id), origin: Origin::operator(name) }
    }

    /// The tenant that is managed.
    #[must_use]
    pub const fn tenant_id(&self) -> &TenantId {
        self.access.tenant_id()
    }

    /// Who, from where: for the audit log.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }
}

/// Why a change was not made.
#[derive(Debug)]
pub enum AdminError {
    /// There is no such thing in this tenant.
    NotFound(&'static str),
    /// The id is taken.
    IdTaken,
    /// Fields that will not do, each with its sentence.
    Invalid(Vec<FieldError>),
    /// A field that somebody else has already, with its sentence.
    Taken(FieldError),
    /// Someone changed it since it was read.
    Stale,
    /// A limit is reached; the sentence says which, and what to do.
    Limit(&'static str),
    /// This form was sent before; what it made has this id.
    Repeated(String),
    /// Too many passwords are being hashed at this moment.
    Busy,
    /// Our own trouble.
    Storage(StorageError),
}

impl From<StorageError> for AdminError {
    fn from(error: StorageError) -> Self {
        match error {
            // Someone removed at the same moment what this was about.
            StorageError::Gone(_) => Self::Stale,
            other => Self::Storage(other),
        }
    }
}

/// What is said when a role went away between the choice and its storing: the words of [`admin_fields::held_roles`].
fn role_gone(error: StorageError) -> AdminError {
    match error {
        StorageError::Gone(_) => admin_fields::role_gone().into(),
        other => other.into(),
    }
}

impl From<FieldError> for AdminError {
    fn from(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }
}
