//! Users: add, change, disable, remove, and the links that let them in.

use super::subjects::require_no_client;
use super::user_links::INVITATION;
use super::{AdminError, Administrator, ReadAccess, limits, role_gone};
use crate::flows::account::end_what_was_given;
use crate::flows::one_time_links::user_event;
use crate::flows::{OneTimeLink, Provider, audit};
use crate::oauth::admin_fields::{self, Field, FieldError};
use crate::oauth::audit::{Actor, Origin};
use crate::oauth::{BuiltInRole, Role, RoleId, UnixTime, UserId, password_policy};
use crate::redacted::Redacted;
use crate::storage::{LinkPurpose, NewUser, StorageError, Transaction, User};
use std::sync::Arc;

/// Most users of one tenant.
pub(super) const MOST: i64 = 50_000;

/// A user to be added, as typed.
#[derive(Debug, Clone, Default)]
pub struct NewUserFields {
    /// A GUID of the caller's choice; none: one is drawn.
    pub id: Option<String>,
    /// E-mail, to sign in with.
    pub email: String,
    /// The name people read; empty: the e-mail's first half.
    pub name: String,
    /// Roles; Account Member is added by itself.
    pub role_ids: Vec<RoleId>,
    /// A password; none: the user chooses one through an invitation.
    pub password: Option<Redacted<String>>,
    /// Standard claims as JSON text, already checked; none: none.
    pub claims: Option<String>,
    /// The invitation is made later, by [`Provider::make_link`]: no link leaves with the new user.
    pub invite_later: bool,
}

/// A change of a user. None: unchanged.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// The version that the change was made on; none: whatever is there.
    pub version: Option<i64>,
    /// E-mail, as typed.
    pub email: Option<String>,
    /// Name, as typed.
    pub name: Option<String>,
    /// Whether the user may sign in.
    pub enabled: Option<bool>,
    /// Roles; Account Member is added by itself.
    pub role_ids: Option<Vec<RoleId>>,
    /// Standard claims as JSON text, already checked.
    pub claims: Option<String>,
}

/// A user that was added, with the link that lets them in if they have no password yet.
#[derive(Debug)]
pub struct CreatedUser {
    /// The user.
    pub user: User,
    /// To be handed to the user.
    pub invitation: Option<OneTimeLink>,
}

impl Provider {
    /// Adds a user.
    pub async fn create_user(&self, by: &Administrator, new: NewUserFields) -> Result<CreatedUser, AdminError> {
        let now = self.clock.now();
        let roles = self.database.read().await?.list_roles(by.tenant_id()).await?;
        let min = self.settings.password_min_length;
        let given = new.id.as_deref().map(str::trim).filter(|id| !id.is_empty());
        let id = given.map_or_else(|| Ok(self.random.uuid()), admin_fields::guid);
        let email = admin_fields::email(&new.email);
        let name = match new.name.trim() {
            "" => admin_fields::person_name(new.email.split('@').next().unwrap_or_default()),
            _ => admin_fields::person_name(&new.name),
        };
        let held = admin_fields::held_roles(&new.role_ids, &roles);
        let password = new.password.as_ref().map_or(Ok(()), |password| {
            password_policy(password.expose(), new.email.trim(), new.name.trim(), min)
                .map_err(|refusal| FieldError::new(Field::Password, refusal.to_string()))
        });
        let (id, email, name, held) = match (id, email, name, held, password) {
            (Ok(id), Ok(email), Ok(name), Ok(held), Ok(())) => (UserId::new(id), email, name, held),
            (id, email, name, held, password) => {
                let errors = [id.err(), name.err(), email.err(), held.err(), password.err()];
                return Err(AdminError::Invalid(errors.into_iter().flatten().collect()));
            }
        };
        let invite = new.password.is_none() && !new.invite_later;
        let password_hash = match new.password {
            Some(password) => Some(Redacted::new(self.hasher.hash(password).await.map_err(|_| AdminError::Busy)?)),
            None => None,
        };
        let claims = new.claims.unwrap_or_else(|| "{}".to_owned());
        let user = NewUser { id: id.clone(), tenant_id: by.tenant_id().clone(), email, name, claims, password_hash };
        let (user, by_whom, salt) = (Arc::new(user), by.clone(), self.random.base64url::<6>());
        self.database
            .write::<_, AdminError, _>(move |tx| {
                let (user, held, by, salt) = (Arc::clone(&user), held.clone(), by_whom.clone(), salt.clone());
                Box::pin(async move { insert(tx, &user, &held, by.origin(), &salt, now).await })
            })
            .await?;
        let user = self.user(by, &id).await?;
        let invitation = if invite {
            Some(self.make_link(&user, LinkPurpose::Invitation, INVITATION, by.origin()).await?)
        } else {
            None
        };
        Ok(CreatedUser { user, invitation })
    }

