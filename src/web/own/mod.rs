//! The doors of `/account`: one's own profile, password and devices. And of the theme, which is one's own too.

mod apps;
mod claims;
mod devices;
mod password;
mod profile;
mod theme;

pub(super) use claims::{claim_groups, read_claims};

use super::extract::{PageContext, SignedInVisitor, person};
use super::pages::{Area, Shell};
use super::state::AppState;
use axum::Router;
use axum::routing::{get, post};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/account", get(profile::show).post(profile::take))
        .route("/account/password", get(password::show).post(password::take))
        .route("/account/devices", get(devices::show))
        .route("/account/devices/sign-out-others", post(devices::sign_out_others))
        .route("/account/devices/{sid}/sign-out", post(devices::sign_out))
        .route("/account/apps", get(apps::show))
        .route("/account/apps/{id}/remove", post(apps::remove))
        .route("/theme", post(theme::take))
        .route("/.well-known/change-password", get(async || axum::response::Redirect::to("/account/password")))
}

fn shell(who: &SignedInVisitor, area: Area) -> Shell {
    Shell::account(person(&who.0), area)
}

/// A frame with one message above the page.
fn saying(page: &PageContext, told: Option<&str>) -> super::pages::Frame {
    let mut frame = page.frame();
    frame.notices = told.map(super::pages::Notice::done).into_iter().collect();
    frame
}
