//! What comes of an authorize request, as an answer.

use crate::flows::{AuthorizeOutcome, ClientCard, IssueError, PageProblem, SignedIn};
use crate::oauth::admin_fields::{origin_of, redirect_urls};
use crate::oauth::{BuiltInRole, ClientId, PageRefusal, REASONS, ReturnResponse, nearest_url};
use crate::web::errors::{issue_page, storage_page};
use crate::web::extract::{PageContext, SignOnVisit};
use crate::web::layers::{AllowFraming, FormTarget};
use crate::web::pages::{App, ContinuePage, DeveloperDetails, ErrorPage, Fact, FormPostPage, Link, Mark, carrying};
use crate::web::state::AppState;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::REFRESH;
use http::{HeaderValue, StatusCode};

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
        Ok(AuthorizeOutcome::Page(problem)) => {
            app.provider.metrics().refused(problem.refusal.reason());
            problem_page(app, visit, problem).await
        }
        Err(error) => issue_page(&error),
    }
}

/// Sends the browser to a page of ours. `sealed` may be what somebody typed: it is escaped.
pub(in crate::web) fn to(page: &str, sealed: &str) -> Response {
    Redirect::to(&carrying(page, sealed)).into_response()
}

/// Sends the browser to the sign-in page, to sign in as somebody else.
pub(in crate::web) fn to_other_account(sealed: &str) -> Response {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair("switch", "1").append_pair("request", sealed).finish();
    Redirect::to(&format!("/login?{query}")).into_response()
}

/// An answer that may travel through a frame of the client's: silent renewal does.
fn framed(mut response: Response) -> Response {
    response.extensions_mut().insert(AllowFraming);
    response
}

/// The answer to the client: a redirect, or a form that sends itself.
fn returned(page: &PageContext, response: ReturnResponse) -> Response {
    match response {
        ReturnResponse::Redirect(url) if origin_of(&url).is_none() => to_own_scheme(page, url),
        ReturnResponse::Redirect(url) => framed(Redirect::to(&url).into_response()),
        ReturnResponse::FormPost { action, fields } => {
            let app = origin_of(&action).unwrap_or_else(|| "your app".to_owned());
            let target = form_target(&action);
            let refused = fields.iter().any(|(name, _)| *name == "error");
            let fields = fields.into_iter().map(|(name, value)| Fact::new(name, value)).collect();
            let view = FormPostPage { frame: page.frame(), app, action, fields, refused };
            let mut response = page.answer(StatusCode::OK, &view);
            response.extensions_mut().insert(FormTarget(target));
            framed(response)
        }
    }
}

/// The answer to an app with a scheme of its own: the browser is sent there, and a page is left behind for those that do
/// not go by themselves. RFC 6749 1.7 leaves the way to us.
fn to_own_scheme(page: &PageContext, url: String) -> Response {
    let refresh = HeaderValue::from_str(&format!("0; url={url}"));
    let refused = url.contains("?error=") || url.contains("&error=") || url.contains("#error=");
    let view = ContinuePage { frame: page.frame(), app: "your app".to_owned(), url, refused };
    let mut response = page.answer(StatusCode::OK, &view);
    if let Ok(refresh) = refresh {
        response.headers_mut().insert(REFRESH, refresh);
    }
    framed(response)
}

/// What a form on our page may lead to, for `form-action`: the origin of a URL, or the scheme of an app's own.
pub(in crate::web) fn form_target(url: &str) -> String {
    origin_of(url).unwrap_or_else(|| url.split_once(':').map_or(String::new(), |(scheme, _)| format!("{scheme}:")))
}

/// Lets the form of a page lead, by way of us, to the app that waits for its answer at `returns_to`.
pub(in crate::web) fn leading_to(returns_to: Option<&str>, mut response: Response) -> Response {
    if let Some(url) = returns_to {
        response.extensions_mut().insert(FormTarget(form_target(url)));
    }
    response
}

/// The app that a page names, with the host that gets the answer: a name can be anybody's, the host cannot.
pub(super) fn app_of(client: &ClientCard, returns_to: Option<&str>) -> App {
    let target = returns_to.map(form_target).unwrap_or_default();
    let host = target.split_once("://").map_or(target.trim_end_matches(':'), |(_, host)| host).to_owned();
    App { name: client.name.clone(), host, cancel: String::new() }
}

/// The same, with a link by which whoever does not want to sign in goes back to it. A request that proves no address has
/// no way back.
pub(in crate::web) fn app_with_way_back(client: &ClientCard, returns_to: Option<&str>, sealed: &str) -> App {
    let cancel = returns_to.map_or(String::new(), |_| carrying("/login/cancel", sealed));
    App { cancel, ..app_of(client, returns_to) }
}

