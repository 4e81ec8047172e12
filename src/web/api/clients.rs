//! Clients, the same for all three types.

use super::answers::{Answer, created, etag_of, nothing, one};
use super::bodies::{ClientMembers, ClientView, CreatedView, PartlyFound};
use super::call::Call;
use super::listing::{Listing, OF_CLIENTS};
use super::operation::Operation;
use super::problem::Problem;
use super::sent::Sent;
use crate::flows::admin::{AdminError, ClientSelection};
use crate::oauth::ApiAct::{Manage, ReadClients};
use crate::oauth::{Client, ClientId, ClientType};
use axum::Extension;
use axum::response::IntoResponse;
use http::{HeaderValue, StatusCode};

/// The type's word in paths, as the original writes it.
pub(super) const fn word(kind: ClientType) -> &'static str {
    match kind {
        ClientType::ClientCredentials => "ClientCredentialClients",
        ClientType::AuthorizationCode => "AuthorizationCodeClients",
        ClientType::Hybrid => "HybridClients",
    }
}

pub(super) fn operations(kind: ClientType) -> Vec<Operation> {
    let (list_path, name, read) = (format!("/{}", word(kind)), word(kind), ReadClients(kind));
    let (one_path, single) = (format!("{list_path}/{{clientId}}"), name.trim_end_matches('s'));
    let what = kind.label().to_lowercase();
    let mut found = Operation::get(list_path.as_str(), read, list)
        .named(format!("list{name}"), format!("Lists {what} clients, by name."))
        .lists_of(ClientView::list_shape(kind), OF_CLIENTS);
    if kind == ClientType::ClientCredentials {
        found = found.answers(StatusCode::MULTI_STATUS, SOME, Some(PartlyFound::shape(ClientView::shape(kind))), FOUND);
    }
    let all = [
        found,
        Operation::post(list_path, Manage, add)
            .named(format!("add{single}"), format!("Adds {} {what} client.", article(&what)))
            .once()
            .takes(ClientMembers::shape(kind, true))
            .adds(CreatedView::shape(kind)),
        Operation::get(one_path.as_str(), read, show)
            .named(format!("get{single}"), format!("Shows {} {what} client.", article(&what)))
            .shows(ClientView::shape(kind)),
        Operation::put(one_path.as_str(), Manage, change)
            .named(format!("change{single}"), format!("Changes {} {what} client: what is sent.", article(&what)))
            .takes(ClientMembers::shape(kind, false))
            .shows(ClientView::shape(kind)),
        Operation::delete(one_path, Manage, remove)
            .named(format!("remove{single}"), format!("Removes {} {what} client, at once.", article(&what)))
            .watched()
            .answers_nothing(),
    ];
    all.into_iter().map(|operation| operation.with(kind)).collect()
}

pub(super) const SOME: &str = "Some of the ids were not found.";
pub(super) const FOUND: &[&str] = &["Total-Count"];

fn article(what: &str) -> &'static str {
    if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

async fn list(call: Call, Extension(kind): Extension<ClientType>) -> Answer {
    let listing = call.listing()?;
    if !listing.ids.is_empty() {
        return chosen(&call, kind, &listing).await;
    }
    if listing.tags.len() > ClientSelection::MOST_TAGS {
        return Err(Problem::bad("There are more than 3 tags.", "Ask for up to 3 tags at once."));
    }
    let which = ClientSelection { tags: listing.tags.clone(), ..ClientSelection::of(kind) };
    let (total, clients) = call.provider.read_clients(&call.by, &which, listing.skip, listing.count).await?;
    let views: Vec<ClientView> = clients.iter().map(ClientView::from).collect();
    Ok(listing.answer(&call.own_address(), total, &views))
}

/// The clients with the ids asked for. Where some are missing, programs that look up client-credentials clients are told
/// which (207); the other lists leave them out.
async fn chosen(call: &Call, kind: ClientType, listing: &Listing) -> Answer {
    let ids: Vec<ClientId> = listing.ids.iter().map(ClientId::new).collect();
    let found = call.provider.read_clients_by_id(&call.by, kind, &ids).await?;
    let has_tags = |client: &&Client| listing.tags.iter().all(|tag| client.tags.contains(tag));
    let views: Vec<ClientView> = found.iter().filter(has_tags).map(ClientView::from).collect();
    let missing: Vec<&str> =
        ids.iter().filter(|id| !found.iter().any(|client| client.id == **id)).map(ClientId::as_str).collect();
    // How many there are of the type, whatever was asked for.
    let (total, _) = call.provider.read_clients(&call.by, &ClientSelection::of(kind), 0, 0).await?;
    if missing.is_empty() || kind != ClientType::ClientCredentials {
        return Ok(listing.answer(&call.own_address(), total, &views));
    }
    Ok(partial(call, "client", &missing, total, &views))
}

/// 207: what was found, and an error for each id that was not. `total`: how many there are in all.
pub(super) fn partial<V: serde::Serialize>(
    call: &Call,
    kind: &'static str,
    missing: &[&str],
    total: i64,
    found: &[V],
) -> axum::response::Response {
    let body = PartlyFound::new(call.reference.as_str(), AdminError::NotFound(kind).words(), missing, found);
    let mut response = (StatusCode::MULTI_STATUS, axum::Json(body)).into_response();
    response.headers_mut().insert("total-count", HeaderValue::from(total));
    response
}

async fn add(call: Call, Extension(kind): Extension<ClientType>, sent: Sent) -> Answer {
    let by = call.may_change()?;
    let (new, secret) = sent.read::<ClientMembers>()?.into_new(kind)?;
    let made = call.provider.create_client(&by, new, secret, call.idempotency_key()?).await?;
    let address = call.address_of(word(kind), made.client.id.as_str());
    match CreatedView::of(&made) {
        Some(with_secret) => created(&with_secret, &address),
        None => created(&ClientView::from(&made.client), &address),
    }
}

async fn show(call: Call, Extension(kind): Extension<ClientType>) -> Answer {
    one(&ClientView::from(&call.provider.read_client(&call.by, kind, &call.client_id()).await?))
}

async fn change(call: Call, Extension(kind): Extension<ClientType>, sent: Sent) -> Answer {
    let by = call.may_change()?;
    let mut change = sent.read::<ClientMembers>()?.into_change(kind)?;
    let before = require(&call, kind).await?;
    let watched = call.require_match(&etag_of(&ClientView::from(&before)))?;
    change.version = watched.then_some(before.version);
    let changed = call.provider.change_client(&by, &before.id, change).await;
    one(&ClientView::from(&changed.map_err(|error| stale_if(watched, error))?))
}

async fn remove(call: Call, Extension(kind): Extension<ClientType>) -> Answer {
    let by = call.may_change()?;
    let before = require(&call, kind).await?;
    let watched = call.require_match(&etag_of(&ClientView::from(&before)))?;
    let removed = call.provider.remove_client(&by, &before.id, watched.then_some(before.version)).await;
    removed.map_err(|error| stale_if(watched, error))?;
    nothing()
}

/// The client of the path, if it is of the path's type.
pub(super) async fn require(call: &Call, kind: ClientType) -> Result<Client, Problem> {
    Ok(call.provider.read_client(&call.by, kind, &call.client_id()).await?)
}

/// Whoever sent If-Match learns by 412 that it no longer matches, also when that happened in the last moment.
pub(super) fn stale_if(watched: bool, error: AdminError) -> Problem {
    if watched && matches!(error, AdminError::Stale) { Problem::stale() } else { error.into() }
}
