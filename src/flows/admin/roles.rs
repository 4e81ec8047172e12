//! A tenant's own roles: add, change, remove. The built-in ones stand as they are.

use super::{AdminError, Administrator, limits};
use crate::flows::{Provider, audit};
use crate::oauth::admin_fields::{self, role_name_key};
use crate::oauth::audit::AuditEvent;
use crate::oauth::{Role, RoleId};
use crate::storage::{StorageError, Transaction};
use std::sync::Arc;

/// Most roles of one tenant, the built-in ones among them.
pub(super) const MOST: usize = 1_000;

/// A role to be added, as typed.
#[derive(Debug, Clone, Default)]
pub struct NewRole {
    /// A GUID of the caller's choice; none: one is drawn.
    pub id: Option<String>,
    /// 1..128 characters; unique in the tenant, in any case.
    pub name: String,
    /// Up to 128 characters.
    pub description: String,
}

/// A change of a role. None: unchanged.
#[derive(Debug, Clone, Default)]
pub struct RoleChange {
    /// The role as it was when the change was made up; none: whatever is there.
    pub made_on: Option<Role>,
    /// The name, as typed.
    pub name: Option<String>,
    /// The description, as typed.
    pub description: Option<String>,
}

/// What became of adding a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddedRole {
    /// It is new.
    New(Role),
    /// It was there, the very same.
    Same(Role),
}

/// Why a role was not added, changed or removed.
#[derive(Debug)]
pub enum RoleError {
    /// It is built in.
    BuiltIn,
    /// Another role has its id or name.
    Taken,
    /// As with everything else.
    Admin(AdminError),
}

impl<E: Into<AdminError>> From<E> for RoleError {
    fn from(error: E) -> Self {
        Self::Admin(error.into())
    }
}

impl Provider {
    /// Adds a role of the tenant's own. The same one again is no error: programs that set a tenant up run twice.
    pub async fn create_role(&self, by: &Administrator, new: NewRole) -> Result<AddedRole, RoleError> {
        let (role, given) = self.build(by, &new)?;
        let role = Arc::new(role);
        match self.add_role(by, &role, given).await {
            // Another call of the same moment was first: a second look sees whether it added the very same.
            Err(RoleError::Taken) => self.add_role(by, &role, given).await,
            added => added,
        }
    }

    async fn add_role(&self, by: &Administrator, role: &Arc<Role>, given: bool) -> Result<AddedRole, RoleError> {
        let (now, salt, role, by) = (self.clock.now(), self.random.base64url::<6>(), Arc::clone(role), by.clone());
        let added = self
            .database
            .write::<_, RoleError, _>(move |tx| {
                let (role, by, salt) = (Arc::clone(&role), by.clone(), salt.clone());
                Box::pin(async move {
                    let known = tx.list_roles(by.tenant_id()).await?;
                    if let Some(there) = known.iter().find(|known| is_clash(known, &role)) {
                        return same_or_taken(there, &role, given);
                    }
                    if known.len() >= MOST {
                        return Err(limits::ROLES.into());
                    }
                    tx.insert_role(&role, now).await.map_err(taken)?;
                    let event = role_event(&role, "role.created", &describe(&role));
                    audit::record(tx, &event, by.origin(), &salt, now).await?;
                    Ok(AddedRole::New((*role).clone()))
                })
            })
            .await?;
        Ok(added)
    }

    /// The role as it would be, and whether the caller chose its id.
    fn build(&self, by: &Administrator, new: &NewRole) -> Result<(Role, bool), AdminError> {
        let given = new.id.as_deref().map(str::trim).filter(|id| !id.is_empty());
        let id = given.map_or_else(|| Ok(self.random.uuid()), admin_fields::role_id);
        let (name, description) =
            (admin_fields::role_name(&new.name), admin_fields::role_description(&new.description));
        match (id, name, description) {
            (Ok(id), Ok(name), Ok(description)) => {
                let id = RoleId::new(id);
                let role = Role { id, tenant_id: by.tenant_id().clone(), name, description, built_in: None };
                Ok((role, given.is_some()))
            }
            (id, name, description) => {
                let errors = [id.err(), name.err(), description.err()];
                Err(AdminError::Invalid(errors.into_iter().flatten().collect()))
            }
        }
    }

