//! Out of the store.

use super::{ClientEntry, Document, RoleEntry, SecretEntry, UserEntry, logos};
use crate::flows::admin::{AdminError, Administrator};
use crate::flows::{Provider, audit};
use crate::oauth::audit::AuditEvent;
use crate::oauth::{ClientType, Role, TenantId, UnixTime};
use crate::storage::{ClientSelection, Reader};

/// How many things are read at once.
const PAGE: i64 = 500;

/// What an export holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportChoice {
    /// The tenant's own roles.
    pub roles: bool,
    /// Clients.
    pub clients: bool,
    /// Users.
    pub users: bool,
    /// Hashes of secrets and passwords.
    pub hashes: bool,
}

impl Provider {
    /// The tenant's roles, clients and users as a document, each section in an order that stays. That hashes leave is
    /// audited, before they do.
    pub async fn export(&self, by: &Administrator, choice: ExportChoice) -> Result<Document, AdminError> {
        let now = self.clock.now();
        if choice.hashes {
            self.record_export(by, choice, now).await?;
        }
        let mut reader = self.database.read().await?;
        let tenant = by.tenant_id();
        let all = reader.list_roles(tenant).await?;
        let own = || all.iter().filter(|role| role.built_in.is_none()).map(RoleEntry::from).collect();
        let roles = choice.roles.then(own);
        let clients =
            if choice.clients { Some(clients(&mut reader, tenant, &all, choice.hashes, now).await?) } else { None };
        let users = if choice.users { Some(users(&mut reader, tenant, &all, choice.hashes).await?) } else { None };
        Ok(Document::new(roles, clients, users))
    }

    async fn record_export(&self, by: &Administrator, choice: ExportChoice, now: UnixTime) -> Result<(), AdminError> {
        let (salt, by) = (self.random.base64url::<6>(), by.clone());
        let sections = [("roles", choice.roles), ("clients", choice.clients), ("users", choice.users)];
        let sections: Vec<&str> = sections.iter().filter(|(_, taken)| *taken).map(|(section, _)| *section).collect();
        let detail = serde_json::json!({ "sections": sections.join(", "), "secret_hashes": true }).to_string();
        self.database
            .write::<_, AdminError, _>(move |tx| {
                let (by, salt, detail) = (by.clone(), salt.clone(), detail.clone());
                Box::pin(async move {
                    let tenant = tx.find_tenant(by.tenant_id()).await?.ok_or(AdminError::NotFound("account"))?;
                    let event = AuditEvent {
                        tenant_id: Some(tenant.id.clone()),
                        action: "account.exported",
                        target_kind: "account",
                        target_id: tenant.id.as_str().to_owned(),
                        target_name: tenant.alias,
                        detail,
                    };
                    Ok(audit::record(tx, &event, by.origin(), &salt, now).await?)
                })
            })
            .await
    }
}

async fn clients(
    reader: &mut Reader,
    tenant: &TenantId,
    roles: &[Role],
    hashes: bool,
    now: UnixTime,
) -> Result<Vec<ClientEntry>, AdminError> {
    let mut entries = Vec::new();
    for kind in ClientType::ALL {
        let mut skip = 0;
        loop {
            let page = reader.page_of_clients(tenant, &ClientSelection::of(kind), skip, PAGE).await?;
            for client in &page {
                let mut entry = ClientEntry::of(client, roles);
                if kind.has_users() {
                    entry.logo = Some(logos::written(reader, &client.id).await?);
                }
                if hashes && kind.has_secrets() {
                    let mut secrets = reader.secrets_of(&client.id).await?;
                    secrets.reverse();
                    secrets.retain(|secret| secret.expires_at.is_none_or(|end| now < end));
                    entry.secrets = Some(secrets.iter().map(SecretEntry::from).collect());
                }
                entries.push(entry);
            }
            if page.is_empty() {
                break;
            }
            skip += PAGE;
        }
    }
    Ok(entries)
}

async fn users(
    reader: &mut Reader,
    tenant: &TenantId,
    roles: &[Role],
    hashes: bool,
) -> Result<Vec<UserEntry>, AdminError> {
    let (mut entries, mut skip) = (Vec::new(), 0);
    loop {
        let page = reader.page_of_users(tenant, None, skip, PAGE).await?;
        for (user, held) in &page {
            let mut entry = UserEntry::of(user, held, roles);
            if hashes {
                entry.password_hash = user.password_hash.as_ref().map(|hash| hash.expose().clone());
            }
            entries.push(entry);
        }
        if page.is_empty() {
            return Ok(entries);
        }
        skip += PAGE;
    }
}
