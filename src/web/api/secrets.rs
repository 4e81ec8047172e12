//! Secrets of client-credentials and hybrid clients.

use super::answers::{Answer, created, etag_of, nothing, one};
use super::bodies::{AddedSecretView, SecretMembers, SecretView};
use super::call::Call;
use super::clients::{require, stale_if, word};
use super::listing::PAGE;
use super::operation::Operation;
use super::problem::Problem;
use super::sent::Sent;
use super::shape::{shape_of, shape_sent};
use crate::flows::admin::{AdminError, NewSecret, SecretChange};
use crate::oauth::ApiAct::{Manage, TurnOverSecrets};
use crate::oauth::{ClientSecret, ClientType};
use axum::Extension;

pub(super) fn operations(kind: ClientType) -> Vec<Operation> {
    let (word, turn_over) = (word(kind), TurnOverSecrets(kind));
    let (list_path, single) = (format!("/{word}/{{clientId}}/Secrets"), word.trim_end_matches('s'));
    let one_path = format!("{list_path}/{{secretId}}");
    let all = [
        Operation::get(list_path.as_str(), turn_over, list)
            .named(format!("list{single}Secrets"), "Lists the secrets of a client, without their values.")
            .lists::<SecretView>(PAGE),
        Operation::post(list_path, turn_over, add)
            .named(format!("add{single}Secret"), "Adds a secret to a client, and shows its value once.")
            .once()
            .takes(shape_sent::<SecretMembers>())
            .adds(shape_of::<AddedSecretView<'_>>()),
        Operation::get(one_path.as_str(), turn_over, show)
            .named(format!("get{single}Secret"), "Shows a secret, without its value.")
            .shows(shape_of::<SecretView>()),
        // Only an administrator: a client that could move the end of its own secret would never have to replace it.
        Operation::put(one_path.as_str(), Manage, change)
            .named(format!("change{single}Secret"), "Changes the description and the end of a secret.")
            .takes(shape_sent::<SecretMembers>())
            .shows(shape_of::<SecretView>()),
        Operation::delete(one_path, turn_over, remove)
            .named(format!("remove{single}Secret"), "Removes a secret, at once.")
            .watched()
            .answers_nothing(),
    ];
    all.into_iter().map(|operation| operation.with(kind)).collect()
}

async fn list(call: Call, Extension(kind): Extension<ClientType>) -> Answer {
    let listing = call.listing()?;
    let secrets = call.provider.read_secrets(&call.by, kind, &call.client_id()).await?;
    let (total, page) = listing.cut(secrets.iter().map(SecretView::from).collect());
    Ok(listing.answer(&call.own_address(), total, &page))
}

async fn add(call: Call, Extension(kind): Extension<ClientType>, sent: Sent) -> Answer {
    let by = call.may_change()?;
    let members = sent.read::<SecretMembers>()?;
    let end = members.end().map_err(AdminError::from)?;
    let new = NewSecret { description: members.description.unwrap_or_default(), end };
    let client = require(&call, kind).await?;
    let added = call.provider.add_secret(&by, &client.id, new, call.idempotency_key()?).await?;
    let address = call.address_of(word(kind), &format!("{}/Secrets/{}", client.id, added.id));
    created(&AddedSecretView::from(&added), &address)
}

async fn show(call: Call, Extension(kind): Extension<ClientType>) -> Answer {
    one(&SecretView::from(&find(&call, kind).await?))
}

async fn change(call: Call, Extension(kind): Extension<ClientType>, sent: Sent) -> Answer {
    let by = call.may_change()?;
    let members = sent.read::<SecretMembers>()?;
    let end = Some(members.end().map_err(AdminError::from)?);
    let before = find(&call, kind).await?;
    let watched = call.require_match(&etag_of(&SecretView::from(&before)))?;
    let id = before.id;
    let made_on = watched.then_some(before);
    let change = SecretChange { made_on, description: members.description, end, enabled: None };
    let changed = call.provider.change_secret(&by, &call.client_id(), id, change).await;
    one(&SecretView::from(&changed.map_err(|error| stale_if(watched, error))?))
}

async fn remove(call: Call, Extension(kind): Extension<ClientType>) -> Answer {
    let by = call.may_change()?;
    let before = find(&call, kind).await?;
    let watched = call.require_match(&etag_of(&SecretView::from(&before)))?;
    let id = before.id;
    let removed = call.provider.remove_secret(&by, &call.client_id(), id, watched.then_some(before)).await;
    removed.map_err(|error| stale_if(watched, error))?;
    nothing()
}

async fn find(call: &Call, kind: ClientType) -> Result<ClientSecret, Problem> {
    let id = call.secret_id()?;
    let secrets = call.provider.read_secrets(&call.by, kind, &call.client_id()).await?;
    secrets.into_iter().find(|secret| secret.id == id).ok_or_else(|| AdminError::NotFound("secret").into())
}
