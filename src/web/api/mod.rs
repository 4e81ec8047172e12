//! The REST API, `/api/v1/Tenants/{tenantId}/…`: paths, bodies and answers as programs for the original know them.
//!
//! Every room has a table of its operations; [`operations`] is all of them. The router is made from it here, the document
//! in [`document`]. A request passes [`cors::share`](super::cors::share), then [`door::pass`], then its route. Every
//! handler begins with a [`call::Call`], which is there only with a valid token and the right that the table asks for.

mod answers;
mod bodies;
mod browse;
mod call;
mod client_roles;
mod clients;
mod document;
mod door;
mod grants;
mod invitations;
mod listing;
mod operation;
mod path;
mod preferences;
mod problem;

mod roles;
mod secrets;
mod sent;
mod shape;
mod tenants;
mod unfit;
mod users;

pub(super) use bodies::read_as_each;
pub(crate) use bodies::{AddedSecretView, ClientView, CreatedView, RoleView, SecretView, UserView};
#[cfg(test)]
pub(super) use browse::samples;
pub(super) use browse::{Prepared, pages, routes as document_routes};
pub(super) use door::{refusal, storage_refusal};

use super::cors;
use super::layers::RouteTemplate;
use super::state::AppState;
use crate::oauth::ClientType;
use axum::handler::Handler as _;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::{Extension, Router};
use door::Door;
use operation::Operation;

/// Everything that can be asked.
fn operations() -> Vec<Operation> {
    let mut all = tenants::operations();
    for kind in ClientType::ALL {
        all.extend(clients::operations(kind));
        if kind.has_secrets() {
            all.extend(secrets::operations(kind));
        }
    }
    all.extend(client_roles::operations());
    all.extend(roles::operations());
    all.extend(users::operations());
    all.extend(invitations::operations());
    all.extend(grants::operations());
    all.extend(preferences::operations());
    all
}

/// What the router calls everything below `/api`.
const WHOLE: &str = "whole";

/// The API, however its first word is written: the router knows case, so the door lowers the rest of the path.
pub(super) fn routes(app: &AppState) -> Router<AppState> {
    let inner = operations().into_iter().fold(Router::new(), |inner, operation| {
        let route = operation.route();
        let template = RouteTemplate(route.as_str().into());
        let named = map_response(move |mut response: Response| {
            response.extensions_mut().insert(template.clone());
            std::future::ready(response)
        });
        inner.route(&route, operation.served.layer(Extension(operation.act)).layer(named))
    });
    let door = Door { inner: inner.with_state(app.clone()), docs: app.docs_of_errors() };
    let service = door::pass.with_state(door);
    let spellings = ["/api", "/apI", "/aPi", "/aPI", "/Api", "/ApI", "/APi", "/API"];
    let below = [String::new(), "/".to_owned(), format!("/{{*{WHOLE}}}")];
    let ways = spellings.iter().flat_map(|api| below.iter().map(move |rest| format!("{api}{rest}")));
    let all = ways.fold(Router::new(), |all, way| all.route_service(&way, service.clone()));
    all.layer(from_fn_with_state(app.clone(), cors::share))
}
