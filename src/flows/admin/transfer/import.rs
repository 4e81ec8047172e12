//! Into the store: all of a document in one transaction, or nothing of it.

use super::{Document, clients, prune, roles, users};
use crate::flows::Provider;
use crate::flows::admin::users::{administrators, require_administrator};
use crate::flows::admin::{AdminError, Administrator};
use crate::oauth::UnixTime;
use crate::oauth::admin_fields::{FieldError, SecretPolicy};
use crate::storage::{StorageError, Transaction};
use std::collections::HashSet;
use std::sync::Arc;

/// What becomes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was not there.
    Created,
    /// It was there and is another now.
    Changed,
    /// It was there, the very same.
    Unchanged,
    /// It was there, and the document does not name it.
    Removed,
}

impl Outcome {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Removed => "removed",
        }
    }
}

/// An entry, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What.
    pub outcome: Outcome,
    /// `role`, `client` or `user`.
    pub kind: &'static str,
    /// Its id in this store.
    pub id: String,
    /// Its name; of a user the e-mail.
    pub name: String,
    /// The members that are others now.
    pub members: Vec<String>,
    /// A user who cannot sign in yet, for want of a password.
    pub wants_password: bool,
    /// A new client that can get no token yet, for want of a secret.
    pub wants_secret: bool,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Every entry, in the order roles, clients, users; of each kind first what was removed.
    pub changes: Vec<Change>,
    /// What is in the store, of the kinds that the document speaks of, and not in the document: left as it is.
    pub left: i64,
}

/// How a document is imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportChoice {
    /// All is done and taken back: what would become of it is then known.
    pub rehearse: bool,
    /// What the document does not name, of the kinds that it speaks of, is removed.
    pub prune: bool,
}

impl ImportReport {
    /// How many entries had this outcome.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.changes.iter().filter(|change| change.outcome == outcome).count()
    }
}

/// Something in the document that will not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportProblem {
    /// Where, like `clients[3].RedirectUris`.
    pub place: String,
    /// What is wrong and what is needed: the sentence of portal and API.
    pub message: String,
}

/// Why nothing was imported.
#[derive(Debug)]
pub enum ImportError {
    /// Entries that will not do.
    Invalid(Vec<ImportProblem>),
    /// As with everything else.
    Admin(AdminError),
}

/// Why the transaction of an import is undone.
pub(super) enum Stop {
    Refused(ImportError),
    Rehearsed(ImportReport),
}

impl<E: Into<AdminError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Refused(ImportError::Admin(error.into()))
    }
}

/// An import under way: who, when, by which limits, and what has become of the entries so far.
pub(super) struct Importing {
    pub by: Administrator,
    pub now: UnixTime,
    pub salt: String,
    pub most_lifetime: u32,
    pub secrets: SecretPolicy,
    pub prune: bool,
    pub report: ImportReport,
    pub problems: Vec<ImportProblem>,
}

impl Importing {
    /// Notes that a member of an entry will not do; an empty one is the entry itself.
    pub(super) fn refuse(&mut self, section: &str, at: usize, member: &str, message: impl Into<String>) {
        let dot = if member.is_empty() { "" } else { "." };
        self.problems.push(ImportProblem { place: format!("{section}[{at}]{dot}{member}"), message: message.into() });
    }

    /// The same for fields, by the names that `member_of` has for them.
    pub(super) fn refuse_fields(
        &mut self,
        section: &str,
        at: usize,
        errors: Vec<FieldError>,
        member_of: fn(&FieldError) -> &'static str,
    ) {
        for error in errors {
            self.refuse(section, at, member_of(&error), error.message);
        }
    }

    /// Whether an id comes for the first time in its section. The second one would undo the first.
    pub(super) fn is_first(&mut self, seen: &mut HashSet<String>, section: &str, at: usize, id: &str) -> bool {
        let first = seen.insert(id.to_owned());
        if !first {
            self.refuse(section, at, "Id", "Another entry before has the same id.");
        }
        first
    }

