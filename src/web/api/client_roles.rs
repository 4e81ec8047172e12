//! Roles of a client-credentials client, under both of their addresses.

use super::answers::{Answer, etag_of, one};
use super::bodies::{RoleMembers, RoleView};
use super::call::Call;
use super::clients::{require, stale_if};
use super::problem::Problem;
use super::sent::Sent;
use crate::flows::admin::{ClientChange, ClientSettings};
use crate::oauth::{ApiAct, Client, ClientType};

const KIND: ClientType = ClientType::ClientCredentials;

pub(super) async fn list(call: Call) -> Answer {
    let client = require(&call, KIND).await?;
    one(&held(&call, &client).await?)
}

/// Replaces the roles. Account Member stays, whether it is sent or not.
pub(super) async fn replace(call: Call, sent: Sent) -> Answer {
    let by = call.may_change(ApiAct::Manage)?;
    let roles = RoleMembers::ids(sent.read()?)?;
    let before = require(&call, KIND).await?;
    let watched = call.require_match(&etag_of(&held(&call, &before).await?))?;
    let settings = ClientSettings { role_ids: Some(roles), ..ClientSettings::default() };
    let change = ClientChange { version: watched.then_some(before.version), name: None, settings };
    let changed = call.provider.change_client(&by, &before.id, change).await;
    let changed = changed.map_err(|error| stale_if(watched, error))?;
    one(&held(&call, &changed).await?)
}

async fn held(call: &Call, client: &Client) -> Result<Vec<RoleView>, Problem> {
    let by = call.may_read(ApiAct::ReadClients(KIND))?;
    let roles = call.provider.read_roles(&by).await?;
    Ok(roles.iter().filter(|role| client.role_ids.contains(&role.id)).map(RoleView::from).collect())
}
