//! `/account/devices`.

use super::{saying, shell};
use crate::flows::OwnSession;
use crate::oauth::{SessionId, UnixTime};
use crate::web::errors::storage_page;
use crate::web::extract::{PageContext, ProtectedForm, SignedInVisitor};
use crate::web::layers::ClientAddress;
use crate::web::pages::account::{Device, DevicesPage};
use crate::web::pages::{Area, When};
use crate::web::state::AppState;
use axum::extract::{Path, State};
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

/// Browser and system in words, as far as they can be told from what the browser calls itself.
fn browser_name(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Windows", "Windows"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find =
        |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser_name;

    #[test]
    fn browsers_are_told_by_what_they_call_themselves() {
        let rows = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126 Safari/537.36 Edg/126",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17 Safari/604",
                "Safari on iPhone",
            ),
            ("curl/8.5", "curl"),
            ("", "Unknown browser"),
        ];
        for (agent, expected) in rows {
            assert_eq!(browser_name(agent), expected);
        }
    }
}
