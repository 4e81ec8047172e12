//! How things of the account are shown: rows, states and choices of pages, out of what flows give.

use crate::flows::admin::{AdminError, Words};
use crate::oauth::{BuiltInRole, Client, ClientSecret, ClientType, Role, SecretState, UnixTime};
use crate::web::errors::{not_found, storage_page};
use crate::web::extract::{PageContext, PortalSession, ProtectedForm, person};
use crate::web::pages::{Area, ErrorPage, Frame, Link, Mark, Shell, State, When, relative};
use crate::web::portal::client_add::RoleChoice;
use crate::web::portal::clients::RoleLine;
use crate::web::portal::secrets::SecretRow;
use axum::response::Response;
use http::StatusCode;

/// The portal around a page, for whoever looks at it.
pub(super) fn shell(session: &PortalSession, area: Area, below: &[(&str, String)]) -> Shell {
    let below = below.iter().map(|(label, href)| Link::new(*label, href.as_str())).collect();
    let shell = Shell::portal(person(&session.who), area, below).with_findings(session.findings);
    if session.read_only { shell.read_only() } else { shell }
}

/// The portal around something of a client's: its name leads back to it.
pub(super) fn client_shell(admin: &PortalSession, client: &Client, page: &str) -> Shell {
    let own = format!("/portal/clients/{}", client.id);
    shell(admin, Area::Clients, &[(&client.name, own), (page, String::new())])
}

/// A failed change: mistakes go back into the form through `again`; everything else has a page of its own.
pub(super) async fn failed(
    page: PageContext,
    error: AdminError,
    again: impl AsyncFnOnce(&PageContext, Frame) -> Response,
) -> Response {
    match error {
        AdminError::Invalid(errors) => again(&page, page.frame_with(errors)).await,
        AdminError::Taken(error) => again(&page, page.frame_with(vec![error])).await,
        AdminError::Limit(_) | AdminError::Busy => again(&page, page.frame_saying(error.words().to_string())).await,
        other => gone(page, other).await,
    }
}

/// The version that a form was shown with. One that cannot be read is none that there ever was: whoever leaves it out does not
/// write over what others have changed.
pub(super) fn seen_version(form: &ProtectedForm) -> i64 {
    form.text("version").parse().unwrap_or_default()
}

/// A failure that no form can mend.
pub(super) async fn gone(page: PageContext, error: AdminError) -> Response {
    let status = match &error {
        AdminError::NotFound(_) => return not_found(page).await,
        AdminError::Storage(error) => return storage_page(error),
        AdminError::Stale | AdminError::IdTaken | AdminError::Taken(_) | AdminError::Repeated(_) => {
            StatusCode::CONFLICT
        }
        AdminError::Invalid(_) | AdminError::Limit(_) => StatusCode::UNPROCESSABLE_ENTITY,
        AdminError::Busy => StatusCode::SERVICE_UNAVAILABLE,
    };
    refusal(&page, status, error.words())
}

/// A page of its own for a refusal.
pub(super) fn refusal(page: &PageContext, status: StatusCode, words: Words) -> Response {
    let view = ErrorPage {
        lead: words.reason,
        more: vec![words.resolution],
        ..ErrorPage::of_status(page.frame(), status.as_u16(), &page.reference)
    };
    page.answer(status, &view)
}

/// Who would hold the roles: the words beside them differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// A client, by its secret.
    Client,
    /// A person.
    User,
}

/// All roles as boxes to tick; Account Member is ticked and locked.
pub(super) fn role_choices(holder: Holder, roles: &[Role], held: &[String]) -> Vec<RoleChoice> {
    let (member, administrator) = match holder {
        Holder::Client => {
            ("Every client has this role.", "Whoever gets the secret controls this account. Prefer a smaller role.")
        }
        Holder::User => ("Every user has this role.", "Whoever has this role controls this account."),
    };
    let mut choices: Vec<(usize, RoleChoice)> = roles
        .iter()
        .map(|role| {
            let locked = role.built_in == Some(BuiltInRole::Member);
            let warning = if role.built_in == Some(BuiltInRole::Administrator) { administrator } else { "" };
            let place = role.built_in.and_then(|built_in| BuiltInRole::ALL.iter().position(|known| *known == built_in));
            let choice = RoleChoice {
                id: role.id.as_str().to_owned(),
                name: role.name.clone(),
                description: if locked { member.to_owned() } else { role.description.clone() },
                ticked: locked || held.iter().any(|id| id == role.id.as_str()),
                locked,
                warning: warning.to_owned(),
            };
            (place.unwrap_or(usize::MAX), choice)
        })
        .collect();
    choices.sort_by_key(|(place, _)| *place);
    choices.into_iter().map(|(_, choice)| choice).collect()
}

/// Roles to look at.
pub(super) fn role_lines(roles: &[Role]) -> Vec<RoleLine> {
    let line = |role: &Role| RoleLine {
        name: role.name.clone(),
        description: role.description.clone(),
        locked: role.built_in == Some(BuiltInRole::Member),
    };
    roles.iter().map(line).collect()
}

/// A secret as the pane shows it.
pub(super) fn secret_row(secret: &ClientSecret, now: UnixTime) -> SecretRow {
    let state = secret.state(now);
    let mark = match state {
        SecretState::Active => Mark::Good,
        SecretState::Expiring => Mark::Warning,
        SecretState::Expired => Mark::Bad,
        SecretState::Disabled => Mark::Quiet,
    };
    let near = secret.expires_at.filter(|end| end.since(now).saturating_abs() <= ClientSecret::NOTICE);
    SecretRow {
        id: secret.id.to_string(),
        description: if secret.description.is_empty() {
            format!("Secret {}", secret.id)
        } else {
            secret.description.clone()
        },
        hint: secret.hint.clone(),
        state: State::new(mark, state.as_str()),
        enabled: secret.enabled,
        urgent: secret.expires_at.is_some_and(|end| end.since(now) <= ClientSecret::URGENT),
        created: When::date(secret.created_at),
        expires: secret.expires_at.map(When::date),
        distance: near.map(|end| relative(end, now)).unwrap_or_default(),
        last_used: secret.last_used_at.map(|at| When::relative(at, now)),
        last_used_from: secret.last_used_from.clone().unwrap_or_default(),
        uses: String::new(),
    }
}

/// A type of client by its word in a URL; none for "all".
pub(super) fn client_type(word: &str) -> Option<ClientType> {
    ClientType::parse(word)
}

/// Text for the URL of a list.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        text.append_pair(name, value);
    }
    let text = text.finish();
    if text.is_empty() { text } else { format!("?{text}") }
}
