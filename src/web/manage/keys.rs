//! `/portal/keys…`: the keys that sign, and what can be done with them.

use super::shown::{gone, shell};
use crate::flows::admin::AdminError;
use crate::flows::{KeyChangeError, KeySummary, OpenError};
use crate::oauth::{KeyId, SigningAlgorithm, UnixTime};
use crate::web::errors::{not_found, storage_page};
use crate::web::extract::{AdminSession, AdminVisit, PageContext, PortalSession, ProtectedForm, Query};
use crate::web::pages::{Area, ErrorPage, Errors, Frame, Mark, Notice, State, duration};
use crate::web::portal::confirm::ConfirmPage;
use crate::web::portal::keys::{KeyRow, KeysPage, RevokeKeyPage};
use crate::web::state::AppState;
use axum::extract::State as Shared;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;

/// What an address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
}

/// *Signing Keys*.
pub(super) async fn list(
    Shared(app): Shared<AppState>,
    viewer: PortalSession,
    page: PageContext,
    Query(asked): Query<Asked>,
) -> Response {
    let keys = match app.provider.list_signing_keys().await {
        Ok(keys) => keys,
        Err(error) => return storage_page(&error),
    };
    let told = match asked.done.as_str() {
        "rotated" => Some("The next keys are published. They take over by themselves."),
        "activated" => Some("The key signs now. The one before stays published until its tokens have expired."),
        "revoked" => Some("The key is revoked. What it had signed is refused from now on."),
        _ => None,
    };
    let mut frame = page.frame();
    frame.notices = told.map(Notice::done).into_iter().collect();
    let settings = app.provider.settings();
    let every = words(settings.keys_rotate_every);
    let next = app.provider.next_key_change(&keys);
    let next = next.map(|at| format!(" The next change is on {}.", at.date())).unwrap_or_default();
    let view = KeysPage {
        frame,
        shell: shell(&viewer, Area::Keys, &[]),
        summary: format!("They rotate by themselves every {every}.{next}"),
        cache_time: words(settings.keys_cache_time),
        jwks_url: format!("{}/.well-known/openid-configuration/jwks", settings.issuer()),
        rows: keys.iter().map(|key| key_row(&app, key)).collect(),
    };
    page.answer(StatusCode::OK, &view)
}

fn words(seconds: i64) -> String {
    duration(u32::try_from(seconds).unwrap_or(u32::MAX))
}

fn key_row(app: &AppState, key: &KeySummary) -> KeyRow {
    let until = app.provider.key_published_until(key).map(UnixTime::date).unwrap_or_default();
    let (mark, word, meaning) = match key.state.as_str() {
        "pending" => (Mark::Quiet, "Next", format!("published, takes over on {}", key.activates_at.date())),
        "active" => (Mark::Good, "Active", format!("signs new tokens since {}", key.activates_at.date())),
        "retired" => (Mark::Quiet, "Retiring", format!("checks old tokens until {until}")),
        _ => (Mark::Quiet, "Archived", "published no more; recognises old sign-ins at sign-out".to_owned()),
    };
    KeyRow {
        id: key.id.as_str().to_owned(),
        algorithm: SigningAlgorithm::parse(&key.algorithm).map_or("", SigningAlgorithm::as_str),
        state: State::new(mark, word),
        meaning,
        can_activate: key.state == "pending",
    }
}

/// *Rotate now*: publishes the next keys. They sign after the cache time, so there is nothing to confirm.
pub(super) async fn rotate(AdminVisit { app, admin, page, .. }: AdminVisit, _form: ProtectedForm) -> Response {
    match app.provider.announce_signing_keys(admin.administrator.origin(), None).await {
        Ok(_) => back("rotated"),
        Err(error) => refused(page, error).await,
    }
}

fn back(done: &str) -> Response {
    Redirect::to(&format!("/portal/keys?done={done}")).into_response()
}

async fn refused(page: PageContext, error: KeyChangeError) -> Response {
    match error {
        KeyChangeError::NotFound => not_found(page).await,
        KeyChangeError::NotPending(_) => {
            let sentence = "Only an announced key can be let sign. Rotate to announce one.";
            let view = ErrorPage::new(page.frame(), "This cannot be done", sentence, &page.reference);
            page.answer(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        KeyChangeError::Overtaken => gone(page, AdminError::Stale).await,
        KeyChangeError::Open(OpenError::Storage(error)) => storage_page(&error),
        KeyChangeError::Open(error) => {
            tracing::error!(event = "keys.failed", %error);
            let view = ErrorPage::of_status(page.frame(), 500, &page.reference);
            page.answer(StatusCode::INTERNAL_SERVER_ERROR, &view)
        }
    }
}

async fn find(app: &AppState, id: &str) -> Result<KeySummary, KeyChangeError> {
    let keys = app.provider.list_signing_keys().await?;
    keys.into_iter().find(|key| key.id.as_str() == id).ok_or(KeyChangeError::NotFound)
}

/// *Activate*: what it means to be early.
pub(super) async fn ask_activate(AdminVisit { app, admin, page, path: id }: AdminVisit<String>) -> Response {
    let key = match find(&app, &id).await {
        Ok(key) if key.state == "pending" => key,
        Ok(_) => return refused(page, KeyChangeError::NotPending("active")).await,
        Err(error) => return refused(page, error).await,
    };
    let shell = shell(&admin, Area::Keys, &[("Activate", String::new())]);
    let (what, own) = (format!("key ‘{}’", key.id), format!("/portal/keys/{}", key.id));
    let view = ConfirmPage {
        sentences: vec![
            format!("It signs from now on instead of from {}.", key.activates_at.date()),
            "APIs that fetched the published keys before this one was among them refuse its tokens until they fetch them again."
                .to_owned(),
        ],
        cancel_href: "/portal/keys".to_owned(),
        ..ConfirmPage::asking(page.frame(), shell, "Signing Keys", "Activate", &what, own)
    };
    page.answer(StatusCode::OK, &view)
}

/// Lets it sign.
pub(super) async fn activate(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    _form: ProtectedForm,
) -> Response {
    match app.provider.activate_signing_key(admin.administrator.origin(), &KeyId::new(id)).await {
        Ok(_) => back("activated"),
        Err(error) => refused(page, error).await,
    }
}

/// *Revoke*: the id is to be typed.
pub(super) async fn ask_revoke(AdminVisit { app, admin, page, path: id }: AdminVisit<String>) -> Response {
    match find(&app, &id).await {
        Ok(key) => page.answer(StatusCode::OK, &revoke_page(&app, &admin, page.frame(), &key)),
        Err(error) => refused(page, error).await,
    }
}

fn revoke_page(app: &AppState, admin: &AdminSession, frame: Frame, key: &KeySummary) -> RevokeKeyPage {
    RevokeKeyPage { frame, shell: shell(admin, Area::Keys, &[("Revoke", String::new())]), key: key_row(app, key) }
}

/// Takes it out of use, if its id was typed.
pub(super) async fn revoke(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    form: ProtectedForm,
) -> Response {
    let key = match find(&app, &id).await {
        Ok(key) => key,
        Err(error) => return refused(page, error).await,
    };
    if form.text("confirm_kid").trim() != key.id.as_str() {
        let errors = Errors::one("confirm_kid", "That is not the id of this key. Nothing was revoked.");
        let view = revoke_page(&app, &admin, Frame { errors, ..page.frame() }, &key);
        return page.answer(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    match app.provider.revoke_signing_key(admin.administrator.origin(), &key.id).await {
        Ok(_) => back("revoked"),
        Err(error) => refused(page, error).await,
    }
}
