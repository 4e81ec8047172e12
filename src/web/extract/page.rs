//! What every page needs: theme, form token, reference; and the answer that carries its cookies.

use super::FormGuard;
use crate::web::cookies;
use crate::web::layers::Reference;
use crate::web::pages::{self, Errors, FieldError, Frame, PaneWidth, Theme};
use crate::web::portal::quick_start::Language;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

/// The circumstances of a page.
#[derive(Debug, Clone)]
pub(in crate::web) struct PageContext {
    guard: FormGuard,
    theme: Theme,
    rail: bool,
    pane: PaneWidth,
    language: Option<Language>,
    idle: i64,
    /// The request's reference.
    pub reference: String,
}

impl FromRequestParts<AppState> for PageContext {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Response> {
        let guard = FormGuard::from_request_parts(parts, app).await?;
        let reference = parts.extensions.get::<Reference>().map(|reference| reference.as_str().to_owned());
        let theme = cookies::read(&parts.headers, cookies::THEME).map(Theme::parse).unwrap_or_default();
        let rail = cookies::read(&parts.headers, cookies::MENU) == Some("rail");
        let pane = cookies::read(&parts.headers, cookies::PANE).map(PaneWidth::parse).unwrap_or_default();
        let language = cookies::read(&parts.headers, cookies::LANGUAGE).and_then(Language::parse);
        let idle = app.provider.settings().portal_idle;
        Ok(Self { guard, theme, rail, pane, language, idle, reference: reference.unwrap_or_default() })
    }
}

impl PageContext {
    /// The language whose programs this browser looked at last.
    pub(in crate::web) const fn language(&self) -> Option<Language> {
        self.language
    }

    /// A frame without mistakes.
    pub(in crate::web) fn frame(&self) -> Frame {
        Frame {
            theme: self.theme,
            rail: self.rail,
            pane: self.pane,
            csrf: self.guard.token.clone(),
            idle: self.idle,
            ..Frame::default()
        }
    }

    /// A frame that tells what is wrong with the form.
    pub(in crate::web) fn frame_with(&self, errors: Vec<crate::oauth::admin_fields::FieldError>) -> Frame {
        let told = |error: crate::oauth::admin_fields::FieldError| FieldError {
            field: error.field.as_str().to_owned(),
            message: error.message,
        };
        Frame { errors: Errors(errors.into_iter().map(told).collect()), ..self.frame() }
    }

    /// A frame with one sentence that belongs to no single field.
    pub(in crate::web) fn frame_saying(&self, message: impl Into<String>) -> Frame {
        Frame { errors: Errors::one("", message), ..self.frame() }
    }

    /// The page as an answer.
    pub(in crate::web) fn answer(&self, status: StatusCode, page: &impl Template) -> Response {
        self.guard.onto(pages::answer(status, page))
    }
}

/// A signed-in user, as pages show them.
pub(in crate::web) fn person(who: &crate::flows::SignedIn) -> pages::Person {
    let portal = who.may_open_portal();
    pages::Person { name: who.user.name.clone(), email: who.user.email.clone(), portal }
}