    /// A user of the tenant.
    pub async fn user(&self, by: &ReadAccess, id: &UserId) -> Result<User, AdminError> {
        let user = self.database.read().await?.find_user(id).await?;
        user.filter(|user| user.tenant_id == *by.tenant_id()).ok_or(AdminError::NotFound("user"))
    }

    /// The roles that a user holds.
    pub async fn roles_of_user(&self, by: &ReadAccess, id: &UserId) -> Result<Vec<Role>, AdminError> {
        self.user(by, id).await?;
        Ok(self.database.read().await?.roles_of_user(id).await?)
    }

    /// Changes a user. Disabling ends all sessions and everything that apps were granted, for good: enabling brings none of it
    /// back. Roles count from the next token on.
    pub async fn change_user(&self, by: &Administrator, id: &UserId, change: UserChange) -> Result<User, AdminError> {
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let (by, id, change) = (by.clone(), id.clone(), Arc::new(change));
        self.database
            .write::<_, AdminError, _>(move |tx| {
                let (by, id, change, salt) = (by.clone(), id.clone(), Arc::clone(&change), salt.clone());
                Box::pin(async move { apply(tx, &by, &id, &change, &salt, now).await })
            })
            .await
    }

    /// Removes a user with sessions and everything granted. Nobody removes themselves, nor the last administrator. `seen`: only
    /// if this is the user's version.
    pub async fn remove_user(&self, by: &Administrator, id: &UserId, seen: Option<i64>) -> Result<User, AdminError> {
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let (by, id) = (by.clone(), id.clone());
        self.database
            .write::<_, AdminError, _>(move |tx| {
                let (by, id, salt) = (by.clone(), id.clone(), salt.clone());
                Box::pin(async move {
                    let user = take_user(tx, &by, &id).await?;
                    if seen.is_some_and(|version| version != user.version) {
                        return Err(AdminError::Stale);
                    }
                    refuse_self(&by, &id, "You cannot remove your own account. Ask another administrator.")?;
                    let able = administrators(tx, &by).await?;
                    tx.delete_user(&id).await?;
                    require_administrator(tx, &by, able).await?;
                    let event = user_event(&user, "user.removed", &serde_json::json!({ "name": user.name }));
                    audit::record(tx, &event, by.origin(), &salt, now).await?;
                    Ok(user)
                })
            })
            .await
    }

    /// How many living sessions a user has.
    pub async fn count_sessions(&self, by: &ReadAccess, user: &User) -> Result<usize, AdminError> {
        self.user(by, &user.id).await?;
        Ok(self.database.read().await?.sessions_of(&user.id, self.clock.now()).await?.len())
    }

    /// Ends all sessions of a user.
    pub async fn sign_out_user(&self, by: &Administrator, id: &UserId) -> Result<(), AdminError> {
        let (now, salt) = (self.clock.now(), self.random.base64url::<6>());
        let (by, id) = (by.clone(), id.clone());
        self.database
            .write::<_, AdminError, _>(move |tx| {
                let (by, id, salt) = (by.clone(), id.clone(), salt.clone());
                Box::pin(async move {
                    let user = require_user(tx, &by, &id).await?;
                    // The sessions first: from then on nothing is granted in them any more.
                    let ended = tx.end_sessions_of(&id).await?;
                    for sid in &ended {
                        tx.revoke_grants_of_session(sid, now).await?;
                    }
                    let ended = ended.len();
                    let event = user_event(&user, "user.signed_out", &serde_json::json!({ "sessions": ended }));
                    Ok(audit::record(tx, &event, by.origin(), &salt, now).await?)
                })
            })
            .await
    }
}

async fn insert(
    tx: &mut Transaction,
    user: &NewUser,
    roles: &[RoleId],
    by: &Origin,
    salt: &str,
    now: UnixTime,
) -> Result<(), AdminError> {
    if tx.find_user(&user.id).await?.is_some() {
        return Err(AdminError::IdTaken);
    }
    require_no_client(tx, &user.id).await?;
    if tx.count_users(&user.tenant_id, None).await? >= MOST {
        return Err(limits::USERS);
    }
    tx.insert_user(user, now).await.map_err(email_taken)?;
    tx.set_user_roles(&user.id, roles).await.map_err(role_gone)?;
    let stored = tx.find_user(&user.id).await?.ok_or(AdminError::NotFound("user"))?;
    let event = user_event(&stored, "user.created", &serde_json::json!({ "name": stored.name, "roles": roles }));
    Ok(audit::record(tx, &event, by, salt, now).await?)
}

