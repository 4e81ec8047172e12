//! Pages for everybody: set-up, sign-in and out, consent, errors, and one's own account. Each page is a struct beside
//! its handler; it takes plain values, so that it can be looked at without a server.

pub mod account;
mod confirm_identity;
mod consent;
mod control;
mod copy;
mod error;
mod form_post;
mod icon;
mod login;
mod logout;
mod password;
mod select;
mod setup;
mod shell;
mod url_list;
mod view;
mod when;

#[cfg(test)]
pub(crate) mod looks;
#[cfg(test)]
pub(crate) mod samples;

pub use confirm_identity::ConfirmIdentityPage;
pub use consent::{ConsentPage, ScopeLine};
pub use control::Control;
pub use copy::CopyField;
pub use error::{DeveloperDetails, ErrorPage, Fact};
pub use form_post::{ContinuePage, FormPostPage};
pub use icon::{Icon, icon};
pub use login::{App, LoginPage, carrying};
pub use logout::{LoggedOutPage, LogoutPage, ToldApp};
pub use password::{ForgotPage, LinkGonePage, NewPasswordPage};
pub use select::{Account, SelectPage};
pub use setup::SetupPage;
pub use shell::{Area, MenuItem, MenuSection, Shell};
pub use url_list::UrlList;
pub use view::{Choice, CurrentBrand, Errors, FieldError, Frame, Link, Mark, Notice, PaneWidth, Person, State, Theme};
pub use when::{When, duration, relative};

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

/// A page as an answer.
pub fn answer(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
