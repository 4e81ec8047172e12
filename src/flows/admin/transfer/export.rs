//! Out of the store.

use super::{ClientEntry, Document, RoleEntry, SecretEntry, UserEntry, logos};
use crate::flows::admin::{AdminError, Administrator};
use crate::flows::{Provider, audit};
use crate::oauth::admin_fields::fold;
use crate::oauth::audit::AuditEvent;
use crate::oauth::{Client, ClientType, Role, RoleId, TenantId, UnixTime};
use crate::storage::{Reader, StorageError, User};

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
    /// The tenant's roles, clients and users as a document, each section in an order that stays. That they leave is
    /// audited, before they do.
    pub async fn export(&self, by: &Administrator, choice: ExportChoice) -> Result<Document, AdminError> {
        let now = self.clock.now();
        self.record_export(by, choice, now).await?;
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
        let detail = serde_json::json!({ "sections": sections.join(", "), "secret_hashes": choice.hashes }).to_string();
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
        for client in all_clients(reader, tenant, kind).await? {
            let mut entry = ClientEntry::of(&client, roles);
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
    }
    Ok(entries)
}

/// All clients of a type, by name. They are read by id: one that is renamed between two pages is in one of them all the same,
/// or whoever imports the document with `--prune` would remove it.
pub(super) async fn all_clients(
    reader: &mut Reader,
    tenant: &TenantId,
    kind: ClientType,
) -> Result<Vec<Client>, StorageError> {
    let mut all: Vec<Client> = Vec::new();
    loop {
        let after = all.last().map(|client| client.id.clone());
        let after = after.as_ref().map_or("", |id| id.as_str());
        let page = reader.clients_after(tenant, kind, after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    all.sort_by_cached_key(|client| (fold(&client.name), client.id.clone()));
    Ok(all)
}

/// All users with the roles they hold, by e-mail. They are read by id, for the same reason.
pub(super) async fn all_users(
    reader: &mut Reader,
    tenant: &TenantId,
) -> Result<Vec<(User, Vec<RoleId>)>, StorageError> {
    let mut all: Vec<(User, Vec<RoleId>)> = Vec::new();
    loop {
        let after = all.last().map(|(user, _)| user.id.clone());
        let after = after.as_ref().map_or("", |id| id.as_str());
        let page = reader.users_after(tenant, after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    all.sort_by_cached_key(|(user, _)| (fold(&user.email), user.id.clone()));
    Ok(all)
}

async fn users(
    reader: &mut Reader,
    tenant: &TenantId,
    roles: &[Role],
    hashes: bool,
) -> Result<Vec<UserEntry>, AdminError> {
    let mut entries = Vec::new();
    for (user, held) in &all_users(reader, tenant).await? {
        let mut entry = UserEntry::of(user, held, roles);
        if hashes {
            entry.password_hash = user.password_hash.as_ref().map(|hash| hash.expose().clone());
        }
        entries.push(entry);
    }
    Ok(entries)
}
