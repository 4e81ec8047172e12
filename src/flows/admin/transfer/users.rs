//! Users of a document, into the store. A user is known by the id, or else by the e-mail.

use super::import::{Importing, Outcome, Stop, differing, taken};
use super::{UserEntry, local_all, missing_role};
use crate::flows::account::end_what_was_given;
use crate::flows::admin::subjects::require_no_client;
use crate::flows::admin::users::{MOST, without_email_verified};
use crate::flows::admin::{AdminError, limits, role_gone};
use crate::flows::audit;
use crate::flows::one_time_links::user_event;
use crate::keys::is_password_hash;
use crate::oauth::admin_fields::{self, Field, FieldError};
use crate::oauth::{Role, RoleId, UserClaims, UserId};
use crate::redacted::Redacted;
use crate::storage::{NewUser, Transaction, User};
use std::collections::HashSet;

const SECTION: &str = "users";

/// An entry, checked.
struct Wanted<'e> {
    id: UserId,
    email: String,
    name: String,
    enabled: Option<bool>,
    roles: Option<Vec<RoleId>>,
    claims: Option<String>,
    password_hash: Option<&'e str>,
}

pub(super) async fn import(
    tx: &mut Transaction,
    entries: &[UserEntry],
    roles: &[Role],
    to: &mut Importing,
) -> Result<(), Stop> {
    let mut seen = HashSet::new();
    for (at, entry) in entries.iter().enumerate() {
        let Some(wanted) = read(entry, roles, at, to) else { continue };
        let by_id = tx.find_user(&wanted.id).await?;
        if by_id.as_ref().is_some_and(|user| user.tenant_id != *to.by.tenant_id()) {
            to.refuse(SECTION, at, "Id", AdminError::IdTaken.words().reason);
            continue;
        }
        let by_email = tx.find_users_by_email(&wanted.email).await?;
        let by_email = by_email.into_iter().find(|user| user.tenant_id == *to.by.tenant_id());
        if let (Some(one), Some(other)) = (&by_id, &by_email)
            && one.id != other.id
        {
            to.refuse(SECTION, at, "Email", "There is a user with this e-mail address already.");
            continue;
        }
        let before = by_id.or(by_email);
        let id = before.as_ref().map_or(&wanted.id, |user| &user.id).clone();
        if !to.is_first(&mut seen, SECTION, at, id.as_str()) {
            continue;
        }
        match before {
            Some(before) => change(tx, &before, &wanted, roles, at, to).await?,
            None => create(tx, &wanted, roles, at, to).await?,
        }
    }
    let total = tx.count_users(to.by.tenant_id(), None).await?;
    if total > MOST {
        return Err(limits::USERS.into());
    }
    to.report.left += (total - i64::try_from(seen.len()).unwrap_or(i64::MAX)).max(0);
    Ok(())
}

async fn create(
    tx: &mut Transaction,
    wanted: &Wanted<'_>,
    roles: &[Role],
    at: usize,
    to: &mut Importing,
) -> Result<(), Stop> {
    let held = wanted.roles.clone().map_or_else(|| admin_fields::held_roles(&[], roles), Ok)?;
    let user = NewUser {
        id: wanted.id.clone(),
        tenant_id: to.by.tenant_id().clone(),
        email: wanted.email.clone(),
        name: wanted.name.clone(),
        claims: wanted.claims.clone().unwrap_or_else(|| "{}".to_owned()),
        password_hash: wanted.password_hash.map(|hash| Redacted::new(hash.to_owned())),
    };
    match require_no_client(tx, &user.id).await {
        Ok(()) => {}
        Err(AdminError::IdTaken) => {
            to.refuse(SECTION, at, "Id", AdminError::IdTaken.words().reason);
            return Ok(());
        }
        Err(other) => return Err(other.into()),
    }
    tx.insert_user(&user, to.now).await.map_err(|error| taken(SECTION, at, error))?;
    if wanted.enabled == Some(false) {
        tx.set_user_enabled(&user.id, false, to.now).await?;
    }
    tx.set_user_roles(&user.id, &held).await.map_err(role_gone)?;
    let stored = tx.find_user(&user.id).await?.ok_or(AdminError::NotFound("user"))?;
    let detail = serde_json::json!({ "name": stored.name, "roles": held, "enabled": stored.enabled });
    audit::record(tx, &user_event(&stored, "user.created", &detail), to.by.origin(), &to.salt, to.now).await?;
    to.note(Outcome::Created, "user", stored.id.as_str(), &stored.email, Vec::new());
    if let Some(last) = to.report.changes.last_mut() {
        last.wants_password = stored.password_hash.is_none();
    }
    Ok(())
}

