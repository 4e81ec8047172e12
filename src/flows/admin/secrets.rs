//! Secrets of clients: add, change, remove. The value leaves here once.

use super::clients::{client_event, require_client, take_client};
use super::{AdminError, Administrator};
use crate::flows::{Provider, audit};
use crate::oauth::admin_fields::{self, SecretEnd};
use crate::oauth::audit::Origin;
use crate::oauth::{Client, ClientId, ClientSecret, TokenKind, UnixTime};
use crate::redacted::Redacted;
use crate::storage::Transaction;
use std::sync::Arc;

/// A secret to be added.
#[derive(Debug, Clone)]
pub struct NewSecret {
    /// For people, as typed.
    pub description: String,
    /// When it ends.
    pub end: SecretEnd,
}

/// A change of a secret. None: unchanged.
#[derive(Debug, Clone, Default)]
pub struct SecretChange {
    /// The secret as it was when the change was made up; none: whatever is there.
    pub made_on: Option<ClientSecret>,
    /// For people, as typed.
    pub description: Option<String>,
    /// When it ends.
    pub end: Option<SecretEnd>,
    /// Whether it authenticates.
    pub enabled: Option<bool>,
}

/// A secret that was just made: the only time that its value is known.
#[derive(Debug)]
pub struct CreatedSecret {
    /// Its number within the client.
    pub id: i32,
    /// The value.
    pub value: Redacted<String>,
    /// For people.
    pub description: String,
    /// When it ends; none: never.
    pub expires_at: Option<UnixTime>,
}

/// A secret that has been drawn and is not stored yet.
pub(super) struct Drawn {
    value: Redacted<String>,
    secret: ClientSecret,
}

impl Drawn {
    pub(super) fn created(&self, id: i32) -> CreatedSecret {
        CreatedSecret {
            id,
            value: self.value.clone(),
            description: self.secret.description.clone(),
            expires_at: self.secret.expires_at,
        }
    }

    /// Stores it for the client, if there is room; says under which id.
    pub(super) async fn store(
        &self,
        tx: &mut Transaction,
        client: &Client,
        by: &Origin,
        salt: &str,
        now: UnixTime,
    ) -> Result<i32, AdminError> {
        // Counting up the client's number first takes its row, so that two adders see each other's secrets.
        let id = tx.next_secret_id(&client.id).await?.ok_or(AdminError::NotFound("client"))?;
        if tx.secrets_of(&client.id).await?.len() >= Client::MAX_SECRETS {
            return Err(AdminError::Limit("This client already has 10 secrets. Remove one you no longer use."));
        }
        let secret = ClientSecret { id, ..self.secret.clone() };
        tx.insert_secret(&client.id, &secret).await?;
        let event = client_event(client, "secret.added", &describe(&secret));
        audit::record(tx, &event, by, salt, now).await?;
        Ok(id)
    }
}

impl Provider {
    pub(super) fn draw_secret(&self, new: &NewSecret, now: UnixTime) -> Result<Drawn, AdminError> {
        let description = admin_fields::secret_description(&new.description);
        let end = new.end.check(&self.settings.secrets, now);
        let (description, expires_at) = match (description, end) {
            (Ok(description), Ok(end)) => (description, end),
            (description, end) => {
                return Err(AdminError::Invalid([description.err(), end.err()].into_iter().flatten().collect()));
            }
        };
        let value = TokenKind::ClientSecret.format(self.random.bytes::<32>());
        let secret = ClientSecret {
            id: 0,
            hash: TokenKind::ClientSecret.hash(&value),
            hint: value[value.len() - 4..].to_owned(),
            description,
            enabled: true,
            created_at: now,
            expires_at,
            last_used_at: None,
            last_used_from: None,
        };
        Ok(Drawn { value: Redacted::new(value), secret })
    }

    /// Adds a secret. `nonce` makes a form good for one secret only.
    pub async fn add_secret(
        &self,
        by: &Administrator,
        client: &ClientId,
        new: NewSecret,
        nonce: Option<String>,
    ) -> Result<CreatedSecret, AdminError> {
        let now = self.clock.now();
        let drawn = Arc::new(self.draw_secret(&new, now)?);
        let (by, id, salt, task) = (by.clone(), client.clone(), self.random.base64url::<6>(), Arc::clone(&drawn));
        let id = self
            .database
            .write::<_, AdminError, _>(move |tx| {
                let (by, id, salt, nonce) = (by.clone(), id.clone(), salt.clone(), nonce.clone());
                let drawn = Arc::clone(&task);
                Box::pin(async move {
                    if let Some(nonce) = &nonce
                        && !tx.spend_nonce(nonce, id.as_str(), now).await?
                    {
                        return Err(AdminError::Repeated(id.as_str().to_owned()));
                    }
                    let client = require_client(tx, by.tenant_id(), &id).await?;
                    if !client.client_type.has_secrets() {
                        return Err(AdminError::Limit(
                            "Authorization Code clients have no secrets. They prove themselves with PKCE.",
                        ));
                    }
                    drawn.store(tx, &client, by.origin(), &salt, now).await
                })
            })
            .await?;
        self.clients.invalidate();
        Ok(drawn.created(id))
    }

