//! Floor 4: HTTP. Endpoints, pages and the portal, the layers around them and the loop that serves them.

mod cookies;
mod endpoints;
mod errors;
mod extract;
pub mod layers;
pub mod serve;
mod setup_gate;
mod state;

pub use state::{AppState, SitePolicy};

use axum::Router;
use axum::middleware::from_fn_with_state;

/// Every route, grouped by who calls it. The layers of [`layers::apply`] go around it.
pub fn router(state: AppState) -> Router {
    let machines = Router::new().merge(endpoints::routes());
    let everything = Router::new().merge(machines).merge(endpoints::health_routes());
    let prefix = state.path_prefix().to_owned();
    let router = if prefix.is_empty() { everything } else { Router::new().nest(&prefix, everything) };
    // Around everything that can answer, so that what is not there is not set up either.
    router.layer(from_fn_with_state(state.clone(), setup_gate::require_set_up)).with_state(state)
}
