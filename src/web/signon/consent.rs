//! `/consent`: may this app?

use super::answer::{app_of, leading_to_app, show as show_outcome};
use super::authorize::Sealed;
use crate::flows::{AuthorizeOutcome, ConsentAnswer, ConsentWanted};
use crate::oauth::Scope;
use crate::web::extract::{ProtectedForm, SignOnVisit};
use crate::web::pages::{ConsentPage, Person, ScopeLine};
use crate::web::state::AppState;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

/// Looks at the request again; shows the page only if consent is still what it lacks.
pub(super) async fn show_page(app: &AppState, visit: &SignOnVisit, sealed: &str) -> Response {
    match app.provider.resume_authorize(sealed, &visit.visit()).await {
        Ok(AuthorizeOutcome::Consent(wanted)) => page(app, visit, &wanted).await,
        other => show_outcome(app, visit, other).await,
    }
}

pub(super) async fn show(State(app): State<AppState>, visit: SignOnVisit, Query(query): Query<Sealed>) -> Response {
    show_page(&app, &visit, &query.request).await
}

/// Takes the answer.
pub(super) async fn take(State(app): State<AppState>, visit: SignOnVisit, form: ProtectedForm) -> Response {
    let ticket = form.text("request");
    let answer = match form.text("decision") {
        "allow" => ConsentAnswer::Allow,
        "cancel" => ConsentAnswer::Cancel,
        _ => return Redirect::to(&format!("/login?switch=1&request={}", form.text("sealed"))).into_response(),
    };
    let outcome = app.provider.answer_consent(ticket, answer, &visit.visit()).await;
    show_outcome(&app, &visit, outcome).await
}

async fn page(app: &AppState, visit: &SignOnVisit, wanted: &ConsentWanted) -> Response {
    let view = ConsentPage {
        frame: visit.page.frame(),
        request: wanted.ticket.clone(),
        sealed: wanted.sealed.clone(),
        app: app_of(&wanted.client),
        logo: String::new(),
        added_by: String::new(),
        person: Person { name: wanted.user.name.clone(), email: wanted.user.email.clone(), portal: false },
        scopes: lines(&wanted.scope, &wanted.new),
    };
    leading_to_app(app, &wanted.sealed, visit.page.answer(StatusCode::OK, &view)).await
}

/// Scopes in words. One that has none is shown as it is, never left out.
fn lines(scope: &Scope, new: &Scope) -> Vec<ScopeLine> {
    let words = |scope: &str| match scope {
        "openid" => "Know who you are".to_owned(),
        "profile" => "See your name and profile".to_owned(),
        "email" => "See your e-mail address".to_owned(),
        "address" => "See your postal address".to_owned(),
        "phone" => "See your phone number".to_owned(),
        Scope::API => "Use the account’s services in your name".to_owned(),
        "offline_access" => "Stay signed in when you are away, until you remove it".to_owned(),
        other => format!("Use ‘{other}’"),
    };
    let all_new = scope == new;
    scope
        .words()
        .map(|word| ScopeLine { words: words(word), names: word.to_owned(), new: !all_new && new.contains(word) })
        .collect()
}
