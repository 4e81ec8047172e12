//! Roles of a document, into the store.

use super::RoleEntry;
use super::import::{Importing, Outcome, Stop, differing, taken};
use crate::flows::admin::RoleError;
use crate::flows::admin::limits;
use crate::flows::admin::roles::{MOST, describe, role_event};
use crate::flows::audit;
use crate::oauth::admin_fields::{self, Field, FieldError, role_name_key};
use crate::oauth::{Role, RoleId};
use crate::storage::Transaction;
use std::collections::HashSet;

const SECTION: &str = "roles";

pub(super) async fn import(tx: &mut Transaction, entries: &[RoleEntry], to: &mut Importing) -> Result<(), Stop> {
    let mut known = tx.list_roles(to.by.tenant_id()).await?;
    let mut seen = HashSet::new();
    for (at, entry) in entries.iter().enumerate() {
        let Some(role) = read(entry, at, to) else { continue };
        if !to.is_first(&mut seen, SECTION, at, role.id.as_str()) {
            continue;
        }
        let is_clash = |known: &&Role| known.id != role.id && role_name_key(&known.name) == role_name_key(&role.name);
        if known.iter().any(|known| is_clash(&known)) {
            to.refuse(SECTION, at, "Name", RoleError::Taken.words().reason);
            continue;
        }
        let place = known.iter().position(|known| known.id == role.id);
        match place {
            Some(place) if known[place].built_in.is_some() => {
                to.refuse(SECTION, at, "Id", RoleError::BuiltIn.words().reason);
            }
            Some(place) if known[place] == role => {
                to.note(Outcome::Unchanged, "role", role.id.as_str(), &role.name, Vec::new());
            }
            Some(place) => {
                let before = std::mem::replace(&mut known[place], role.clone());
                tx.update_role(&role).await.map_err(|error| taken(SECTION, at, error))?;
                let detail = serde_json::json!({ "before": describe(&before), "after": describe(&role) });
                audit::record(tx, &role_event(&role, "role.changed", &detail), to.by.origin(), &to.salt, to.now)
                    .await?;
                let members = differing(&RoleEntry::from(&before), &RoleEntry::from(&role));
                to.note(Outcome::Changed, "role", role.id.as_str(), &role.name, members);
            }
            None => {
                tx.insert_role(&role, to.now).await.map_err(|error| taken(SECTION, at, error))?;
                let event = role_event(&role, "role.created", &describe(&role));
                audit::record(tx, &event, to.by.origin(), &to.salt, to.now).await?;
                to.note(Outcome::Created, "role", role.id.as_str(), &role.name, Vec::new());
                known.push(role);
            }
        }
    }
    if known.len() > MOST {
        return Err(limits::ROLES.into());
    }
    let own = known.iter().filter(|role| role.built_in.is_none());
    to.report.left += i64::try_from(own.filter(|role| !seen.contains(role.id.as_str())).count()).unwrap_or(i64::MAX);
    Ok(())
}

fn read(entry: &RoleEntry, at: usize, to: &mut Importing) -> Option<Role> {
    let id = admin_fields::guid(&entry.id)
        .map_err(|_| FieldError::new(Field::Id, "Id must be a GUID."))
        .and_then(|id| admin_fields::role_id(&id));
    let (name, description) =
        (admin_fields::role_name(&entry.name), admin_fields::role_description(&entry.description));
    match (id, name, description) {
        (Ok(id), Ok(name), Ok(description)) => {
            let tenant_id = to.by.tenant_id().clone();
            Some(Role { id: RoleId::new(id), tenant_id, name, description, built_in: None })
        }
        (id, name, description) => {
            let errors = [id.err(), name.err(), description.err()].into_iter().flatten().collect();
            to.refuse_fields(SECTION, at, errors, |error| match error.field {
                Field::Id => "Id",
                Field::Name => "Name",
                _ => "Description",
            });
            None
        }
    }
}
