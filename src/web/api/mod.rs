//! The REST API, `/api/v1/Tenants/{tenantId}/…`: paths, bodies and answers as programs for the original know them.
//!
//! A request passes [`cors::share`](super::cors::share), then [`door::pass`], then its route below. Every handler begins
//! with a [`call::Call`], which is there only with a valid token, and asks it for the right to read or change before it
//! looks at the body.

mod answers;
mod bodies;
mod call;
mod client_roles;
mod clients;
mod door;
mod grants;
mod invitations;
mod listing;
mod path;
mod problem;
mod roles;
mod secrets;
mod sent;
mod tenants;
mod users;

use super::cors;
use super::state::AppState;
use crate::oauth::ClientType;
use axum::handler::Handler as _;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{Extension, Router};
use door::Door;

/// The API, however its first word is written: the router knows case, so the door lowers the rest of the path.
pub(super) fn routes(app: &AppState) -> Router<AppState> {
    let inner = Router::new().merge(tenant_routes()).merge(role_routes()).merge(user_routes());
    let inner = ClientType::ALL.into_iter().fold(inner, |inner, kind| inner.merge(client_routes(kind)));
    let door = Door { inner: inner.with_state(app.clone()), docs: app.docs_of_errors() };
    let service = door::pass.with_state(door);
    let spellings = ["/api", "/apI", "/aPi", "/aPI", "/Api", "/ApI", "/APi", "/API"];
    let ways = spellings.iter().flat_map(|api| ["", "/", "/{*rest}"].map(|rest| format!("{api}{rest}")));
    let all = ways.fold(Router::new(), |all, way| all.route_service(&way, service.clone()));
    all.layer(from_fn_with_state(app.clone(), cors::share))
}

fn tenant_routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/tenants/{tenant}", get(tenants::show).head(tenants::probe))
        .route("/api/v1/tenants/{tenant}/identityproviders", get(tenants::providers))
        .route("/api/v1/tenants/{tenant}/identityproviders/{id}", get(tenants::provider))
}

fn role_routes() -> Router<AppState> {
    Router::new()
        .route("/api/v1/tenants/{tenant}/roles", get(roles::list).post(roles::add))
        .route("/api/v1/tenants/{tenant}/roles/{id}", get(roles::show).put(roles::change).delete(roles::remove))
        .route("/api/v1/tenants/{tenant}/roles/{id}/users", get(roles::users))
        .route("/api/v1/tenants/{tenant}/roles/{id}/clientcredentialclients", get(roles::clients))
}

fn user_routes() -> Router<AppState> {
    let one = get(users::show).put(users::change).delete(users::remove);
    Router::new()
        .route("/api/v1/tenants/{tenant}/users", get(users::list).post(users::add))
        .route("/api/v1/tenants/{tenant}/users/status", get(invitations::statuses))
        .route("/api/v1/tenants/{tenant}/users/{id}", one)
        .route("/api/v1/tenants/{tenant}/users/{id}/roles", get(users::roles).put(users::replace_roles))
        .route("/api/v1/tenants/{tenant}/users/{id}/status", get(invitations::status))
        .route("/api/v1/tenants/{tenant}/users/{id}/persistedgrants", get(grants::list).delete(grants::remove))
        .route(
            "/api/v1/tenants/{tenant}/users/{id}/invitation",
            get(invitations::show).merge(post(invitations::make).put(invitations::make)),
        )
}

fn client_routes(kind: ClientType) -> Router<AppState> {
    let list = format!("/api/v1/tenants/{{tenant}}/{}", clients::word(kind).to_ascii_lowercase());
    let one = format!("{list}/{{id}}");
    let mut routes = Router::new()
        .route(&list, get(clients::list).post(clients::add))
        .route(&one, get(clients::show).put(clients::change).delete(clients::remove));
    if kind.has_secrets() {
        let secret = get(secrets::show).put(secrets::change).delete(secrets::remove);
        routes = routes
            .route(&format!("{one}/secrets"), get(secrets::list).post(secrets::add))
            .route(&format!("{one}/secrets/{{secret}}"), secret);
    }
    if kind == ClientType::ClientCredentials {
        let roles = || get(client_roles::list).put(client_roles::replace);
        routes = routes
            .route(&format!("{one}/roles"), roles())
            .route("/api/v1/tenants/{tenant}/clients/{id}/roles", roles());
    }
    routes.layer(Extension(kind))
}
