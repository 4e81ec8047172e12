//! `/login/select`: as whom?

use super::answer::{app_with_way_back, leading_to, show as show_outcome, to_other_account};
use super::authorize::Sealed;
use crate::flows::AuthorizeOutcome;
use crate::web::errors::issue_page;
use crate::web::extract::{ProtectedForm, Query, SignOnVisit};
use crate::web::pages::{Account, Person, SelectPage};
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

/// Looks at the request again; shows the page only if the choice is still open.
pub(super) async fn show(State(app): State<AppState>, visit: SignOnVisit, Query(query): Query<Sealed>) -> Response {
    match app.provider.resume_authorize(&query.request, &visit.visit()).await {
        Ok(AuthorizeOutcome::SelectAccount { sealed, client, user }) => {
            let account = Account {
                id: user.id.as_str().to_owned(),
                person: Person { name: user.name.clone(), email: user.email.clone(), portal: false },
            };
            let returns_to = match app.provider.waiting_return(&sealed).await {
                Ok(returns_to) => returns_to,
                Err(error) => return issue_page(&error),
            };
            let view = SelectPage {
                frame: visit.page.frame(),
                app: Some(app_with_way_back(&client, returns_to.as_deref(), &sealed)),
                request: sealed,
                accounts: vec![account],
            };
            leading_to(returns_to.as_deref(), visit.page.answer(StatusCode::OK, &view))
        }
        other => show_outcome(&app, &visit, other).await,
    }
}

/// The account that is signed in, or another one.
pub(super) async fn take(State(app): State<AppState>, visit: SignOnVisit, form: ProtectedForm) -> Response {
    if form.text("account").is_empty() {
        return to_other_account(form.text("request"));
    }
    let outcome = app.provider.choose_account(form.text("request"), &visit.visit()).await;
    show_outcome(&app, &visit, outcome).await
}