async fn apply(
    tx: &mut Transaction,
    by: &Administrator,
    id: &UserId,
    change: &UserChange,
    salt: &str,
    now: UnixTime,
) -> Result<User, AdminError> {
    let before = take_user(tx, by, id).await?;
    if change.version.is_some_and(|version| version != before.version) {
        return Err(AdminError::Stale);
    }
    let mut after = before.clone();
    if let Some(email) = &change.email {
        after.email = admin_fields::email(email)?;
    }
    if let Some(name) = &change.name {
        after.name = admin_fields::person_name(name)?;
    }
    if let Some(claims) = &change.claims {
        after.claims.clone_from(claims);
    }
    if admin_fields::fold(&before.email) != admin_fields::fold(&after.email) {
        // Whoever verified the old address has not verified the new one.
        after.claims = without_email_verified(&after.claims);
    }
    after.enabled = change.enabled.unwrap_or(before.enabled);
    if !after.enabled {
        refuse_self(by, id, "You cannot disable your own account. Ask another administrator.")?;
    }
    let able = administrators(tx, by).await?;
    if !tx.update_user(&after, now).await.map_err(email_taken)? {
        return Err(AdminError::Stale);
    }
    let roles_before: Vec<RoleId> = tx.roles_of_user(id).await?.into_iter().map(|role| role.id).collect();
    let mut roles_after = roles_before.clone();
    if let Some(asked) = &change.role_ids {
        let all = tx.list_roles(by.tenant_id()).await?;
        roles_after = admin_fields::held_roles(asked, &all)?;
        tx.set_user_roles(id, &roles_after).await.map_err(role_gone)?;
    }
    require_administrator(tx, by, able).await?;
    if before.enabled && !after.enabled {
        end_what_was_given(tx, id, now).await?;
    }
    let action = match (before.enabled, after.enabled) {
        (true, false) => "user.disabled",
        (false, true) => "user.enabled",
        _ => "user.changed",
    };
    let detail = serde_json::json!({
        "email": [before.email, after.email], "name": [before.name, after.name],
        "claims_changed": before.claims != after.claims, "roles": [roles_before, roles_after],
    });
    audit::record(tx, &user_event(&after, action, &detail), by.origin(), salt, now).await?;
    after.version += 1;
    after.generation += i64::from(before.enabled != after.enabled);
    Ok(after)
}

pub(super) fn without_email_verified(claims: &str) -> String {
    let mut claims: serde_json::Map<String, serde_json::Value> = serde_json::from_str(claims).unwrap_or_default();
    claims.remove("email_verified");
    serde_json::Value::Object(claims).to_string()
}

pub(super) async fn require_user(tx: &mut Transaction, by: &Administrator, id: &UserId) -> Result<User, AdminError> {
    let user = tx.find_user(id).await?.filter(|user| user.tenant_id == *by.tenant_id());
    user.ok_or(AdminError::NotFound("user"))
}

/// The same for a change that hangs on what the user is now: it stays so until the transaction ends.
pub(super) async fn take_user(tx: &mut Transaction, by: &Administrator, id: &UserId) -> Result<User, AdminError> {
    if tx.lock_user(by.tenant_id(), id).await? {
        require_user(tx, by, id).await
    } else {
        Err(AdminError::NotFound("user"))
    }
}

/// How many administrators who can sign in there are before a change that may take one away. Changes of that kind wait
/// for each other from here on: two that did not see each other would each leave the other's administrator.
pub(super) async fn administrators(tx: &mut Transaction, by: &Administrator) -> Result<i64, AdminError> {
    tx.lock_role(by.tenant_id(), BuiltInRole::Administrator).await?;
    Ok(tx.count_users_with(by.tenant_id(), BuiltInRole::Administrator).await?)
}

/// The change may not take away the last administrator who can sign in, of so many before it. Asked after the change was
/// made, in its transaction: what it would leave behind is then plain to see.
pub(super) async fn require_administrator(
    tx: &mut Transaction,
    by: &Administrator,
    before: i64,
) -> Result<(), AdminError> {
    // Where nobody can sign in yet, as after an import without passwords, there is nobody to take away.
    if before == 0 || tx.count_users_with(by.tenant_id(), BuiltInRole::Administrator).await? > 0 {
        return Ok(());
    }
    Err(AdminError::Limit("This is the last Account Administrator. Give the role to someone else first."))
}

fn refuse_self(by: &Administrator, id: &UserId, why: &'static str) -> Result<(), AdminError> {
    match &by.origin().actor {
        Actor::User { id: own, .. } if own == id => Err(AdminError::Limit(why)),
        _ => Ok(()),
    }
}

fn email_taken(error: StorageError) -> AdminError {
    match error {
        StorageError::Conflict(_) => {
            AdminError::Taken(FieldError::new(Field::Email, "There is a user with this e-mail address already."))
        }
        other => AdminError::Storage(other),
    }
}