    /// Changes description, end or state of a secret.
    pub async fn change_secret(
        &self,
        by: &Administrator,
        client: &ClientId,
        id: i32,
        change: SecretChange,
    ) -> Result<ClientSecret, AdminError> {
        let (now, policy) = (self.clock.now(), self.settings.secrets);
        let (by, client, salt, change) = (by.clone(), client.clone(), self.random.base64url::<6>(), Arc::new(change));
        let changed = self
            .database
            .write::<_, AdminError, _>(move |tx| {
                let (by, client, salt, change) = (by.clone(), client.clone(), salt.clone(), Arc::clone(&change));
                Box::pin(async move {
                    let client = take_client(tx, by.tenant_id(), &client).await?;
                    let before = require_secret(tx.secrets_of(&client.id).await?, id)?;
                    require_same(change.made_on.as_ref(), &before)?;
                    let mut after = before.clone();
                    if let Some(text) = &change.description {
                        after.description = admin_fields::secret_description(text)?;
                    }
                    if let Some(end) = change.end {
                        // An end that is not touched may lie in the past: an expired secret can still be renamed.
                        let same = matches!(end, SecretEnd::At(at) if Some(at) == before.expires_at);
                        after.expires_at = if same { before.expires_at } else { end.check(&policy, now)? };
                    }
                    after.enabled = change.enabled.unwrap_or(before.enabled);
                    if after == before {
                        return Ok(before);
                    }
                    if !tx.update_secret(&client.id, &after).await? {
                        return Err(AdminError::NotFound("secret"));
                    }
                    let action = match (before.enabled, after.enabled) {
                        (true, false) => "secret.disabled",
                        (false, true) => "secret.enabled",
                        _ => "secret.changed",
                    };
                    let detail = serde_json::json!({ "before": describe(&before), "after": describe(&after) });
                    audit::record(tx, &client_event(&client, action, &detail), by.origin(), &salt, now).await?;
                    Ok(after)
                })
            })
            .await?;
        self.clients.invalidate();
        Ok(changed)
    }

    /// Removes a secret. Tokens already issued with it work until they end. `seen`: only if it is still what was seen.
    pub async fn remove_secret(
        &self,
        by: &Administrator,
        client: &ClientId,
        id: i32,
        seen: Option<ClientSecret>,
    ) -> Result<ClientSecret, AdminError> {
        let now = self.clock.now();
        let (by, client, salt) = (by.clone(), client.clone(), self.random.base64url::<6>());
        let removed = self
            .database
            .write::<_, AdminError, _>(move |tx| {
                let (by, client, salt, seen) = (by.clone(), client.clone(), salt.clone(), seen.clone());
                Box::pin(async move {
                    let client = take_client(tx, by.tenant_id(), &client).await?;
                    let secret = require_secret(tx.secrets_of(&client.id).await?, id)?;
                    require_same(seen.as_ref(), &secret)?;
                    if !tx.delete_secret(&client.id, id).await? {
                        return Err(AdminError::NotFound("secret"));
                    }
                    let event = client_event(&client, "secret.removed", &describe(&secret));
                    audit::record(tx, &event, by.origin(), &salt, now).await?;
                    Ok(secret)
                })
            })
            .await?;
        self.clients.invalidate();
        Ok(removed)
    }
}

pub(super) fn require_secret(secrets: Vec<ClientSecret>, id: i32) -> Result<ClientSecret, AdminError> {
    secrets.into_iter().find(|secret| secret.id == id).ok_or(AdminError::NotFound("secret"))
}

/// Refuses what was made up on another state of the secret. That it was used since then is no other state.
fn require_same(seen: Option<&ClientSecret>, now: &ClientSecret) -> Result<(), AdminError> {
    let state = |secret: &ClientSecret| (secret.hash, secret.description.clone(), secret.enabled, secret.expires_at);
    if seen.is_some_and(|seen| state(seen) != state(now)) { Err(AdminError::Stale) } else { Ok(()) }
}

/// A secret as the audit log keeps it: neither value nor hash.
pub(super) fn describe(secret: &ClientSecret) -> serde_json::Value {
    serde_json::json!({
        "secret_id": secret.id,
        "ends_in": secret.hint,
        "description": secret.description,
        "enabled": secret.enabled,
        "expires": secret.expires_at.map(UnixTime::rfc3339),
    })
}
