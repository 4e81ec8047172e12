//! Users: the people of a tenant, and their roles.

use super::answers::{Answer, created, etag_of, nothing, one};
use super::bodies::{PartlyFound, RoleMembers, RoleView, UserMembers, UserView};
use super::call::Call;
use super::clients::{FOUND, SOME, partial, stale_if};
use super::listing::{Listing, OF_USERS, PAGE};
use super::operation::Operation;
use super::problem::Problem;
use super::sent::Sent;
use super::shape::{shape_of, shape_sent};
use crate::flows::User;
use crate::flows::admin::UserChange;
use crate::oauth::ApiAct::{Manage, ReadAccount};
use crate::oauth::{Role, RoleId, UserId};
use http::StatusCode;

pub(super) fn operations() -> Vec<Operation> {
    let (one_path, roles_path) = ("/Users/{userId}", "/Users/{userId}/Roles");
    vec![
        Operation::get("/Users", ReadAccount, list)
            .named("listUsers", "Lists users, by e-mail address.")
            .lists::<UserView>(OF_USERS)
            .answers(StatusCode::MULTI_STATUS, SOME, Some(PartlyFound::shape(shape_of::<UserView>())), FOUND),
        Operation::post("/Users", Manage, add)
            .named("addUser", "Adds a user, who is to be invited next.")
            .takes(shape_sent::<UserMembers>())
            .adds(shape_of::<UserView>()),
        Operation::get(one_path, ReadAccount, show).named("getUser", "Shows a user.").shows(shape_of::<UserView>()),
        Operation::put(one_path, Manage, change)
            .named("changeUser", "Changes a user: what is sent.")
            .takes(shape_sent::<UserMembers>())
            .shows(shape_of::<UserView>()),
        Operation::delete(one_path, Manage, remove)
            .named("removeUser", "Removes a user, and ends what was granted.")
            .watched()
            .answers_nothing(),
        Operation::get(roles_path, ReadAccount, roles)
            .named("listUserRoles", "Lists the roles of a user.")
            .lists::<RoleView>(PAGE),
        Operation::put(roles_path, Manage, replace_roles)
            .named("replaceUserRoles", "Replaces the roles of a user. Account Member stays in any case.")
            .takes(shape_sent::<Vec<RoleMembers>>())
            .shows(shape_of::<Vec<RoleView>>()),
    ]
}

async fn list(call: Call) -> Answer {
    let listing = call.listing()?;
    let (total, users, missing) = select(&call, &listing).await?;
    let views: Vec<UserView> = users.into_iter().map(|(user, roles)| UserView::new(&user, roles)).collect();
    if missing.is_empty() {
        return Ok(listing.answer(&call.own_address(), total, &views));
    }
    Ok(partial(&call, "user", &missing.iter().map(String::as_str).collect::<Vec<_>>(), total, &views))
}

type Selected = (i64, Vec<(User, Vec<RoleId>)>, Vec<String>);

/// The users of a page, or those with the ids asked for and the ids of nobody; and how many there are in all.
pub(super) async fn select(call: &Call, listing: &Listing) -> Result<Selected, Problem> {
    if listing.ids.is_empty() {
        let (total, users) = call.provider.read_users(&call.by, None, listing.skip, listing.count).await?;
        return Ok((total, users, Vec::new()));
    }
    let ids: Vec<UserId> = listing.ids.iter().map(|id| UserId::new(id.to_ascii_lowercase())).collect();
    let found = call.provider.read_users_by_id(&call.by, &ids).await?;
    let is_missing = |id: &&String| !found.iter().any(|(user, _)| user.id.as_str().eq_ignore_ascii_case(id));
    let missing = listing.ids.iter().filter(is_missing).cloned().collect();
    let (total, _) = call.provider.read_users(&call.by, None, 0, 0).await?;
    Ok((total, found, missing))
}

async fn add(call: Call, sent: Sent) -> Answer {
    let by = call.may_change()?;
    let new = sent.read::<UserMembers>()?.into_new()?;
    let made = call.provider.create_user(&by, new).await?;
    let (user, roles) = call.provider.read_user(&call.by, &made.user.id).await?;
    created(&UserView::new(&user, ids_of(&roles)), &call.address_of("Users", user.id.as_str()))
}

async fn show(call: Call) -> Answer {
    let (user, roles) = require(&call).await?;
    one(&UserView::new(&user, ids_of(&roles)))
}

async fn change(call: Call, sent: Sent) -> Answer {
    let by = call.may_change()?;
    let members = sent.read::<UserMembers>()?;
    let (before, roles) = require(&call).await?;
    let watched = call.require_match(&etag_of(&UserView::new(&before, ids_of(&roles))))?;
    // The halves of the name are put into what was read: the change stands on this version in any case.
    let change = UserChange { version: Some(before.version), ..members.into_change(&before)? };
    let changed = call.provider.change_user(&by, &before.id, change).await;
    changed.map_err(|error| stale_if(watched, error))?;
    show(call).await
}

async fn remove(call: Call) -> Answer {
    let by = call.may_change()?;
    let (before, roles) = require(&call).await?;
    let watched = call.require_match(&etag_of(&UserView::new(&before, ids_of(&roles))))?;
    let removed = call.provider.remove_user(&by, &before.id, watched.then_some(before.version)).await;
    removed.map_err(|error| stale_if(watched, error))?;
    nothing()
}

async fn roles(call: Call) -> Answer {
    let (listing, (_, roles)) = (call.listing()?, require(&call).await?);
    Ok(listing.whole(&call.own_address(), roles.iter().map(RoleView::from).collect()))
}

/// Replaces the roles. Account Member stays, whether it is sent or not.
async fn replace_roles(call: Call, sent: Sent) -> Answer {
    let by = call.may_change()?;
    let asked = RoleMembers::ids(sent.read_list()?)?;
    let (before, held) = require(&call).await?;
    let watched = call.require_match(&etag_of(&held.iter().map(RoleView::from).collect::<Vec<_>>()))?;
    let change =
        UserChange { version: watched.then_some(before.version), role_ids: Some(asked), ..UserChange::default() };
    let changed = call.provider.change_user(&by, &before.id, change).await;
    changed.map_err(|error| stale_if(watched, error))?;
    let (_, roles) = require(&call).await?;
    one(&roles.iter().map(RoleView::from).collect::<Vec<_>>())
}

/// The user of the path, with the roles held.
pub(super) async fn require(call: &Call) -> Result<(User, Vec<Role>), Problem> {
    Ok(call.provider.read_user(&call.by, &call.user_id()).await?)
}

pub(super) fn ids_of(roles: &[Role]) -> Vec<RoleId> {
    let mut ids: Vec<RoleId> = roles.iter().map(|role| role.id.clone()).collect();
    ids.sort();
    ids
}
