//! `/portal/token-viewer`: what a token says. What is pasted is answered and forgotten.

use super::shown::shell;
use crate::flows::TokenView;
use crate::oauth::{TokenKind, UnixTime};
use crate::web::extract::{PageContext, PortalSession, ProtectedForm};
use crate::web::pages::{Area, Errors, Frame, Mark, State, relative};
use crate::web::portal::token_viewer::{CheckRow, ClaimRow, TokenShown, TokenViewerPage};
use crate::web::state::AppState;
use axum::extract::State as Shared;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value};

/// The empty page.
pub(super) async fn show(viewer: PortalSession, page: PageContext) -> Response {
    answer(&viewer, &page, page.frame(), StatusCode::OK, None)
}

fn answer(
    viewer: &PortalSession,
    page: &PageContext,
    frame: Frame,
    status: StatusCode,
    shown: Option<TokenShown>,
) -> Response {
    page.answer(status, &TokenViewerPage { frame, shell: shell(viewer, Area::TokenViewer, &[]), shown })
}

/// Looks at what was pasted. It is not put back into the form: who looks over a shoulder should not copy it.
pub(super) async fn view(
    Shared(app): Shared<AppState>,
    viewer: PortalSession,
    page: PageContext,
    form: ProtectedForm,
) -> Response {
    match app.provider.view_token(form.text("pasted")).await {
        TokenView::Unreadable => {
            let sentence = "This is no token that can be read: it should be three parts with dots between them.";
            let frame = Frame { errors: Errors::one("pasted", sentence), ..page.frame() };
            answer(&viewer, &page, frame, StatusCode::UNPROCESSABLE_ENTITY, None)
        }
        TokenView::Opaque(kind) => {
            let (kind, advice) = of_kind(kind);
            let (checks, header, claims) = (Vec::new(), Vec::new(), Vec::new());
            let shown = TokenShown { kind: kind.to_owned(), advice: advice.to_owned(), checks, header, claims };
            answer(&viewer, &page, page.frame(), StatusCode::OK, Some(shown))
        }
        TokenView::Jwt { header, claims, checks, now } => {
            let state = |passed| if passed { State::new(Mark::Good, "Yes") } else { State::new(Mark::Bad, "No") };
            let checks =
                checks.into_iter().map(|check| CheckRow { state: state(check.passed), sentence: check.sentence });
            let shown = TokenShown {
                kind: kind_of(&header).to_owned(),
                advice: String::new(),
                checks: checks.collect(),
                header: rows(&header, now),
                claims: rows(&claims, now),
            };
            answer(&viewer, &page, page.frame(), StatusCode::OK, Some(shown))
        }
    }
}

fn kind_of(header: &Map<String, Value>) -> &'static str {
    match header.get("typ").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase().as_str() {
        "at+jwt" | "application/at+jwt" => "An access token",
        "jwt" => "An ID token, or another JWT",
        _ => "A JWT",
    }
}

const fn of_kind(kind: TokenKind) -> (&'static str, &'static str) {
    match kind {
        TokenKind::ClientSecret => (
            "A client secret",
            "It says nothing to anybody but this server, and it should not leave the program that uses it. If it went where it should not, replace it.",
        ),
        TokenKind::AuthorizationCode => {
            ("An authorization code", "It works once, for a minute, and only for the client that it was made for.")
        }
        TokenKind::RefreshToken => (
            "A refresh token",
            "It says nothing to anybody but this server. If it went where it should not, remove the app’s access.",
        ),
        TokenKind::OneTimeLink => {
            ("The end of a one-time link", "Whoever has it can choose a password. Make a new link if it went astray.")
        }
    }
}

fn rows(members: &Map<String, Value>, now: UnixTime) -> Vec<ClaimRow> {
    let row = |(name, value): (&String, &Value)| ClaimRow {
        name: name.clone(),
        value: value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned),
        meaning: meaning(name, value, now),
    };
    members.iter().map(row).collect()
}

fn meaning(name: &str, value: &Value, now: UnixTime) -> String {
    let time = |what: &str| match value.as_i64().map(UnixTime) {
        Some(at) => format!("{what}: {}, {}.", at.rfc3339(), relative(at, now)),
        None => what.to_owned(),
    };
    match name {
        "exp" => time("When it ends"),
        "iat" => time("When it was issued"),
        "nbf" => time("When it begins to be good"),
        "auth_time" => time("When the user signed in"),
        "iss" => "Who issued it.".to_owned(),
        "sub" => "Whom it speaks for: a user, or a client for itself.".to_owned(),
        "aud" => "Whom it is for: an API, or the app (in ID tokens).".to_owned(),
        "azp" | "client_id" => "The client that it was issued to.".to_owned(),
        "jti" => "Its own id.".to_owned(),
        "tid" => "The tenant.".to_owned(),
        "scope" => "What was granted.".to_owned(),
        "roles" => "Ids of the roles held.".to_owned(),
        "role_type" => "Type ids of the built-in roles held; the same on every server.".to_owned(),
        "sid" => "The session at this server.".to_owned(),
        "nonce" => "What the app sent, to know its own request again.".to_owned(),
        "acr" => "How strong the sign-in was.".to_owned(),
        "amr" => "By which means the user signed in.".to_owned(),
        "at_hash" | "c_hash" => "Ties it to the token or code that came with it.".to_owned(),
        "alg" => "What it is signed with.".to_owned(),
        "kid" => "The key that signed it; see Signing Keys.".to_owned(),
        "typ" => "What kind of token it is.".to_owned(),
        "grant_id" => "The grant that it hangs on: it ends with it.".to_owned(),
        _ => String::new(),
    }
}
