//! Clients, the same for all three types.

use super::answers::{Answer, created, etag_of, nothing, one};
use super::bodies::{ClientMembers, ClientView, CreatedView};
use super::call::Call;
use super::listing::Listing;
use super::problem::Problem;
use super::sent::Sent;
use crate::flows::admin::{AdminError, ClientSelection, ReadAccess};
use crate::oauth::{ApiAct, Client, ClientId, ClientType};
use axum::Extension;
use axum::response::IntoResponse;
use http::{HeaderValue, StatusCode};
use serde_json::json;

/// The type's word in paths, as the original writes it.
pub(super) const fn word(kind: ClientType) -> &'static str {
    match kind {
        ClientType::ClientCredentials => "ClientCredentialClients",
        ClientType::AuthorizationCode => "AuthorizationCodeClients",
        ClientType::Hybrid => "HybridClients",
    }
}

pub(super) async fn list(call: Call, Extension(kind): Extension<ClientType>) -> Answer {
    let by = call.may_read(ApiAct::ReadClients(kind))?;
    let listing = call.listing()?;
    if !listing.ids.is_empty() {
        return chosen(&call, kind, &by, &listing).await;
    }
    if listing.tags.len() > ClientSelection::MOST_TAGS {
        return Err(Problem::bad("There are more than 3 tags.", "Ask for up to 3 tags at once."));
    }
    let which = ClientSelection { tags: listing.tags.clone(), ..ClientSelection::of(kind) };
    let (total, clients) = call.provider.read_clients(&by, &which, listing.skip, listing.count).await?;
    let views: Vec<ClientView> = clients.iter().map(ClientView::from).collect();
    Ok(listing.answer(&call.own_address(), total, &views))
}

/// The clients with the ids asked for. Where some are missing, programs that look up client-credentials clients are told
/// which (207); the other lists leave them out.
async fn chosen(call: &Call, kind: ClientType, by: &ReadAccess, listing: &Listing) -> Answer {
    let ids: Vec<ClientId> = listing.ids.iter().map(ClientId::new).collect();
    let found = call.provider.read_clients_by_id(by, kind, &ids).await?;
    let has_tags = |client: &&Client| listing.tags.iter().all(|tag| client.tags.contains(tag));
    let views: Vec<ClientView> = found.iter().filter(has_tags).map(ClientView::from).collect();
    let missing: Vec<&str> =
        ids.iter().filter(|id| !found.iter().any(|client| client.id == **id)).map(ClientId::as_str).collect();
    if missing.is_empty() || kind != ClientType::ClientCredentials {
        let total = i64::try_from(views.len()).unwrap_or(i64::MAX);
        return Ok(listing.answer(&call.own_address(), total, &views));
    }
    Ok(partial(call, "client", &missing, &views))
}

/// 207: what was found, and an error for each id that was not.
pub(super) fn partial(
    call: &Call,
    kind: &'static str,
    missing: &[&str],
    found: &[impl serde::Serialize],
) -> axum::response::Response {
    let (reference, words) = (call.reference.as_str(), AdminError::NotFound(kind).words());
    let child = |id: &&str| {
        json!({
            "OperationId": reference, "Error": "Not found.", "Reason": words.reason, "Resolution": words.resolution,
            "EventId": reference, "StatusCode": 404, "ModelId": id,
        })
    };
    let body = json!({
        "OperationId": reference, "Error": "Some were not found.", "Reason": words.reason, "EventId": reference,
        "ChildErrors": missing.iter().map(child).collect::<Vec<_>>(), "Data": found,
    });
    let mut response = (StatusCode::MULTI_STATUS, axum::Json(body)).into_response();
    response.headers_mut().insert("total-count", HeaderValue::from(found.len()));
    response
}

pub(super) async fn add(call: Call, Extension(kind): Extension<ClientType>, sent: Sent) -> Answer {
    let by = call.may_change(ApiAct::Manage)?;
    let (new, secret) = sent.read::<ClientMembers>()?.into_new(kind)?;
    let made = call.provider.create_client(&by, new, secret, call.idempotency_key()?).await?;
    let address = call.address_of(word(kind), made.client.id.as_str());
    match CreatedView::of(&made) {
        Some(with_secret) => created(&with_secret, &address),
        None => created(&ClientView::from(&made.client), &address),
    }
}

pub(super) async fn show(call: Call, Extension(kind): Extension<ClientType>) -> Answer {
    let by = call.may_read(ApiAct::ReadClients(kind))?;
    one(&ClientView::from(&call.provider.read_client(&by, kind, &call.client_id()).await?))
}

pub(super) async fn change(call: Call, Extension(kind): Extension<ClientType>, sent: Sent) -> Answer {
    let by = call.may_change(ApiAct::Manage)?;
    let mut change = sent.read::<ClientMembers>()?.into_change(kind)?;
    let before = require(&call, kind).await?;
    let watched = call.require_match(&etag_of(&ClientView::from(&before)))?;
    change.version = watched.then_some(before.version);
    let changed = call.provider.change_client(&by, &before.id, change).await;
    one(&ClientView::from(&changed.map_err(|error| stale_if(watched, error))?))
}

pub(super) async fn remove(call: Call, Extension(kind): Extension<ClientType>) -> Answer {
    let by = call.may_change(ApiAct::Manage)?;
    let before = require(&call, kind).await?;
    call.require_match(&etag_of(&ClientView::from(&before)))?;
    call.provider.remove_client(&by, &before.id).await?;
    nothing()
}

/// The client of the path, if it is of the path's type.
pub(super) async fn require(call: &Call, kind: ClientType) -> Result<Client, Problem> {
    let by = call.may_read(ApiAct::ReadClients(kind))?;
    Ok(call.provider.read_client(&by, kind, &call.client_id()).await?)
}

/// Whoever sent If-Match learns by 412 that it no longer matches, also when that happened in the last moment.
pub(super) fn stale_if(watched: bool, error: AdminError) -> Problem {
    if watched && matches!(error, AdminError::Stale) { Problem::stale() } else { error.into() }
}
