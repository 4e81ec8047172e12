//! Disable, Enable and Remove Client: ask, then do.

use super::shown::{client_shell, failed, gone};
use crate::flows::admin::{ClientChange, ClientDetails, ClientSettings};
use crate::oauth::{ClientId, UnixTime};
use crate::web::extract::{AdminSession, AdminVisit, ProtectedForm};
use crate::web::pages::{Fact, Frame, Link, duration, relative};
use crate::web::portal::confirm::ConfirmPage;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

pub(super) async fn ask_disable(visit: AdminVisit<String>) -> Response {
    ask(visit, disable_page).await
}

pub(super) async fn ask_enable(visit: AdminVisit<String>) -> Response {
    ask(visit, enable_page).await
}

pub(super) async fn ask_remove(visit: AdminVisit<String>) -> Response {
    ask(visit, remove_page).await
}

pub(super) async fn disable(visit: AdminVisit<String>, _form: ProtectedForm) -> Response {
    switch(visit, false).await
}

pub(super) async fn enable(visit: AdminVisit<String>, _form: ProtectedForm) -> Response {
    switch(visit, true).await
}

/// Removes the client; one that was used lately only if its name was typed.
pub(super) async fn remove(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    form: ProtectedForm,
) -> Response {
    let id = ClientId::new(id);
    let details = match app.provider.client(&admin.administrator, &id).await {
        Ok(details) => details,
        Err(error) => return gone(page, error).await,
    };
    let now = app.provider.now();
    if used_lately(&details, now) && form.text("confirm_name").trim() != details.client.name {
        let mut frame = page.frame();
        frame.errors = crate::web::pages::Errors::one(
            "confirm_name",
            format!("Type the name of the client, {}.", details.client.name),
        );
        return page.answer(StatusCode::UNPROCESSABLE_ENTITY, &remove_page(&admin, frame, &details, now));
    }
    match app.provider.remove_client(&admin.administrator, &id, None).await {
        Ok(client) => {
            Redirect::to(&format!("/portal/clients?type={}&done=removed", client.client_type.as_str())).into_response()
        }
        Err(error) => {
            failed(page, error, async |page, frame| {
                page.answer(StatusCode::CONFLICT, &remove_page(&admin, frame, &details, now))
            })
            .await
        }
    }
}

async fn ask(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    view: fn(&AdminSession, Frame, &ClientDetails, UnixTime) -> ConfirmPage,
) -> Response {
    match app.provider.client(&admin.administrator, &ClientId::new(id)).await {
        Ok(details) => page.answer(StatusCode::OK, &view(&admin, page.frame(), &details, app.provider.now())),
        Err(error) => gone(page, error).await,
    }
}

async fn switch(AdminVisit { app, admin, page, path: id }: AdminVisit<String>, enabled: bool) -> Response {
    let settings = ClientSettings { enabled: Some(enabled), ..ClientSettings::default() };
    let change = ClientChange { settings, ..ClientChange::default() };
    match app.provider.change_client(&admin.administrator, &ClientId::new(id.as_str()), change).await {
        Ok(_) => Redirect::to(&format!("/portal/clients/{id}?done={}", if enabled { "enabled" } else { "disabled" }))
            .into_response(),
        Err(error) => gone(page, error).await,
    }
}

fn used_lately(details: &ClientDetails, now: UnixTime) -> bool {
    details.client.last_used_at.is_some_and(|at| now.since(at) < 7 * 86_400)
}

fn base(admin: &AdminSession, frame: Frame, details: &ClientDetails, verb: &'static str, now: UnixTime) -> ConfirmPage {
    let client = &details.client;
    let last = client.last_used_at.map_or("never".to_owned(), |at| relative(at, now));
    let shell = client_shell(admin, client, &format!("{verb} Client"));
    let (what, own) = (format!("client ‘{}’", client.name), format!("/portal/clients/{}", client.id));
    ConfirmPage {
        facts: vec![Fact::new("Last used", last), Fact::new("Secrets", details.secrets.len().to_string())],
        grave: used_lately(details, now),
        ..ConfirmPage::asking(frame, shell, "Clients", verb, &what, own)
    }
}

fn disable_page(admin: &AdminSession, frame: Frame, details: &ClientDetails, now: UnixTime) -> ConfirmPage {
    let lifetime = duration(details.client.token_lifetime);
    let sentence = format!(
        "New tokens are refused at once; tokens already issued work until they expire (at most {lifetime}). You can enable it again at any time."
    );
    ConfirmPage { sentences: vec![sentence], danger: true, ..base(admin, frame, details, "Disable", now) }
}

fn enable_page(admin: &AdminSession, frame: Frame, details: &ClientDetails, now: UnixTime) -> ConfirmPage {
    let sentence = "It gets tokens again with any of its usable secrets.".to_owned();
    ConfirmPage { sentences: vec![sentence], grave: false, ..base(admin, frame, details, "Enable", now) }
}

fn remove_page(admin: &AdminSession, frame: Frame, details: &ClientDetails, now: UnixTime) -> ConfirmPage {
    let client = &details.client;
    let secrets = match details.secrets.len() {
        0 => String::new(),
        1 => " Its secret goes with it.".to_owned(),
        many => format!(" Its {many} secrets go with it."),
    };
    let sentences = vec![
        format!("The client is removed for ever.{secrets} A new client gets a new Client Id."),
        format!("Access tokens already issued work until they expire (up to {}).", duration(client.token_lifetime)),
    ];
    ConfirmPage {
        sentences,
        type_name: if used_lately(details, now) { client.name.clone() } else { String::new() },
        danger: true,
        instead: client.enabled.then(|| Link::new("Disable instead", format!("/portal/clients/{}/disable", client.id))),
        ..base(admin, frame, details, "Remove", now)
    }
}
