//! Floor 4: HTTP. Endpoints, pages and the portal, the layers around them and the loop that serves them.

mod api;
pub mod assets;
mod brand;
mod cookies;
mod cors;
mod docs;
mod endpoints;
mod errors;
mod extract;
pub mod layers;
mod manage;
mod own;
pub mod pages;
pub mod parsers;
pub mod portal;
mod scope_words;
pub mod serve;
mod setup_gate;
mod sign_in;
mod signon;
mod state;

pub(crate) use api::{AddedSecretView, ClientView, CreatedView, RoleView, SecretView, UserView};
pub use brand::Brand;
pub use state::{AppState, ShownSetting, SitePolicy};

use crate::flows::SessionStore;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use std::sync::Arc;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

/// Every route, grouped by who calls it. The layers of [`layers::apply`] go around it.
pub fn router(state: AppState) -> Router {
    let document = api::Prepared::default();
    let people = Router::new()
        .merge(sign_in::routes())
        .merge(docs::routes())
        .merge(api::pages(&document))
        .merge(manage::routes())
        .merge(own::routes())
        .merge(signon::routes())
        .fallback(errors::nothing_there)
        .layer(sessions(&state))
        .layer(axum::middleware::map_response(errors::unkept_session));
    Router::new()
        .merge(endpoints::routes(&state))
        .merge(api::routes(&state))
        .merge(api::document_routes(&document))
        .merge(people)
        .merge(endpoints::health_routes())
        .merge(assets::routes())
        // Around everything that can answer, so that what is not there is not set up either.
        .layer(from_fn_with_state(state.clone(), setup_gate::require_set_up))
        .layer(from_fn(errors::dress))
        .layer(from_fn_with_state(Arc::clone(&state.site.brand), brand::within))
        .with_state(state)
}

/// Lets pages of registered origins read what the layers answer in the router's place. To be put around
/// [`layers::apply`].
pub fn share_refusals(layered: Router, state: AppState) -> Router {
    layered.layer(from_fn_with_state(state, cors::share_refusals))
}

/// What is served while the server starts: health, and to everybody else that it is not ready. The layers go around it, too.
pub fn starting_router(brand: Arc<Brand>) -> Router {
    endpoints::starting_routes().layer(from_fn_with_state(brand, brand::within))
}

/// What the internal address serves: metrics, and health for supervisors that should not go through the public one.
pub fn internal_router(state: AppState) -> Router {
    endpoints::internal_routes().with_state(state)
}

/// The session cookie: `__Host-`, `HttpOnly`, and `Lax`, because an authorize request is a navigation from another site.
fn sessions(state: &AppState) -> SessionManagerLayer<SessionStore> {
    let site = &state.site;
    let same_site = if site.cross_site_cookie && site.https { SameSite::None } else { SameSite::Lax };
    SessionManagerLayer::new(SessionStore::new(Arc::clone(&state.provider)))
        .with_name(cookies::session_name(site))
        .with_secure(site.https)
        .with_http_only(true)
        .with_same_site(same_site)
        .with_expiry(Expiry::OnSessionEnd)
}
