//! `/account/devices`.

use super::{saying, shell};
use crate::flows::OwnSession;
use crate::oauth::{SessionId, UnixTime, browser_name};
use crate::web::errors::storage_page;
use crate::web::extract::{PageContext, Path, ProtectedForm, SignedInVisitor};
use crate::web::layers::ClientAddress;
use crate::web::pages::account::{Device, DevicesPage};
use crate::web::pages::{Area, When};
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

/// Shows where one is signed in.
pub(super) async fn show(State(app): State<AppState>, who: SignedInVisitor, page: PageContext) -> Response {
    match app.provider.own_sessions(&who.0).await {
        Ok(mut sessions) => {
            sessions.sort_by_key(|session| !session.this);
            let now = app.provider.now();
            let devices = sessions.into_iter().map(|session| device(session, now)).collect();
            page.answer(
                StatusCode::OK,
                &DevicesPage { frame: saying(&page, None), shell: shell(&who, Area::Devices), devices },
            )
        }
        Err(error) => storage_page(&error),
    }
}

/// Ends one session.
pub(super) async fn sign_out(
    app: State<AppState>,
    who: SignedInVisitor,
    page: PageContext,
    address: ClientAddress,
    Path(sid): Path<String>,
    _form: ProtectedForm,
) -> Response {
    end(app, who, page, address, Some(SessionId::new(sid))).await
}

/// Ends all others.
pub(super) async fn sign_out_others(
    app: State<AppState>,
    who: SignedInVisitor,
    page: PageContext,
    address: ClientAddress,
    _form: ProtectedForm,
) -> Response {
    end(app, who, page, address, None).await
}

async fn end(
    State(app): State<AppState>,
    who: SignedInVisitor,
    page: PageContext,
    ClientAddress(address): ClientAddress,
    sid: Option<SessionId>,
) -> Response {
    let by = who.0.origin(&address.to_string(), &page.reference);
    match app.provider.end_own_sessions(&who.0, sid, &by).await {
        Ok(()) => Redirect::to("/account/devices").into_response(),
        Err(error) => storage_page(&error),
    }
}

fn device(session: OwnSession, now: UnixTime) -> Device {
    Device {
        id: session.sid.as_str().to_owned(),
        name: browser_name(&session.user_agent),
        address: session.address,
        signed_in: When::relative(session.created_at, now),
        seen: When::relative(session.last_seen_at, now),
        this: session.this,
    }
}
