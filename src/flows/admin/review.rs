//! The security review: what works and deserves a look all the same.

use super::accept_findings::{FindingKey, accepted};
use super::{AdminError, ClientFilter, ClientStatus, Page, ReadAccess};
use crate::flows::Provider;
use crate::oauth::{BuiltInRole, UnixTime};
use crate::storage::Named;

const DAY: i64 = 86_400;
/// Who was away for this long may have been forgotten.
const LONG: i64 = 90 * DAY;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FindingKind {
    /// The audit log is not whole.
    AuditBroken,
    /// A client may manage the whole account.
    ClientIsAdministrator,
    /// A secret never expires.
    SecretWithoutEnd,
    /// A client that needs a secret has none that works.
    NoUsableSecret,
    /// A client has got no token for long.
    ClientUnused,
    /// A hybrid client need not prove by PKCE that it is the one who asked.
    PkceOptional,
    /// A hybrid client gets access tokens through the browser's address bar.
    TokensViaBrowser,
    /// There is one administrator only.
    OneAdministrator,
    /// An administrator has not signed in for long.
    AdministratorAway,
    /// A key has signed for longer than the rules say.
    KeyTooOld,
    /// The server is reached over plain http.
    PlainHttp,
    /// Entries of the audit log are removed after a time.
    AuditNotKept,
}

/// A finding, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// The client, user or key; none if it is about the server.
    pub about: Option<Named>,
    /// If somebody has said to live with it.
    pub accepted: Option<Accepted>,
}

/// That a finding is lived with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Until when.
    pub until: UnixTime,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub by: String,
}

macro_rules! words {
    ($($kind:ident $word:literal),+ $(,)?) => {
        impl FindingKind {
            /// The word that is stored and sent.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $word),+ }
            }

            /// The kind by its word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$kind),)+ _ => None }
            }
        }
    };
}

words! {
    AuditBroken "audit-broken",
    ClientIsAdministrator "client-is-administrator",
    SecretWithoutEnd "secret-without-end",
    NoUsableSecret "no-usable-secret",
    ClientUnused "client-unused",
    PkceOptional "pkce-optional",
    TokensViaBrowser "tokens-via-browser",
    OneAdministrator "one-administrator",
    AdministratorAway "administrator-away",
    KeyTooOld "key-too-old",
    PlainHttp "plain-http",
    AuditNotKept "audit-not-kept",
}

impl Provider {
    /// Whether all hangs on one person.
    pub async fn has_one_administrator(&self, by: &ReadAccess) -> Result<bool, AdminError> {
        let mut reader = self.database.read().await?;
        Ok(reader.count_users_with(by.tenant_id(), BuiltInRole::Administrator).await? == 1)
    }

    /// Looks at a tenant and the server under it. What somebody lives with is there as well, and says so.
    pub async fn review(&self, by: &ReadAccess) -> Result<Vec<Finding>, AdminError> {
        use FindingKind as Kind;
        let (now, tenant) = (self.clock.now(), by.tenant_id());
        let mut findings = Vec::new();
        let mut tell = |kind, about: Option<Named>| findings.push(Finding { kind, about, accepted: None });
        if self.last_audit_check().is_some_and(|check| check.of_tenant(by).faults().next().is_some()) {
            tell(Kind::AuditBroken, None);
        }
        if self.settings.sends_in_clear() {
            tell(Kind::PlainHttp, None);
        }
        let mut reader = self.database.read().await?;
        for client in reader.clients_holding(tenant, BuiltInRole::Administrator).await? {
            tell(Kind::ClientIsAdministrator, Some(client));
        }
        for client in reader.clients_with_weak_settings(tenant).await? {
            let kind = if client.detail == "pkce" { Kind::PkceOptional } else { Kind::TokensViaBrowser };
            tell(kind, Some(client));
        }
        let filter = ClientFilter { status: Some(ClientStatus::NoUsableSecret), ..ClientFilter::default() };
        let page = Page { count: 100, ..Page::default() };
        for client in reader.list_clients(tenant, &filter, page, now).await? {
            let id = client.id.as_str().to_owned();
            tell(Kind::NoUsableSecret, Some(Named { id, name: client.name, detail: String::new() }));
        }
        for secret in reader.secrets_without_end(tenant).await? {
            tell(Kind::SecretWithoutEnd, Some(secret));
        }
        if reader.count_users_with(tenant, BuiltInRole::Administrator).await? == 1 {
            tell(Kind::OneAdministrator, None);
        }
        for user in reader.users_away_since(tenant, BuiltInRole::Administrator, now.plus(-LONG)).await? {
            tell(Kind::AdministratorAway, Some(user));
        }
        for client in reader.clients_unused_since(tenant, now.plus(-LONG)).await? {
            tell(Kind::ClientUnused, Some(client));
        }
        for key in reader.list_signing_keys().await? {
            // A day is what the calendar may be late.
            let over = key.activates_at.plus(self.settings.keys_rotate_every + DAY);
            if key.state == "active" && over < now {
                let id = key.id.as_str().to_owned();
                tell(Kind::KeyTooOld, Some(Named { name: id.clone(), id, detail: key.algorithm }));
            }
        }
        if self.settings.audit_keep.is_some_and(|kept| kept < 365 * DAY) {
            tell(Kind::AuditNotKept, None);
        }
        for stored in reader.accepted_findings(tenant, now).await? {
            let Some(kind) = Kind::parse(&stored.kind) else { continue };
            let key = FindingKey { kind, id: stored.about_id.clone(), detail: stored.about_detail.clone() };
            if let Some(finding) = findings.iter_mut().find(|finding| key.is_of(finding)) {
                finding.accepted = Some(accepted(&stored));
            }
        }
        let open = findings.iter().filter(|finding| finding.accepted.is_none()).count();
        self.findings.keep(tenant, open, now);
        Ok(findings)
    }
}