    /// Changes name or description of a role.
    pub async fn change_role(&self, by: &Administrator, id: &RoleId, change: RoleChange) -> Result<Role, RoleError> {
        let (now, salt, change) = (self.clock.now(), self.random.base64url::<6>(), Arc::new(change));
        let (by, id) = (by.clone(), id.clone());
        let changed = self
            .database
            .write::<_, RoleError, _>(move |tx| {
                let (by, id, salt, change) = (by.clone(), id.clone(), salt.clone(), Arc::clone(&change));
                Box::pin(async move {
                    let before = take_own_role(tx, &by, &id).await?;
                    if change.made_on.as_ref().is_some_and(|role| *role != before) {
                        return Err(AdminError::Stale.into());
                    }
                    let mut after = before.clone();
                    if let Some(name) = &change.name {
                        after.name = admin_fields::role_name(name)?;
                    }
                    if let Some(text) = &change.description {
                        after.description = admin_fields::role_description(text)?;
                    }
                    if after == before {
                        return Ok(before);
                    }
                    let known = tx.list_roles(by.tenant_id()).await?;
                    if known.iter().any(|known| known.id != after.id && is_clash(known, &after)) {
                        return Err(RoleError::Taken);
                    }
                    if !tx.update_role(&after).await.map_err(taken)? {
                        return Err(AdminError::NotFound("role").into());
                    }
                    let detail = serde_json::json!({ "before": describe(&before), "after": describe(&after) });
                    audit::record(tx, &role_event(&after, "role.changed", &detail), by.origin(), &salt, now).await?;
                    Ok(after)
                })
            })
            .await?;
        Ok(changed)
    }

    /// Removes a role, also while it is held: whoever holds it, holds it no more from the next token on. `seen`: only if it
    /// is still what was seen.
    pub async fn remove_role(&self, by: &Administrator, id: &RoleId, seen: Option<Role>) -> Result<Role, RoleError> {
        let (now, salt, by, id) = (self.clock.now(), self.random.base64url::<6>(), by.clone(), id.clone());
        let removed = self
            .database
            .write::<_, RoleError, _>(move |tx| {
                let (by, id, salt, seen) = (by.clone(), id.clone(), salt.clone(), seen.clone());
                Box::pin(async move {
                    let role = take_own_role(tx, &by, &id).await?;
                    if seen.is_some_and(|seen| seen != role) {
                        return Err(AdminError::Stale.into());
                    }
                    tx.delete_role(&id).await?;
                    let event = role_event(&role, "role.removed", &describe(&role));
                    audit::record(tx, &event, by.origin(), &salt, now).await?;
                    Ok(role)
                })
            })
            .await?;
        self.clients.invalidate();
        Ok(removed)
    }
}

fn is_clash(known: &Role, new: &Role) -> bool {
    known.id == new.id || role_name_key(&known.name) == role_name_key(&new.name)
}

/// A drawn id says nothing; a chosen one must be the same.
fn same_or_taken(there: &Role, new: &Role, chosen_id: bool) -> Result<AddedRole, RoleError> {
    let same = there.built_in.is_none()
        && there.name == new.name
        && there.description == new.description
        && (!chosen_id || there.id == new.id);
    if same { Ok(AddedRole::Same(there.clone())) } else { Err(RoleError::Taken) }
}

/// A role of the tenant's own, which stays as it is until the transaction ends.
async fn take_own_role(tx: &mut Transaction, by: &Administrator, id: &RoleId) -> Result<Role, RoleError> {
    if !tx.lock_role_called(by.tenant_id(), id).await? {
        return Err(AdminError::NotFound("role").into());
    }
    let role = tx.list_roles(by.tenant_id()).await?.into_iter().find(|role| role.id == *id);
    let role = role.ok_or(AdminError::NotFound("role"))?;
    if role.built_in.is_some() { Err(RoleError::BuiltIn) } else { Ok(role) }
}

fn taken(error: StorageError) -> RoleError {
    match error {
        StorageError::Conflict(_) => RoleError::Taken,
        other => RoleError::Admin(other.into()),
    }
}

pub(super) fn role_event(role: &Role, action: &'static str, detail: &serde_json::Value) -> AuditEvent {
    AuditEvent {
        tenant_id: Some(role.tenant_id.clone()),
        action,
        target_kind: "role",
        target_id: role.id.as_str().to_owned(),
        target_name: role.name.clone(),
        detail: detail.to_string(),
    }
}

pub(super) fn describe(role: &Role) -> serde_json::Value {
    serde_json::json!({ "name": role.name, "description": role.description })
}
