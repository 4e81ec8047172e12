//! Roles, and who holds them.

use super::answers::{Answer, created, etag_of, found, nothing, one};
use super::bodies::{ClientView, RoleMembers, RoleView, UserView};
use super::call::Call;
use super::clients::stale_if;
use super::listing::{OF_ROLES, PAGE};
use super::operation::Operation;
use super::problem::Problem;
use super::sent::Sent;
use super::shape::{shape_of, shape_sent};
use crate::flows::admin::{AddedRole, ClientSelection, RoleError};
use crate::oauth::ApiAct::{Manage, ReadAccount};
use crate::oauth::{BuiltInRole, ClientType, Role};
use http::StatusCode;

const DAEMONS: ClientType = ClientType::ClientCredentials;
const SAME: &str = "The very same role is there already.";

pub(super) fn operations() -> Vec<Operation> {
    let one_path = "/Roles/{roleId}";
    vec![
        Operation::get("/Roles", ReadAccount, list)
            .named("listRoles", "Lists roles, by name.")
            .lists::<RoleView>(OF_ROLES),
        Operation::post("/Roles", Manage, add)
            .named("addRole", "Adds a role of the account's own.")
            .takes(shape_sent::<RoleMembers>())
            .adds(shape_of::<RoleView>())
            .answers(StatusCode::FOUND, SAME, Some(shape_of::<RoleView>()), &["Location"]),
        Operation::get(one_path, ReadAccount, show).named("getRole", "Shows a role.").shows(shape_of::<RoleView>()),
        Operation::put(one_path, Manage, change)
            .named("changeRole", "Changes name or description of a role of the account's own.")
            .takes(shape_sent::<RoleMembers>())
            .shows(shape_of::<RoleView>()),
        Operation::delete(one_path, Manage, remove)
            .named("removeRole", "Removes a role of the account's own, also while it is held.")
            .watched()
            .answers_nothing(),
        Operation::get("/Roles/{roleId}/Users", ReadAccount, users)
            .named("listRoleUsers", "Lists users who hold a role.")
            .lists::<UserView>(PAGE),
        Operation::get("/Roles/{roleId}/ClientCredentialClients", ReadAccount, clients)
            .named("listRoleClientCredentialClients", "Lists client-credentials clients that hold a role.")
            .lists_of(ClientView::list_shape(DAEMONS), PAGE),
    ]
}

async fn list(call: Call) -> Answer {
    let listing = call.listing()?;
    let types: Vec<Option<BuiltInRole>> = listing.role_types.iter().map(|id| BuiltInRole::from_type_id(id)).collect();
    let roles = call.provider.read_roles(&call.by).await?;
    let asked = |role: &&Role| types.is_empty() || (role.built_in.is_some() && types.contains(&role.built_in));
    let (total, page) = listing.cut(roles.iter().filter(asked).map(RoleView::from).collect());
    Ok(listing.answer(&call.own_address(), total, &page))
}

/// The same role again is no error, but it is not made twice either: 302 leads to it.
async fn add(call: Call, sent: Sent) -> Answer {
    let by = call.may_change()?;
    let new = sent.read::<RoleMembers>()?.into_new(by.tenant_id())?;
    let address = |role: &Role| call.address_of("Roles", role.id.as_str());
    match call.provider.create_role(&by, new).await? {
        AddedRole::New(role) => created(&RoleView::from(&role), &address(&role)),
        AddedRole::Same(role) => found(&RoleView::from(&role), &address(&role)),
    }
}

async fn show(call: Call) -> Answer {
    one(&RoleView::from(&require(&call).await?))
}

async fn change(call: Call, sent: Sent) -> Answer {
    let by = call.may_change()?;
    let mut change = sent.read::<RoleMembers>()?.into_change();
    let before = require(&call).await?;
    let watched = call.require_match(&etag_of(&RoleView::from(&before)))?;
    let id = before.id.clone();
    change.made_on = watched.then_some(before);
    let changed = call.provider.change_role(&by, &id, change).await;
    one(&RoleView::from(&changed.map_err(|error| stale_role(watched, error))?))
}

async fn remove(call: Call) -> Answer {
    let by = call.may_change()?;
    let before = require(&call).await?;
    let watched = call.require_match(&etag_of(&RoleView::from(&before)))?;
    let id = before.id.clone();
    let removed = call.provider.remove_role(&by, &id, watched.then_some(before)).await;
    removed.map_err(|error| stale_role(watched, error))?;
    nothing()
}

/// Users who hold a role.
async fn users(call: Call) -> Answer {
    let (listing, role) = (call.listing()?, require(&call).await?);
    let (total, users) = call.provider.read_users(&call.by, Some(&role.id), listing.skip, listing.count).await?;
    let views: Vec<UserView> = users.into_iter().map(|(user, roles)| UserView::new(&user, roles)).collect();
    Ok(listing.answer(&call.own_address(), total, &views))
}

/// Client-credentials clients that hold a role.
async fn clients(call: Call) -> Answer {
    let (listing, role) = (call.listing()?, require(&call).await?);
    let which = ClientSelection { role: Some(role.id), ..ClientSelection::of(DAEMONS) };
    let (total, clients) = call.provider.read_clients(&call.by, &which, listing.skip, listing.count).await?;
    let views: Vec<ClientView> = clients.iter().map(ClientView::from).collect();
    Ok(listing.answer(&call.own_address(), total, &views))
}

async fn require(call: &Call) -> Result<Role, Problem> {
    Ok(call.provider.read_role(&call.by, &call.role_id()).await?)
}

fn stale_role(watched: bool, error: RoleError) -> Problem {
    match error {
        RoleError::Admin(error) => stale_if(watched, error),
        other => other.into(),
    }
}
