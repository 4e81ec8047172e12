//! Lists of URLs in the forms of clients: looked at while they are typed, and what there is to be said when they were saved.

use crate::oauth::admin_fields::{Field, url_notices};
use crate::oauth::{Client, UrlLists};
use crate::web::errors;
use crate::web::extract::{AdminSession, PageContext, ProtectedForm};
use crate::web::pages::{Notice, UrlList};
use axum::response::Response;
use http::StatusCode;

/// The boxes that hold URLs.
const BOXES: [Field; 3] = [Field::RedirectUrls, Field::LogoutRedirectUrls, Field::CorsOrigins];

/// What becomes of each line of the box that was sent, as a part of a page.
pub(super) async fn look(_: AdminSession, page: PageContext, form: ProtectedForm) -> Response {
    let sent = BOXES.iter().map(|field| field.as_str()).find(|name| form.ticked(name));
    match sent.and_then(|name| UrlList::of(name, form.text(name))) {
        Some(list) => page.answer(StatusCode::OK, &list),
        None => errors::not_found(page).await,
    }
}

/// What was not kept as it was typed, of a form that was taken.
pub(super) fn notices(form: &ProtectedForm) -> Vec<Notice> {
    let told = |field: &Field| url_notices(*field, &form.lines(field.as_str()));
    BOXES.iter().flat_map(told).map(Notice::warning).collect()
}

/// Whether a URL was not kept as it was typed.
pub(super) fn were_normalised(form: &ProtectedForm, saved: &UrlLists) -> bool {
    let lists = BOXES.iter().zip([&saved.redirect, &saved.logout, &saved.cors]);
    lists.into_iter().any(|(field, saved)| {
        let typed = form.lines(field.as_str());
        typed.iter().map(|line| line.trim()).any(|line| !line.is_empty() && !saved.iter().any(|url| url == line))
    })
}

/// URLs of a client that are easily taken for each other.
pub(super) fn look_alikes(client: &Client) -> Vec<Notice> {
    let lists = [(Field::RedirectUrls, &client.urls.redirect), (Field::LogoutRedirectUrls, &client.urls.logout)];
    lists.into_iter().flat_map(|(field, urls)| url_notices(field, urls)).map(Notice::warning).collect()
}
