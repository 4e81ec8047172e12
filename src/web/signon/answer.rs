//! What comes of an authorize request, as an answer.

use crate::flows::{AuthorizeOutcome, ClientCard, IssueError, PageProblem, SignedIn};
use crate::oauth::{BuiltInRole, REASONS, ReturnResponse};
use crate::web::errors::{issue_page, storage_page};
use crate::web::extract::{PageContext, SignOnVisit};
use crate::web::layers::{AllowFraming, FormTarget};
use crate::web::pages::{App, DeveloperDetails, ErrorPage, Fact, FormPostPage, Link};
use crate::web::state::AppState;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

/// Sends the outcome. Pages of ours have addresses of their own: the browser is sent there with the request sealed.
pub(in crate::web) async fn show(
    app: &AppState,
    visit: &SignOnVisit,
    outcome: Result<AuthorizeOutcome, IssueError>,
) -> Response {
    match outcome {
        Ok(AuthorizeOutcome::Return { response, .. }) => returned(&visit.page, response),
        Ok(AuthorizeOutcome::Login { sealed, .. }) => framed(to("/login", &sealed)),
        Ok(AuthorizeOutcome::SelectAccount { sealed, .. }) => framed(to("/login/select", &sealed)),
        Ok(AuthorizeOutcome::Consent(wanted)) => framed(to("/consent", &wanted.sealed)),
        Ok(AuthorizeOutcome::Page(problem)) => problem_page(app, visit, problem).await,
        Err(error) => issue_page(&error),
    }
}

fn to(page: &str, sealed: &str) -> Response {
    Redirect::to(&format!("{page}?request={sealed}")).into_response()
}

/// An answer that may travel through a frame of the client's: silent renewal does.
fn framed(mut response: Response) -> Response {
    response.extensions_mut().insert(AllowFraming);
    response
}

/// The answer to the client: a redirect, or a form that sends itself.
fn returned(page: &PageContext, response: ReturnResponse) -> Response {
    match response {
        ReturnResponse::Redirect(url) => framed(Redirect::to(&url).into_response()),
        ReturnResponse::FormPost { action, fields } => {
            let app = crate::oauth::admin_fields::origin_of(&action).unwrap_or_else(|| "your app".to_owned());
            let target = form_target(&action);
            let fields = fields.into_iter().map(|(name, value)| Fact::new(name, value)).collect();
            let mut response = page.answer(StatusCode::OK, &FormPostPage { frame: page.frame(), app, action, fields });
            response.extensions_mut().insert(FormTarget(target));
            framed(response)
        }
    }
}

/// What a form on our page may lead to, for `form-action`: the origin of a URL, or the scheme of an app's own.
pub(in crate::web) fn form_target(url: &str) -> String {
    crate::oauth::admin_fields::origin_of(url)
        .unwrap_or_else(|| url.split_once(':').map_or(String::new(), |(scheme, _)| format!("{scheme}:")))
}

/// Lets the form of a page lead, by way of us, to the app that waits behind a sealed request.
pub(in crate::web) async fn leading_to_app(app: &AppState, sealed: &str, mut response: Response) -> Response {
    match app.provider.waiting_return(sealed).await {
        Ok(Some(url)) => drop(response.extensions_mut().insert(FormTarget(form_target(&url)))),
        Ok(None) => {}
        Err(error) => return issue_page(&error),
    }
    response
}

/// The app that a page names.
pub(in crate::web) fn app_of(client: &ClientCard) -> App {
    let host = client.client_uri.as_deref().and_then(crate::oauth::admin_fields::origin_of);
    let host = host.and_then(|origin| origin.split_once("://").map(|(_, host)| host.to_owned())).unwrap_or_default();
    App { name: client.name.clone(), host, cancel: String::new() }
}

/// The page for a request that goes nowhere: for the user above, for the developer below. What is registered is shown
/// to administrators of the client's tenant only.
async fn problem_page(app: &AppState, visit: &SignOnVisit, problem: PageProblem) -> Response {
    let reason = REASONS.iter().find(|reason| reason.code == problem.refusal.reason());
    let name = problem.client.as_ref().map_or("this app", |client| client.name.as_str());
    let mut view = ErrorPage::new(
        visit.page.frame(),
        &format!("You can’t sign in to {name} right now"),
        "The app sent us a request that we cannot answer. This is a problem in the app, not with your account. Nothing was shared.",
        &visit.page.reference,
    );
    let mut details = DeveloperDetails {
        open: false,
        code: problem.refusal.reason().to_string(),
        name: reason.map_or(String::new(), |reason| reason.cause.to_owned()),
        sent: problem
            .sent_url
            .iter()
            .map(|url| Fact::new("Sent redirect_uri", url.chars().take(500).collect::<String>()))
            .collect(),
        remedy: reason.map_or(String::new(), |reason| reason.remedy.to_owned()),
        links: Vec::new(),
    };
    if let Some(who) = visit.who.as_ref().filter(|who| who.holds(BuiltInRole::Administrator)) {
        match registered(app, who, &problem).await {
            Ok(Some((urls, link))) => {
                details.open = true;
                details.sent.extend(urls.into_iter().map(|url| Fact::new("Allowed", url)));
                details.links.push(link);
            }
            Ok(None) => {}
            Err(error) => return storage_page(&error),
        }
    }
    if let Some(uri) = problem.client.as_ref().and_then(|client| client.client_uri.clone()) {
        view.actions = vec![Link::new(format!("Go back to {name}"), uri)];
    }
    view.developer = Some(details);
    visit.page.answer(StatusCode::BAD_REQUEST, &view)
}

/// The client's registered URLs, and the link that opens its form with the sent one added.
async fn registered(
    app: &AppState,
    who: &SignedIn,
    problem: &PageProblem,
) -> Result<Option<(Vec<String>, Link)>, crate::flows::StorageError> {
    let Some(client) = &problem.client else { return Ok(None) };
    let crate::flows::Portal::Open(administrator) = who.portal(String::new(), String::new()) else { return Ok(None) };
    let details = match app.provider.client(&administrator, &client.id).await {
        Ok(details) => details,
        Err(crate::flows::admin::AdminError::Storage(error)) => return Err(error),
        Err(_) => return Ok(None),
    };
    let sent = problem.sent_url.as_deref().unwrap_or_default();
    let added: String = url::form_urlencoded::byte_serialize(sent.as_bytes()).collect();
    let link = Link::new("Add this URL", format!("/portal/clients/{}/edit?add_redirect_url={added}", client.id));
    Ok(Some((details.client.urls.redirect, link)))
}
