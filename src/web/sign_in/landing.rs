//! Beginning a session, and where the browser goes then.

use crate::flows::{Destination, SESSION_SIGN_IN, SignIn};
use crate::web::cookies;
use crate::web::errors::{session_page, storage_page};
use crate::web::extract::Visitor;
use crate::web::state::AppState;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::SET_COOKIE;
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, Session};

/// Begins a session for the sign-in, under a new id; the one before, whoever's it was, ends. Then sends the browser on.
pub(in crate::web) async fn begin(app: &AppState, session: &Session, sign_in: SignIn, request: &str) -> Response {
    let before = match session.get::<SignIn>(SESSION_SIGN_IN).await {
        Ok(before) => before,
        Err(error) => return session_page(&error),
    };
    if let Some(before) = before
        && let Err(error) = app.provider.follow_sign_in(&before, &sign_in).await
    {
        return storage_page(&error);
    }
    let begun = async {
        // Not `flush`: what is inserted after it goes under the old id again.
        session.clear().await;
        session.cycle_id().await?;
        set_lifetime(app, session, &sign_in);
        session.insert(SESSION_SIGN_IN, &sign_in).await
    };
    if let Err(error) = begun.await {
        return session_page(&error);
    }
    let device =
        cookies::remember(&app.site, cookies::device_name(&app.site), &app.provider.device_token(&sign_in.user_id));
    let mut response = onward(app, sign_in, request).await;
    if let Some(cookie) = device {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Lets the cookie of a user who asked to be kept signed in outlive the browser.
pub(in crate::web) fn set_lifetime(app: &AppState, session: &Session, sign_in: &SignIn) {
    if sign_in.remembered {
        let longest = Duration::seconds(app.provider.settings().session_remembered);
        session.set_expiry(Some(Expiry::OnInactivity(longest)));
    }
}

/// Ends the browser's session, and takes its cookie away with the answer.
pub(in crate::web) async fn leave(app: &AppState, session: &Session, answer: Response) -> Response {
    if let Err(error) = session.flush().await {
        return session_page(&error);
    }
    let mut answer = answer;
    if let Some(cookie) = cookies::forget_session(&app.site) {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer
}

/// The bare address, which the server prints when it starts: to the pages of whoever is signed in, else to sign in.
pub(super) async fn start(Visitor(who): Visitor) -> Redirect {
    Redirect::to(match who {
        Some(who) if who.may_open_portal() => "/portal",
        Some(_) => "/account",
        None => "/login",
    })
}

/// Where a signed-in browser goes: to where it was on the way, else to the portal or to its user's own pages.
pub(super) async fn onward(app: &AppState, sign_in: SignIn, request: &str) -> Response {
    match app.provider.unseal(request) {
        Some((Destination::Page(page), _)) => return Redirect::to(&page).into_response(),
        Some((Destination::Authorize(_), _)) => {
            return Redirect::to(&format!("/identity/connect/authorize/callback?request={request}")).into_response();
        }
        None => {}
    }
    match app.provider.signed_in(sign_in).await {
        Ok(Some(who)) if who.may_open_portal() => Redirect::to("/portal").into_response(),
        Ok(_) => Redirect::to("/account").into_response(),
        Err(error) => storage_page(&error),
    }
}
