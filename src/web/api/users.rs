//! Users: the people of a tenant, and their roles.

use super::answers::{Answer, created, etag_of, nothing, one};
use super::bodies::{RoleMembers, RoleView, UserMembers, UserView};
use super::call::Call;
use super::clients::{partial, stale_if};
use super::listing::Listing;
use super::problem::Problem;
use super::sent::Sent;
use crate::flows::User;
use crate::flows::admin::{AdminError, ReadAccess, UserChange};
use crate::oauth::{ApiAct, Role, RoleId, UserId};

pub(super) async fn list(call: Call) -> Answer {
    let by = call.may_read(ApiAct::ReadAccount)?;
    let listing = call.listing()?;
    let (total, users, missing) = select(&call, &by, &listing).await?;
    let views: Vec<UserView> = users.into_iter().map(|(user, roles)| UserView::new(&user, roles)).collect();
    if missing.is_empty() {
        return Ok(listing.answer(&call.own_address(), total, &views));
    }
    Ok(partial(&call, "user", &missing.iter().map(String::as_str).collect::<Vec<_>>(), &views))
}

type Selected = (i64, Vec<(User, Vec<RoleId>)>, Vec<String>);

/// The users of a page, or those with the ids asked for and the ids of nobody.
pub(super) async fn select(call: &Call, by: &ReadAccess, listing: &Listing) -> Result<Selected, Problem> {
    if listing.ids.is_empty() {
        let (total, users) = call.provider.read_users(by, None, listing.skip, listing.count).await?;
        return Ok((total, users, Vec::new()));
    }
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for id in &listing.ids {
        match call.provider.read_user(by, &UserId::new(id.to_ascii_lowercase())).await {
            Ok((user, roles)) => found.push((user, ids_of(&roles))),
            Err(AdminError::NotFound(_)) => missing.push(id.clone()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok((i64::try_from(found.len()).unwrap_or(i64::MAX), found, missing))
}

pub(super) async fn add(call: Call, sent: Sent) -> Answer {
    let by = call.may_change(ApiAct::Manage)?;
    let new = sent.read::<UserMembers>()?.into_new()?;
    // The invitation is made by a call of its own, which shows its link.
    let made = call.provider.create_user(&by, new).await?;
    let (user, roles) = call.provider.read_user(&call.may_read(ApiAct::ReadAccount)?, &made.user.id).await?;
    created(&UserView::new(&user, ids_of(&roles)), &call.address_of("Users", user.id.as_str()))
}

pub(super) async fn show(call: Call) -> Answer {
    let (user, roles) = require(&call).await?;
    one(&UserView::new(&user, ids_of(&roles)))
}

pub(super) async fn change(call: Call, sent: Sent) -> Answer {
    let by = call.may_change(ApiAct::Manage)?;
    let members = sent.read::<UserMembers>()?;
    let (before, roles) = require(&call).await?;
    let watched = call.require_match(&etag_of(&UserView::new(&before, ids_of(&roles))))?;
    // The halves of the name are put into what was read: the change stands on this version in any case.
    let change = UserChange { version: Some(before.version), ..members.into_change(&before)? };
    let changed = call.provider.change_user(&by, &before.id, change).await;
    changed.map_err(|error| stale_if(watched, error))?;
    show(call).await
}

pub(super) async fn remove(call: Call) -> Answer {
    let by = call.may_change(ApiAct::Manage)?;
    let (before, roles) = require(&call).await?;
    call.require_match(&etag_of(&UserView::new(&before, ids_of(&roles))))?;
    call.provider.remove_user(&by, &before.id).await?;
    nothing()
}

pub(super) async fn roles(call: Call) -> Answer {
    let (_, roles) = require(&call).await?;
    one(&roles.iter().map(RoleView::from).collect::<Vec<_>>())
}

/// Replaces the roles. Account Member stays, whether it is sent or not.
pub(super) async fn replace_roles(call: Call, sent: Sent) -> Answer {
    let by = call.may_change(ApiAct::Manage)?;
    let asked = RoleMembers::ids(sent.read()?)?;
    let (before, held) = require(&call).await?;
    let watched = call.require_match(&etag_of(&held.iter().map(RoleView::from).collect::<Vec<_>>()))?;
    let change =
        UserChange { version: watched.then_some(before.version), role_ids: Some(asked), ..UserChange::default() };
    let changed = call.provider.change_user(&by, &before.id, change).await;
    changed.map_err(|error| stale_if(watched, error))?;
    roles(call).await
}

/// The user of the path, with the roles held.
pub(super) async fn require(call: &Call) -> Result<(User, Vec<Role>), Problem> {
    let by = call.may_read(ApiAct::ReadAccount)?;
    Ok(call.provider.read_user(&by, &call.user_id()).await?)
}

pub(super) fn ids_of(roles: &[Role]) -> Vec<RoleId> {
    let mut ids: Vec<RoleId> = roles.iter().map(|role| role.id.clone()).collect();
    ids.sort();
    ids
}
