//! `/consent`: may this app?

use super::answer::{app_of, leading_to, show as show_outcome, to, to_other_account};
use super::authorize::Sealed;
use crate::flows::{AuthorizeOutcome, ConsentAnswer, ConsentWanted};
use crate::oauth::Scope;
use crate::web::errors::issue_page;
use crate::web::extract::{ProtectedForm, Query, SignOnVisit};
use crate::web::manage::logo_address;
use crate::web::pages::{ConsentPage, Person, ScopeLine};
use crate::web::scope_words::in_words;
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::Response;
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
        "other" => return to_other_account(form.text("sealed")),
        // No answer is none: the question is asked again.
        _ => return to("/consent", form.text("sealed")),
    };
    let outcome = app.provider.answer_consent(ticket, answer, &visit.visit()).await;
    show_outcome(&app, &visit, outcome).await
}

async fn page(app: &AppState, visit: &SignOnVisit, wanted: &ConsentWanted) -> Response {
    let returns_to = match app.provider.waiting_return(&wanted.sealed).await {
        Ok(returns_to) => returns_to,
        Err(error) => return issue_page(&error),
    };
    let looks = match app.provider.client_looks(&wanted.client.id).await {
        Ok(looks) => looks,
        Err(error) => return issue_page(&error),
    };
    let view = ConsentPage {
        frame: visit.page.frame(),
        request: wanted.ticket.clone(),
        sealed: wanted.sealed.clone(),
        app: app_of(&wanted.client, returns_to.as_deref()),
        logo: looks.logo.map_or(String::new(), |hash| logo_address(&wanted.client.id, &hash)),
        home: wanted.client.client_uri.clone().unwrap_or_default(),
        added_by: format!("Account Administrator of {}", looks.tenant),
        person: Person { name: wanted.user.name.clone(), email: wanted.user.email.clone(), portal: false },
        scopes: lines(&wanted.scope, &wanted.new),
    };
    leading_to(returns_to.as_deref(), visit.page.answer(StatusCode::OK, &view))
}

/// Scopes in words; what was not agreed to before is marked, unless all of it is new.
fn lines(scope: &Scope, new: &Scope) -> Vec<ScopeLine> {
    let all_new = scope == new;
    let line = |(words, name): (String, String)| ScopeLine { words, new: !all_new && new.contains(&name), names: name };
    in_words(scope).into_iter().map(line).collect()
}
