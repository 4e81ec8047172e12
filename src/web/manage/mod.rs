//! The doors of the portal: each takes a request, makes one call below, and fills a page of `portal`.

mod audit;
mod audit_words;
mod client_activity;
mod client_add;
mod client_edit;
mod client_list;
mod client_pane;
mod client_switch;
mod client_urls;
mod dev_mail;
mod go;
mod home;
mod keys;
mod list_query;
mod logos;
mod review;
mod roles;
mod secret_pages;
mod secret_uses;
mod secrets;
mod shown;
mod system;
mod token_viewer;
mod user_pages;
mod user_switch;
mod users;

use super::state::AppState;
use axum::Router;
use axum::routing::{get, post};

pub(in crate::web) use logos::{address as logo_address, serve as serve_logo};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal", get(home::show))
        .route("/portal/clients", get(client_list::list))
        .route("/portal/clients/new", get(client_add::show).post(client_add::take))
        .route("/portal/clients/new/urls", post(client_urls::look))
        .route("/portal/clients/{id}", get(client_list::one))
        .route("/portal/clients/{id}/check", get(client_activity::checklist_alone))
        .route("/portal/clients/{id}/tokens.csv", get(client_activity::csv))
        .route("/portal/clients/{id}/edit", get(client_edit::show).post(client_edit::take))
        .route("/portal/clients/{id}/logo", get(logos::show).post(logos::take))
        .route("/portal/clients/{id}/logo/remove", post(logos::remove))
        .route("/portal/clients/{id}/roles", get(client_edit::show_roles).post(client_edit::take_roles))
        .route("/portal/clients/{id}/disable", get(client_switch::ask_disable).post(client_switch::disable))
        .route("/portal/clients/{id}/enable", get(client_switch::ask_enable).post(client_switch::enable))
        .route("/portal/clients/{id}/remove", get(client_switch::ask_remove).post(client_switch::remove))
        .route("/portal/clients/{id}/secrets/new", get(secrets::show_add).post(secrets::add))
        .route("/portal/clients/{id}/secrets/{secret}/shown", get(secrets::shown))
        .route("/portal/clients/{id}/secrets/{secret}/edit", get(secrets::show_edit).post(secrets::edit))
        .route("/portal/clients/{id}/secrets/{secret}/use", get(secret_uses::show))
        .route("/portal/clients/{id}/secrets/{secret}/leaked", get(secret_uses::show_leaked).post(secret_uses::leaked))
        .route("/portal/clients/{id}/secrets/{secret}/disable", get(secrets::ask_disable).post(secrets::disable))
        .route("/portal/clients/{id}/secrets/{secret}/enable", get(secrets::ask_enable).post(secrets::enable))
        .route("/portal/clients/{id}/secrets/{secret}/remove", get(secrets::ask_remove).post(secrets::remove))
        .route("/portal/users", get(users::list))
        .route("/portal/users/new", get(users::show_add).post(users::add))
        .route("/portal/users/{id}", get(users::one))
        .route("/portal/users/{id}/edit", get(users::show_edit).post(users::edit))
        .route("/portal/users/{id}/roles", get(users::show_roles).post(users::take_roles))
        .route("/portal/users/{id}/disable", get(user_switch::ask_disable).post(user_switch::disable))
        .route("/portal/users/{id}/enable", get(user_switch::ask_enable).post(user_switch::enable))
        .route("/portal/users/{id}/remove", get(user_switch::ask_remove).post(user_switch::remove))
        .route("/portal/users/{id}/link", post(users::make_link))
        .route("/portal/users/{id}/sign-out", post(users::sign_out))
        .route("/portal/roles", get(roles::list).post(roles::add))
        .route("/portal/roles/new", get(roles::show_add))
        .route("/portal/roles/{id}", get(roles::one))
        .route("/portal/roles/{id}/edit", get(roles::show_edit).post(roles::edit))
        .route("/portal/roles/{id}/remove", get(roles::ask_remove).post(roles::remove))
        .route("/portal/roles/{id}/identities", post(roles::set_identity))
        .route("/portal/keys", get(keys::list))
        .route("/portal/keys/rotate", post(keys::rotate))
        .route("/portal/keys/{id}/activate", get(keys::ask_activate).post(keys::activate))
        .route("/portal/keys/{id}/revoke", get(keys::ask_revoke).post(keys::revoke))
        .route("/portal/audit", get(audit::list))
        .route("/portal/audit/check", post(audit::check))
        .route("/portal/audit/export", get(audit::export))
        .route("/portal/audit/{id}", get(audit::one))
        .route("/portal/review", get(review::show))
        .route("/portal/review/accept", get(review::ask_accept).post(review::accept))
        .route("/portal/review/reopen", post(review::reopen))
        .route("/portal/token-viewer", get(token_viewer::show).post(token_viewer::view))
        .route("/portal/system", get(system::health))
        .route("/portal/system/test-mail", post(system::test_mail))
        .route("/portal/settings", get(system::settings))
        .route("/dev/mail", get(dev_mail::show))
        .route("/portal/go", get(go::show))
        .route("/portal/menu", get(go::menu))
}
