//! What a document does not name, out of the store. Only of the kinds that it speaks of, never a built-in role, and never
//! whoever imports. That an administrator stays is looked at when all is done.

use super::export::{all_clients, all_users};
use super::import::{Importing, Outcome, Stop};
use super::{ClientEntry, RoleEntry, UserEntry};
use crate::flows::admin::clients::{client_event, describe};
use crate::flows::admin::roles::{describe as describe_role, role_event};
use crate::flows::audit;
use crate::flows::one_time_links::user_event;
use crate::oauth::admin_fields::{fold, guid};
use crate::oauth::audit::Actor;
use crate::oauth::{Client, ClientType};
use crate::storage::{Transaction, User};
use serde_json::json;
use std::collections::HashSet;

pub(super) async fn roles(tx: &mut Transaction, entries: &[RoleEntry], to: &mut Importing) -> Result<(), Stop> {
    let named: HashSet<String> = entries.iter().filter_map(|entry| guid(&entry.id).ok()).collect();
    let known = tx.list_roles(to.by.tenant_id()).await?;
    for role in known.iter().filter(|role| role.built_in.is_none() && !named.contains(role.id.as_str())) {
        tx.delete_role(&role.id).await?;
        let event = role_event(role, "role.removed", &describe_role(role));
        audit::record(tx, &event, to.by.origin(), &to.salt, to.now).await?;
        to.note(Outcome::Removed, "role", role.id.as_str(), &role.name, Vec::new());
    }
    Ok(())
}

pub(super) async fn clients(tx: &mut Transaction, entries: &[ClientEntry], to: &mut Importing) -> Result<(), Stop> {
    let named: HashSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    for client in unnamed_clients(tx, &named, to).await? {
        tx.delete_client(&client.id).await?;
        let event = client_event(&client, "client.removed", &json!({ "before": describe(&client) }));
        audit::record(tx, &event, to.by.origin(), &to.salt, to.now).await?;
        to.note(Outcome::Removed, "client", client.id.as_str(), &client.name, Vec::new());
    }
    Ok(())
}

async fn unnamed_clients(tx: &mut Transaction, named: &HashSet<&str>, to: &Importing) -> Result<Vec<Client>, Stop> {
    let is_caller = |client: &Client| matches!(&to.by.origin().actor, Actor::Client { id, .. } if *id == client.id);
    let mut unnamed = Vec::new();
    for kind in ClientType::ALL {
        let goes = |client: &Client| !named.contains(client.id.as_str()) && !is_caller(client);
        unnamed.extend(all_clients(tx, to.by.tenant_id(), kind).await?.into_iter().filter(goes));
    }
    Ok(unnamed)
}

pub(super) async fn users(tx: &mut Transaction, entries: &[UserEntry], to: &mut Importing) -> Result<(), Stop> {
    for user in unnamed_users(tx, entries, to).await? {
        tx.delete_user(&user.id).await?;
        let event = user_event(&user, "user.removed", &json!({ "name": user.name }));
        audit::record(tx, &event, to.by.origin(), &to.salt, to.now).await?;
        to.note(Outcome::Removed, "user", user.id.as_str(), &user.email, Vec::new());
    }
    Ok(())
}

/// A user is named by the id, or by the e-mail of an entry whose id is nobody's.
async fn unnamed_users(tx: &mut Transaction, entries: &[UserEntry], to: &Importing) -> Result<Vec<User>, Stop> {
    let is_caller = |user: &User| matches!(&to.by.origin().actor, Actor::User { id, .. } if *id == user.id);
    let mut all: Vec<User> = all_users(tx, to.by.tenant_id()).await?.into_iter().map(|(user, _)| user).collect();
    let there: HashSet<&str> = all.iter().map(|user| user.id.as_str()).collect();
    let entries = entries.iter().map(|entry| (guid(&entry.id).unwrap_or_default(), fold(entry.email.trim())));
    let (by_id, others): (Vec<_>, Vec<_>) = entries.partition(|(id, _)| there.contains(id.as_str()));
    let ids: HashSet<String> = by_id.into_iter().map(|(id, _)| id).collect();
    let emails: HashSet<String> = others.into_iter().map(|(_, email)| email).collect();
    let is_named = |user: &User| ids.contains(user.id.as_str()) || emails.contains(&fold(&user.email));
    all.retain(|user| !is_named(user) && !is_caller(user));
    Ok(all)
}
