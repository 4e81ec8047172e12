//! The security review: what works and deserves a look all the same.

use super::{AdminError, ClientFilter, ClientStatus, Page, ReadAccess};
use crate::flows::Provider;
use crate::oauth::BuiltInRole;
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
}

impl Provider {
    /// Whether all hangs on one person.
    pub async fn has_one_administrator(&self, by: &ReadAccess) -> Result<bool, AdminError> {
        let mut reader = self.database.read().await?;
        Ok(reader.count_users_with(by.tenant_id(), BuiltInRole::Administrator).await? == 1)
    }

    /// Looks at a tenant and the server under it. The gravest comes first.
    pub async fn review(&self, by: &ReadAccess) -> Result<Vec<Finding>, AdminError> {
        use FindingKind as Kind;
        let (now, tenant) = (self.clock.now(), by.tenant_id());
        let mut findings = Vec::new();
        let mut tell = |kind, about: Option<Named>| findings.push(Finding { kind, about });
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
        Ok(findings)
    }
}