/// The page for a request that goes nowhere: for the user above, for the developer below. What is registered is shown
/// to administrators of the client's tenant only.
async fn problem_page(app: &AppState, visit: &SignOnVisit, problem: PageProblem) -> Response {
    if problem.refusal == PageRefusal::DamagedLink {
        return out_of_date(visit);
    }
    let reason = REASONS.iter().find(|reason| reason.code == problem.refusal.reason());
    let name = problem.client.as_ref().map_or("this app", |client| client.name.as_str());
    let what = match problem.refusal {
        PageRefusal::RedirectUriNotAllowed => "an address that we don’t know",
        _ => "a request that we cannot answer",
    };
    let mut view = ErrorPage::new(
        visit.page.frame(),
        &format!("You can’t sign in to {name} right now"),
        &format!("The app sent us {what}. This is a problem in the app, not with your account. Nothing was shared."),
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
        difference: String::new(),
        remedy: reason.map_or(String::new(), |reason| reason.remedy.to_owned()),
        links: Vec::new(),
    };
    if let Some(who) = visit.who.as_ref().filter(|who| who.holds(BuiltInRole::Administrator)) {
        match registered(app, who, &problem).await {
            Ok(Some((urls, link))) => {
                details.open = true;
                compare(&mut details, &urls, problem.sent_url.as_deref());
                details.links.extend(link);
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

/// Puts the allowed URL that is nearest to the one sent first, and says what differs.
fn compare(details: &mut DeveloperDetails, allowed: &[String], sent: Option<&str>) {
    let nearest = sent.and_then(|sent| nearest_url(allowed, sent));
    let closest = nearest.as_ref().map(|nearest| nearest.closest.as_str());
    details.sent.extend(closest.map(|url| Fact::new("Closest", url)));
    details
        .sent
        .extend(allowed.iter().filter(|url| Some(url.as_str()) != closest).map(|url| Fact::new("Allowed", url)));
    details.difference = nearest.map(|nearest| nearest.words).unwrap_or_default();
}

/// The client's registered URLs, and the link that opens its form with the sent one added, if that is what is missing and
/// the form would take it.
async fn registered(
    app: &AppState,
    who: &SignedIn,
    problem: &PageProblem,
) -> Result<Option<(Vec<String>, Option<Link>)>, crate::flows::StorageError> {
    let Some(client) = &problem.client else { return Ok(None) };
    let crate::flows::Portal::Open(administrator) = who.portal(String::new(), String::new()) else { return Ok(None) };
    let details = match app.provider.client(&administrator, &client.id).await {
        Ok(details) => details,
        Err(crate::flows::admin::AdminError::Storage(error)) => return Err(error),
        Err(_) => return Ok(None),
    };
    let sent = problem.sent_url.as_deref().filter(|_| problem.refusal == PageRefusal::RedirectUriNotAllowed);
    Ok(Some((details.client.urls.redirect, sent.and_then(|sent| add_this_url(&client.id, sent)))))
}

/// The link that opens a client's form with a redirect URL added; none if the form would refuse it.
pub(in crate::web) fn add_this_url(client: &ClientId, sent: &str) -> Option<Link> {
    redirect_urls(&[sent.to_owned()]).ok()?;
    let added: String = url::form_urlencoded::byte_serialize(sent.as_bytes()).collect();
    Some(Link::new("Add this URL", format!("/portal/clients/{client}/edit?add_redirect_url={added}")))
}

/// The page for a page of ours that is there no more: no app is to blame.
fn out_of_date(visit: &SignOnVisit) -> Response {
    let mut view = ErrorPage::new(
        visit.page.frame(),
        "This page is out of date",
        "It was open for too long, or its address is not whole. Nothing was shared.",
        &visit.page.reference,
    );
    view.mark = Mark::Quiet;
    view.more = vec!["To sign in to an app, open the app and start again there.".to_owned()];
    view.actions = vec![match &visit.who {
        Some(_) => Link::new("Go to my account", "/account"),
        None => Link::new("Sign in", "/login"),
    }];
    visit.page.answer(StatusCode::BAD_REQUEST, &view)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::ClientType;

    #[test]
    fn a_page_names_the_host_that_gets_the_answer() {
        let client = ClientCard {
            id: ClientId::new("c"),
            client_type: ClientType::Hybrid,
            name: "Contoso Charts".to_owned(),
            client_uri: Some("https://bank.example.com/".to_owned()),
            logo_uri: None,
        };
        let rows = [
            (Some("https://charts.contoso.com/cb?x=1"), "charts.contoso.com"),
            (Some("http://127.0.0.1:4711/cb"), "127.0.0.1:4711"),
            (Some("com.contoso.charts:/cb"), "com.contoso.charts"),
            (None, ""),
        ];
        for (returns_to, host) in rows {
            assert_eq!(app_of(&client, returns_to).host, host, "{returns_to:?}");
        }
    }
}
