//! Secrets of client-credentials and hybrid clients.

use super::answers::{Answer, created, etag_of, nothing, one};
use super::bodies::{AddedSecretView, SecretMembers, SecretView};
use super::call::Call;
use super::clients::{require, stale_if, word};
use super::problem::Problem;
use super::sent::Sent;
use crate::flows::admin::{AdminError, NewSecret, ReadAccess, SecretChange};
use crate::oauth::{ApiAct, ClientSecret, ClientType};
use axum::Extension;

pub(super) async fn list(call: Call, Extension(kind): Extension<ClientType>) -> Answer {
    let by = call.may_read(ApiAct::TurnOverSecrets(kind))?;
    let listing = call.listing()?;
    let secrets = call.provider.read_secrets(&by, kind, &call.client_id()).await?;
    let (total, page) = listing.cut(secrets.iter().map(SecretView::from).collect());
    Ok(listing.answer(&call.own_address(), total, &page))
}

pub(super) async fn add(call: Call, Extension(kind): Extension<ClientType>, sent: Sent) -> Answer {
    let by = call.may_change(ApiAct::TurnOverSecrets(kind))?;
    let members = sent.read::<SecretMembers>()?;
    let end = members.end().map_err(AdminError::from)?;
    let new = NewSecret { description: members.description.unwrap_or_default(), end };
    let client = require(&call, kind).await?;
    let added = call.provider.add_secret(&by, &client.id, new, call.idempotency_key()?).await?;
    let address = call.address_of(word(kind), &format!("{}/Secrets/{}", client.id, added.id));
    created(&AddedSecretView::from(&added), &address)
}

pub(super) async fn show(call: Call, Extension(kind): Extension<ClientType>) -> Answer {
    let by = call.may_read(ApiAct::TurnOverSecrets(kind))?;
    one(&SecretView::from(&find(&call, kind, &by).await?))
}

/// Only an administrator: a client that could move the end of its own secret would never have to replace it.
pub(super) async fn change(call: Call, Extension(kind): Extension<ClientType>, sent: Sent) -> Answer {
    let by = call.may_change(ApiAct::Manage)?;
    let members = sent.read::<SecretMembers>()?;
    let end = Some(members.end().map_err(AdminError::from)?);
    let before = find(&call, kind, &call.may_read(ApiAct::TurnOverSecrets(kind))?).await?;
    let watched = call.require_match(&etag_of(&SecretView::from(&before)))?;
    let change = SecretChange { description: members.description, end, enabled: None };
    let changed = call.provider.change_secret(&by, &call.client_id(), before.id, change).await;
    one(&SecretView::from(&changed.map_err(|error| stale_if(watched, error))?))
}

pub(super) async fn remove(call: Call, Extension(kind): Extension<ClientType>) -> Answer {
    let by = call.may_change(ApiAct::TurnOverSecrets(kind))?;
    let before = find(&call, kind, &call.may_read(ApiAct::TurnOverSecrets(kind))?).await?;
    call.require_match(&etag_of(&SecretView::from(&before)))?;
    call.provider.remove_secret(&by, &call.client_id(), before.id).await?;
    nothing()
}

async fn find(call: &Call, kind: ClientType, by: &ReadAccess) -> Result<ClientSecret, Problem> {
    let id = call.secret_id()?;
    let secrets = call.provider.read_secrets(by, kind, &call.client_id()).await?;
    secrets.into_iter().find(|secret| secret.id == id).ok_or_else(|| AdminError::NotFound("secret").into())
}
