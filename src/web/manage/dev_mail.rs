//! `/dev/mail`: the mails that a server which tries things out has not sent.

use super::shown::{gone, shell};
use crate::web::errors::not_found;
use crate::web::extract::{AdminSession, PageContext};
use crate::web::pages::Area;
use crate::web::portal::dev_mail::{DevMailPage, KeptMail};
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

/// Shows them. Without the flag there is no such page.
pub(super) async fn show(State(app): State<AppState>, admin: AdminSession, page: PageContext) -> Response {
    let mails = match app.provider.kept_mails(&admin.administrator).await {
        Ok(Some(mails)) => mails,
        Ok(None) => return not_found(page).await,
        Err(error) => return gone(page, error).await,
    };
    let site = format!("{}/", app.provider.settings().public_url);
    let kept = |mail: crate::flows::Mail| KeptMail {
        link: mail.text.split_whitespace().find(|word| word.starts_with(&site)).map(ToOwned::to_owned),
        to: mail.to,
        subject: mail.subject,
        text: mail.text,
    };
    let view = DevMailPage {
        frame: page.frame(),
        shell: shell(&admin, Area::System, &[("Mails", String::new())]),
        mails: mails.into_iter().map(kept).collect(),
    };
    page.answer(StatusCode::OK, &view)
}
