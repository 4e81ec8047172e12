//! Clients: add, list, show, change, remove.

use super::client_changes::{ClientChange, NewClient};
use super::secrets::{CreatedSecret, Drawn, NewSecret};
use super::subjects::require_no_user;
use super::{AdminError, Administrator, ClientFilter, ClientSummary, Page, ReadAccess, limits, role_gone};
use crate::flows::{Provider, audit};
use crate::oauth::audit::AuditEvent;
use crate::oauth::{Client, ClientId, ClientSecret, Role, TenantId, UnixTime, admin_fields};
use crate::storage::{Reader, StorageError, Transaction};
use std::sync::Arc;

/// A client with all that is shown of it.
#[derive(Debug, Clone)]
pub struct ClientDetails {
    /// The client.
    pub client: Client,
    /// Its secrets, the newest first.
    pub secrets: Vec<ClientSecret>,
    /// The roles it holds.
    pub roles: Vec<Role>,
}

/// One page of clients.
#[derive(Debug, Clone)]
pub struct ClientList {
    /// How many there are in all.
    pub total: i64,
    /// Those of this page.
    pub clients: Vec<ClientSummary>,
}

/// A client that was added, with its first secret if it got one.
#[derive(Debug)]
pub struct Created {
    /// The client.
    pub client: Client,
    /// Its secret: the only time that its value is known.
    pub secret: Option<CreatedSecret>,
}

impl Provider {
    /// Adds a client, and its first secret with it if one is asked for: both or neither. `nonce` makes a form good for
    /// one client only.
    pub async fn create_client(
        &self,
        by: &Administrator,
        new: NewClient,
        secret: Option<NewSecret>,
        nonce: Option<String>,
    ) -> Result<Created, AdminError> {
        let now = self.clock.now();
        let roles = self.database.read().await?.list_roles(by.tenant_id()).await?;
        let most = self.settings.tokens.access_most;
        let client = new.build(self.random.uuid(), by.tenant_id(), &roles, by.origin().actor.name(), most, now)?;
        let secret = match secret.filter(|_| client.client_type.has_secrets()) {
            Some(new) => Some(self.draw_secret(&new, now)?),
            None => None,
        };
        let adding = Arc::new(Adding { client, secret, nonce, by: by.clone(), salt: self.random.base64url::<6>() });
        let task = Arc::clone(&adding);
        let secret_id = self
            .database
            .write::<_, AdminError, _>(move |tx| {
                let adding = Arc::clone(&task);
                Box::pin(async move { adding.run(tx, now).await })
            })
            .await?;
        self.clients.invalidate();
        let secret = adding.secret.as_ref().zip(secret_id).map(|(drawn, id)| drawn.created(id));
        Ok(Created { client: adding.client.clone(), secret })
    }

    /// Whether a client could be added like this, without adding it: for forms of several steps.
    pub fn check_new_client(&self, by: &Administrator, new: &NewClient, roles: &[Role]) -> Result<(), AdminError> {
        let most = self.settings.tokens.access_most;
        new.build(String::new(), by.tenant_id(), roles, "", most, self.clock.now()).map(drop)
    }

    /// One page of the tenant's clients.
    pub async fn list_clients(
        &self,
        by: &ReadAccess,
        filter: &ClientFilter,
        page: Page,
    ) -> Result<ClientList, AdminError> {
        let now = self.clock.now();
        let mut reader = self.database.read().await?;
        let total = reader.count_clients(by.tenant_id(), filter, now).await?;
        let clients = reader.list_clients(by.tenant_id(), filter, page, now).await?;
        Ok(ClientList { total, clients })
    }

    /// A client with its secrets and roles.
    pub async fn client(&self, by: &ReadAccess, id: &ClientId) -> Result<ClientDetails, AdminError> {
        let mut reader = self.database.read().await?;
        let client = require_client(&mut reader, by.tenant_id(), id).await?;
        let secrets = reader.secrets_of(id).await?;
        let roles = reader.list_roles(by.tenant_id()).await?;
        let roles = roles.into_iter().filter(|role| client.role_ids.contains(&role.id)).collect();
        Ok(ClientDetails { client, secrets, roles })
    }

    /// Whether a client could be changed like this, without changing it. Roles are not looked at.
    pub fn check_client_change(&self, client: &Client, change: &ClientChange) -> Result<(), AdminError> {
        change.apply(client, &[], self.settings.tokens.access_most).map(drop)
    }

    /// Changes a client.
    pub async fn change_client(
        &self,
        by: &Administrator,
        id: &ClientId,
        change: ClientChange,
    ) -> Result<Client, AdminError> {
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let (by, id, change) = (by.clone(), id.clone(), Arc::new(change));
        let most = self.settings.tokens.access_most;
        let changed = self
            .database
            .write::<_, AdminError, _>(move |tx| {
                let (by, id, change, salt) = (by.clone(), id.clone(), Arc::clone(&change), salt.clone());
                Box::pin(async move {
                    let before = require_client(tx, by.tenant_id(), &id).await?;
                    let roles = tx.list_roles(by.tenant_id()).await?;
                    let mut after = change.apply(&before, &roles, most)?;
                    if after == before {
                        return Ok(before);
                    }
                    if !tx.update_client(&after, now).await.map_err(role_gone)? {
                        return Err(AdminError::Stale);
                    }
                    let action = match (before.enabled, after.enabled) {
                        (true, false) => "client.disabled",
                        (false, true) => "client.enabled",
                        _ => "client.changed",
                    };
                    let event = client_event(&after, action, &difference(&before, &after));
                    audit::record(tx, &event, by.origin(), &salt, now).await?;
                    after.version += 1;
                    Ok(after)
                })
            })
            .await?;
        self.clients.invalidate();
        Ok(changed)
    }

