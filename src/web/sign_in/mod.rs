//! Coming in and going out: set-up, sign-in, sign-out, new passwords. Doors only; the pages are in `pages`.

mod landing;
mod login;
mod logout;
mod password;
mod setup;
mod told;

pub(super) use landing::{begin, leave, set_lifetime};
pub(super) use told::Told;

use super::state::AppState;
use axum::Router;
use axum::routing::get;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(landing::start))
        .route("/setup", get(setup::show).post(setup::take))
        .route("/login", get(login::show).post(login::take))
        .route("/login/cancel", get(login::cancel))
        .route("/login/confirm", get(login::show_confirm).post(login::take_confirm))
        .route("/logout", get(logout::show).post(logout::take))
        .route("/logged-out", get(logout::done))
        .route("/password/forgot", get(password::forgot).post(password::mail_link))
        .route("/password/new", get(password::show).post(password::take))
}