    /// Notes what became of an entry.
    pub(super) fn note(&mut self, outcome: Outcome, kind: &'static str, id: &str, name: &str, members: Vec<String>) {
        let (id, name) = (id.to_owned(), name.to_owned());
        let change = Change { outcome, kind, id, name, members, wants_password: false, wants_secret: false };
        self.report.changes.push(change);
    }

    fn require_sound(&mut self) -> Result<(), Stop> {
        let problems = std::mem::take(&mut self.problems);
        if problems.is_empty() { Ok(()) } else { Err(Stop::Refused(ImportError::Invalid(problems))) }
    }
}

/// The members of two entries that differ.
pub(super) fn differing(before: &impl serde::Serialize, after: &impl serde::Serialize) -> Vec<String> {
    let before = serde_json::to_value(before).unwrap_or_default();
    let after = serde_json::to_value(after).unwrap_or_default();
    let members = after.as_object().into_iter().flatten();
    members.filter(|(name, value)| before[name.as_str()] != **value).map(|(name, _)| name.clone()).collect()
}

impl Provider {
    /// Makes roles, clients and users as the document has them. All or nothing.
    pub async fn import(
        &self,
        by: &Administrator,
        document: Document,
        choice: ImportChoice,
    ) -> Result<ImportReport, ImportError> {
        let (now, salt, by) = (self.clock.now(), self.random.base64url::<6>(), by.clone());
        let (most_lifetime, secrets) = (self.settings.tokens.access_most, self.settings.secrets);
        let document = Arc::new(document);
        let outcome = self
            .database
            .write::<_, Stop, _>(move |tx| {
                let document = Arc::clone(&document);
                let (report, problems) = (ImportReport::default(), Vec::new());
                let (by, salt) = (by.clone(), salt.clone());
                let prune = choice.prune;
                let importing = Importing { by, now, salt, most_lifetime, secrets, prune, report, problems };
                Box::pin(async move {
                    let report = run(tx, &document, importing).await?;
                    if choice.rehearse { Err(Stop::Rehearsed(report)) } else { Ok(report) }
                })
            })
            .await;
        self.clients.invalidate();
        match outcome {
            Ok(report) | Err(Stop::Rehearsed(report)) => Ok(report),
            Err(Stop::Refused(error)) => Err(error),
        }
    }
}

async fn run(tx: &mut Transaction, document: &Document, mut importing: Importing) -> Result<ImportReport, Stop> {
    let able = administrators(tx, &importing.by).await?;
    if let Some(entries) = &document.roles {
        if importing.prune {
            prune::roles(tx, entries, &mut importing).await?;
        }
        roles::import(tx, entries, &mut importing).await?;
        // Clients and users hold them: what is wrong here would be told of each of those again.
        importing.require_sound()?;
    }
    let known = tx.list_roles(importing.by.tenant_id()).await?;
    if let Some(entries) = &document.clients {
        if importing.prune {
            prune::clients(tx, entries, &mut importing).await?;
        }
        clients::import(tx, entries, &known, &mut importing).await?;
    }
    if let Some(entries) = &document.users {
        if importing.prune {
            prune::users(tx, entries, &mut importing).await?;
        }
        users::import(tx, entries, &known, &mut importing).await?;
    }
    importing.require_sound()?;
    require_administrator(tx, &importing.by, able).await?;
    Ok(importing.report)
}

/// A unique thing that another tenant has: PostgreSQL takes no more statements after that, so it is the last problem.
pub(super) fn taken(section: &str, at: usize, error: StorageError) -> Stop {
    match error {
        StorageError::Conflict(_) => Stop::Refused(ImportError::Invalid(vec![ImportProblem {
            place: format!("{section}[{at}]"),
            message: AdminError::IdTaken.words().reason,
        }])),
        other => other.into(),
    }
}