    /// Removes a client with its secrets. Tokens already issued work until they end. `seen`: only if this is its version.
    pub async fn remove_client(
        &self,
        by: &Administrator,
        id: &ClientId,
        seen: Option<i64>,
    ) -> Result<Client, AdminError> {
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let (by, id) = (by.clone(), id.clone());
        let removed = self
            .database
            .write::<_, AdminError, _>(move |tx| {
                let (by, id, salt) = (by.clone(), id.clone(), salt.clone());
                Box::pin(async move {
                    let client = take_client(tx, by.tenant_id(), &id).await?;
                    if seen.is_some_and(|version| version != client.version) {
                        return Err(AdminError::Stale);
                    }
                    tx.delete_client(&id).await?;
                    let event =
                        client_event(&client, "client.removed", &serde_json::json!({ "before": describe(&client) }));
                    audit::record(tx, &event, by.origin(), &salt, now).await?;
                    Ok(client)
                })
            })
            .await?;
        self.clients.invalidate();
        Ok(removed)
    }
}

/// Everything that adding a client needs, so that the database may ask for it twice.
struct Adding {
    client: Client,
    secret: Option<Drawn>,
    nonce: Option<String>,
    by: Administrator,
    salt: String,
}

impl Adding {
    async fn run(&self, tx: &mut Transaction, now: UnixTime) -> Result<Option<i32>, AdminError> {
        if let Some(nonce) = &self.nonce
            && !tx.spend_nonce(nonce, self.client.id.as_str(), now).await?
        {
            return Err(AdminError::Repeated(tx.find_nonce(nonce).await?.unwrap_or_default()));
        }
        if tx.count_all_clients(&self.client.tenant_id).await? >= Client::MAX_PER_TENANT {
            return Err(limits::CLIENTS);
        }
        require_free_id(tx, &self.client.id).await?;
        tx.insert_client(&self.client).await.map_err(|error| match error {
            StorageError::Conflict(_) => AdminError::IdTaken,
            other => role_gone(other),
        })?;
        let event =
            client_event(&self.client, "client.created", &serde_json::json!({ "after": describe(&self.client) }));
        audit::record(tx, &event, self.by.origin(), &self.salt, now).await?;
        match &self.secret {
            Some(secret) => Ok(Some(secret.store(tx, &self.client, self.by.origin(), &self.salt, now).await?)),
            None => Ok(None),
        }
    }
}

/// Refuses an id for a new client that a user has, or another client in other letters: a GUID is the same in whatever
/// letters it is written. An id that is no GUID is compared as it is, as clients' ids are everywhere.
pub(super) async fn require_free_id(tx: &mut Transaction, id: &ClientId) -> Result<(), AdminError> {
    require_no_user(tx, id).await?;
    let Ok(lower) = admin_fields::guid(id.as_str()) else { return Ok(()) };
    for spelling in [lower.to_ascii_uppercase(), lower] {
        if spelling != id.as_str() && tx.find_client(&ClientId::new(spelling)).await?.is_some() {
            return Err(AdminError::IdTaken);
        }
    }
    Ok(())
}

/// A client of this tenant. One of another tenant is not there at all.
pub(super) async fn require_client(
    reader: &mut Reader,
    tenant: &TenantId,
    id: &ClientId,
) -> Result<Client, AdminError> {
    let client = reader.find_client(id).await?.filter(|client| client.tenant_id == *tenant);
    client.ok_or(AdminError::NotFound("client"))
}

/// The same for a change that hangs on what the client or its secrets are now: they stay so until the transaction ends.
pub(super) async fn take_client(tx: &mut Transaction, tenant: &TenantId, id: &ClientId) -> Result<Client, AdminError> {
    if tx.lock_client(tenant, id).await? {
        require_client(tx, tenant, id).await
    } else {
        Err(AdminError::NotFound("client"))
    }
}

pub(super) fn client_event(client: &Client, action: &'static str, detail: &serde_json::Value) -> AuditEvent {
    AuditEvent {
        tenant_id: Some(client.tenant_id.clone()),
        action,
        target_kind: "client",
        target_id: client.id.as_str().to_owned(),
        target_name: client.name.clone(),
        detail: detail.to_string(),
    }
}

/// A client as the audit log keeps it.
pub(super) fn describe(client: &Client) -> serde_json::Value {
    serde_json::json!({
        "type": client.client_type.as_str(),
        "name": client.name,
        "enabled": client.enabled,
        "token_lifetime": client.token_lifetime,
        "roles": client.role_ids,
        "redirect_urls": client.urls.redirect,
        "logout_redirect_urls": client.urls.logout,
        "cors_origins": client.urls.cors,
        "allow_offline_access": client.allow_offline_access,
        "allow_access_tokens_via_browser": client.allow_access_tokens_via_browser,
        "client_uri": client.client_uri,
        "logo_uri": client.logo_uri,
        "pkce": client.pkce.as_str(),
        "consent": client.consent.as_str(),
        "auth_method": client.auth_method.as_str(),
        "access_token_algorithm": client.access_token_algorithm.as_str(),
        "tags": client.tags,
    })
}

/// What changed: each field with its value before and after.
pub(super) fn difference(before: &Client, after: &Client) -> serde_json::Value {
    let (before, after) = (describe(before), describe(after));
    let changed = before.as_object().into_iter().flatten().filter(|(field, value)| after[field.as_str()] != **value);
    let changed = changed.map(|(field, value)| (field.clone(), serde_json::json!([value, after[field.as_str()]])));
    serde_json::Value::Object(changed.collect())
}
