//! Roles of a client-credentials client, under both of their addresses.

use super::answers::{Answer, etag_of, one};
use super::bodies::{RoleMembers, RoleView};
use super::call::Call;
use super::clients::{require, stale_if};
use super::listing::PAGE;
use super::operation::Operation;
use super::problem::Problem;
use super::sent::Sent;
use super::shape::{shape_of, shape_sent};
use crate::flows::admin::{ClientChange, ClientSettings};
use crate::oauth::ApiAct::{Manage, ReadClients};
use crate::oauth::{Client, ClientType};

const KIND: ClientType = ClientType::ClientCredentials;

pub(super) fn operations() -> Vec<Operation> {
    let places = [("/ClientCredentialClients", "ClientCredentialClientRoles"), ("/Clients", "ClientRoles")];
    let at = |(path, name): (&str, &str)| {
        let path = format!("{path}/{{clientId}}/Roles");
        [
            Operation::get(path.as_str(), ReadClients(KIND), list)
                .named(format!("list{name}"), "Lists the roles of a client.")
                .lists::<RoleView>(PAGE),
            Operation::put(path.as_str(), Manage, replace)
                .named(format!("replace{name}"), "Replaces the roles of a client. Account Member stays in any case.")
                .takes(shape_sent::<Vec<RoleMembers>>())
                .shows(shape_of::<Vec<RoleView>>()),
        ]
    };
    places.into_iter().flat_map(at).collect()
}

async fn list(call: Call) -> Answer {
    let (listing, client) = (call.listing()?, require(&call, KIND).await?);
    Ok(listing.whole(&call.own_address(), held(&call, &client).await?))
}

async fn replace(call: Call, sent: Sent) -> Answer {
    let by = call.may_change()?;
    let roles = RoleMembers::ids(sent.read_list()?)?;
    let before = require(&call, KIND).await?;
    let watched = call.require_match(&etag_of(&held(&call, &before).await?))?;
    let settings = ClientSettings { role_ids: Some(roles), ..ClientSettings::default() };
    let change = ClientChange { version: watched.then_some(before.version), name: None, settings };
    let changed = call.provider.change_client(&by, &before.id, change).await;
    let changed = changed.map_err(|error| stale_if(watched, error))?;
    one(&held(&call, &changed).await?)
}

async fn held(call: &Call, client: &Client) -> Result<Vec<RoleView>, Problem> {
    let roles = call.provider.read_roles(&call.by).await?;
    Ok(roles.iter().filter(|role| client.role_ids.contains(&role.id)).map(RoleView::from).collect())
}