async fn change(
    tx: &mut Transaction,
    before: &User,
    wanted: &Wanted<'_>,
    roles: &[Role],
    at: usize,
    to: &mut Importing,
) -> Result<(), Stop> {
    let mut after = before.clone();
    after.email.clone_from(&wanted.email);
    after.name.clone_from(&wanted.name);
    after.enabled = wanted.enabled.unwrap_or(before.enabled);
    if let Some(claims) = &wanted.claims {
        after.claims.clone_from(claims);
    } else if admin_fields::fold(&before.email) != admin_fields::fold(&after.email) {
        after.claims = without_email_verified(&after.claims);
    }
    let mut held_before: Vec<RoleId> = tx.roles_of_user(&before.id).await?.into_iter().map(|role| role.id).collect();
    held_before.sort();
    let held = wanted.roles.clone().unwrap_or_else(|| held_before.clone());
    let entries = (UserEntry::of(before, &held_before, roles), UserEntry::of(&after, &held, roles));
    let mut members = differing(&entries.0, &entries.1);
    // A password that somebody has chosen here stands.
    let hash = wanted.password_hash.filter(|_| before.password_hash.is_none());
    if hash.is_some() {
        members.push("PasswordHash".to_owned());
    }
    if members.is_empty() {
        to.note(Outcome::Unchanged, "user", before.id.as_str(), &before.email, members);
        return Ok(());
    }
    if !tx.update_user(&after, to.now).await.map_err(|error| taken(SECTION, at, error))? {
        return Err(AdminError::Stale.into());
    }
    if held != held_before {
        tx.set_user_roles(&before.id, &held).await.map_err(role_gone)?;
    }
    if let Some(hash) = hash {
        tx.set_password(&before.id, hash, to.now).await?;
    }
    if hash.is_some() || (before.enabled && !after.enabled) {
        end_what_was_given(tx, &before.id, to.now).await?;
    }
    let action = match (before.enabled, after.enabled) {
        (true, false) => "user.disabled",
        (false, true) => "user.enabled",
        _ => "user.changed",
    };
    let detail = serde_json::json!({
        "email": [before.email, after.email], "name": [before.name, after.name],
        "claims_changed": before.claims != after.claims, "roles": [held_before, held], "password_set": hash.is_some(),
    });
    audit::record(tx, &user_event(&after, action, &detail), to.by.origin(), &to.salt, to.now).await?;
    to.note(Outcome::Changed, "user", before.id.as_str(), &after.email, members);
    Ok(())
}

fn read<'e>(entry: &'e UserEntry, roles: &[Role], at: usize, to: &mut Importing) -> Option<Wanted<'e>> {
    let id = admin_fields::guid(&entry.id).map_err(|_| FieldError::new(Field::Id, "Id must be a GUID."));
    let (email, name) = (admin_fields::email(&entry.email), admin_fields::person_name(&entry.name));
    let asked = entry.role_ids.as_ref().map(|names| local_all(names, roles));
    let held = asked.map(|asked| match missing_role(&entry.email, &asked, roles) {
        Some(message) => Err(FieldError::new(Field::Roles, message)),
        None => admin_fields::held_roles(&asked, roles),
    });
    let held = held.transpose();
    let hash = entry.password_hash.as_deref();
    let password = match hash {
        Some(hash) if !is_password_hash(hash) => {
            let message = "PasswordHash must be an argon2id hash, as an export writes it.";
            Err(FieldError::new(Field::Password, message))
        }
        hash => Ok(hash),
    };
    let claims = entry.claims.clone().map(|claims| UserClaims::validate(claims, to.now)).transpose();
    let claims = match claims {
        Ok(claims) => claims.map(|claims| claims.to_string()),
        Err(error) => {
            let dot = if error.claim.is_empty() { "" } else { "." };
            to.refuse(SECTION, at, &format!("Claims{dot}{}", error.claim), error.message);
            return None;
        }
    };
    match (id, email, name, held, password) {
        (Ok(id), Ok(email), Ok(name), Ok(roles), Ok(password_hash)) => {
            let (id, enabled) = (UserId::new(id), entry.enabled);
            Some(Wanted { id, email, name, enabled, roles, claims, password_hash })
        }
        (id, email, name, held, password) => {
            let errors = [id.err(), email.err(), name.err(), held.err(), password.err()];
            to.refuse_fields(SECTION, at, errors.into_iter().flatten().collect(), |error| match error.field {
                Field::Id => "Id",
                Field::Email => "Email",
                Field::Name => "Name",
                Field::Roles => "RoleIds",
                _ => "PasswordHash",
            });
            None
        }
    }
}
