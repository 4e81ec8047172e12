//! `/portal/clients/{id}/edit` and `…/roles`.

use super::client_urls;
use super::shown::{Holder, client_shell, failed, gone, role_choices, seen_version};
use crate::flows::admin::{AdminError, ClientChange, ClientDetails, ClientSettings};
use crate::oauth::admin_fields::{self, Field, FieldError};
use crate::oauth::{
    AuthMethodPolicy, Client, ClientId, ClientType, ConsentPolicy, PkcePolicy, RoleId, SigningAlgorithm,
};
use crate::web::extract::{AdminSession, AdminVisit, ProtectedForm, Query};
use crate::web::pages::{Choice, Frame, When};
use crate::web::portal::client_edit::{AdvancedFields, Conflict, ConflictField, EditClientPage, ManageRolesPage};
use crate::web::state::AppState;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;

/// What an error page's **Add this URL** brings along: to be looked at and saved by a person.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EditQuery {
    add_redirect_url: String,
}

/// The form, filled with what is stored.
pub(super) async fn show(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    Query(query): Query<EditQuery>,
) -> Response {
    match app.provider.client(&admin.administrator, &ClientId::new(id)).await {
        Ok(ClientDetails { client, .. }) => {
            let mut view = stored(&admin, page.frame(), &client);
            if !query.add_redirect_url.is_empty() && client.client_type.has_users() {
                view.redirect_urls = format!("{}\n{}", view.redirect_urls, query.add_redirect_url);
            }
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => gone(page, error).await,
    }
}

/// Saves; if someone else saved meanwhile, shows both and asks.
pub(super) async fn take(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    form: ProtectedForm,
) -> Response {
    let id = ClientId::new(id);
    let client = match app.provider.client(&admin.administrator, &id).await {
        Ok(ClientDetails { client, .. }) => client,
        Err(error) => return gone(page, error).await,
    };
    let (change, unread) = read(client.client_type, &form);
    if let Some(unread) = unread {
        let mut errors = match app.provider.check_client_change(&client, &change) {
            Err(AdminError::Invalid(errors)) => errors,
            _ => Vec::new(),
        };
        // In the order of the form: behind the name.
        let place = errors.iter().take_while(|error| error.field == Field::Name).count();
        errors.insert(place, unread);
        let view = typed(&admin, page.frame_with(errors), &client, &form);
        return page.answer(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    match app.provider.change_client(&admin.administrator, &id, change).await {
        Ok(saved) => {
            let done = if client_urls::were_normalised(&form, &saved.urls) { "saved-urls" } else { "saved" };
            Redirect::to(&format!("/portal/clients/{id}?done={done}")).into_response()
        }
        Err(AdminError::Stale) => {
            let mut view = typed(&admin, page.frame(), &client, &form);
            view.version = client.version;
            view.conflict = Some(conflict(&app, &admin, &client, &view).await);
            page.answer(StatusCode::CONFLICT, &view)
        }
        Err(error) => {
            failed(page, error, async |page, frame| {
                page.answer(StatusCode::UNPROCESSABLE_ENTITY, &typed(&admin, frame, &client, &form))
            })
            .await
        }
    }
}

/// The roles, as boxes to tick.
pub(super) async fn show_roles(AdminVisit { app, admin, page, path: id }: AdminVisit<String>) -> Response {
    let details = async {
        let details = app.provider.client(&admin.administrator, &ClientId::new(id)).await?;
        Ok((details.client, app.provider.read_roles(&admin.administrator).await?))
    };
    match details.await {
        Ok((client, _)) if client.client_type != ClientType::ClientCredentials => {
            gone(page, AdminError::NotFound("roles")).await
        }
        Ok((client, roles)) => {
            let held: Vec<String> = client.role_ids.iter().map(|role| role.as_str().to_owned()).collect();
            let view = ManageRolesPage {
                frame: page.frame(),
                shell: client_shell(&admin, &client, "Manage Roles"),
                owner: client.name.clone(),
                area: "Clients",
                action: format!("/portal/clients/{}/roles", client.id),
                version: client.version,
                roles: role_choices(Holder::Client, &roles, &held),
                cancel_href: format!("/portal/clients/{}?tab=roles", client.id),
            };
            page.answer(StatusCode::OK, &view)
        }
        Err(error) => gone(page, error).await,
    }
}

/// Saves the roles.
pub(super) async fn take_roles(
    AdminVisit { app, admin, page, path: id }: AdminVisit<String>,
    form: ProtectedForm,
) -> Response {
    let role_ids = Some(form.all("roles").into_iter().map(RoleId::new).collect());
    let change = ClientChange {
        version: Some(seen_version(&form)),
        settings: ClientSettings { role_ids, ..ClientSettings::default() },
        ..ClientChange::default()
    };
    match app.provider.change_client(&admin.administrator, &ClientId::new(id.as_str()), change).await {
        Ok(_) => Redirect::to(&format!("/portal/clients/{id}?tab=roles&done=roles")).into_response(),
        Err(error) => gone(page, error).await,
    }
}

/// What the form asks for, and what is wrong with its Token Lifetime if that is no such number.
fn read(kind: ClientType, form: &ProtectedForm) -> (ClientChange, Option<FieldError>) {
    let (token_lifetime, unread) = match admin_fields::token_lifetime(form.text("token_lifetime")) {
        Ok(seconds) => (Some(seconds.into()), None),
        Err(error) => (None, Some(error)),
    };
    let mut settings = ClientSettings {
        token_lifetime,
        access_token_algorithm: SigningAlgorithm::parse(form.text("access_token_algorithm")),
        ..ClientSettings::default()
    };
    if kind.has_secrets() {
        settings.auth_method = AuthMethodPolicy::parse(form.text("auth_method"));
    }
    if kind.has_users() {
        settings.redirect_urls = Some(form.lines("redirect_urls"));
        settings.logout_redirect_urls = Some(form.lines("logout_redirect_urls"));
        settings.client_uri = Some(form.text("client_uri").to_owned());
        settings.logo_uri = Some(form.text("logo_uri").to_owned());
        settings.consent = ConsentPolicy::parse(form.text("consent"));
    }
    match kind {
        ClientType::ClientCredentials => {}
        ClientType::AuthorizationCode => {
            settings.cors_origins = Some(form.lines("cors_origins"));
            settings.allow_offline_access = Some(form.ticked("allow_offline_access"));
        }
        ClientType::Hybrid => {
            settings.allow_offline_access = Some(form.ticked("allow_refresh_token"));
            settings.allow_access_tokens_via_browser = Some(form.ticked("access_tokens_via_browser"));
            settings.pkce = PkcePolicy::parse(form.text("pkce"));
        }
    }
    let change = ClientChange { version: Some(seen_version(form)), name: Some(form.text("name").to_owned()), settings };
    (change, unread)
}

fn stored(admin: &AdminSession, frame: Frame, client: &Client) -> EditClientPage {
    EditClientPage {
        frame,
        shell: client_shell(admin, client, "Edit Client"),
        client_id: client.id.as_str().to_owned(),
        stored_name: client.name.clone(),
        version: client.version,
        client_type: client.client_type,
        name: client.name.clone(),
        token_lifetime: client.token_lifetime.to_string(),
        redirect_urls: client.urls.redirect.join("\n"),
        logout_redirect_urls: client.urls.logout.join("\n"),
        cors_origins: client.urls.cors.join("\n"),
        allow_refresh_token: client.allow_offline_access,
        advanced: AdvancedFields {
            open: false,
            client_uri: client.client_uri.clone().unwrap_or_default(),
            logo_uri: client.logo_uri.clone().unwrap_or_default(),
            access_tokens_via_browser: client.allow_access_tokens_via_browser,
            allow_offline_access: client.allow_offline_access,
            ..choices(
                client.consent.as_str(),
                client.pkce.as_str(),
                client.auth_method.as_str(),
                client.access_token_algorithm.as_str(),
            )
        },
        conflict: None,
    }
}

/// The form as it was sent.
fn typed(admin: &AdminSession, frame: Frame, client: &Client, form: &ProtectedForm) -> EditClientPage {
    let text = |name| form.text(name).to_owned();
    let folded = ["client_uri", "logo_uri", "consent", "pkce", "auth_method", "access_token_algorithm"];
    let open = folded.iter().any(|field| !frame.errors.on(field).is_empty());
    EditClientPage {
        version: seen_version(form),
        name: text("name"),
        token_lifetime: text("token_lifetime"),
        redirect_urls: text("redirect_urls"),
        logout_redirect_urls: text("logout_redirect_urls"),
        cors_origins: text("cors_origins"),
        allow_refresh_token: form.ticked("allow_refresh_token"),
        advanced: AdvancedFields {
            open,
            client_uri: text("client_uri"),
            logo_uri: text("logo_uri"),
            access_tokens_via_browser: form.ticked("access_tokens_via_browser"),
            allow_offline_access: form.ticked("allow_offline_access"),
            ..choices(
                form.text("consent"),
                form.text("pkce"),
                form.text("auth_method"),
                form.text("access_token_algorithm"),
            )
        },
        ..stored(admin, frame, client)
    }
}

fn choices(consent: &str, pkce: &str, auth_method: &str, algorithm: &str) -> AdvancedFields {
    AdvancedFields {
        consent: Choice::list(
            &[("never", "Never: this account's own app"), ("first_time", "The first time"), ("always", "Every time")],
            consent,
        ),
        pkce: Choice::list(
            &[("required", "Required"), ("pkce_or_nonce", "PKCE or nonce"), ("optional", "Optional")],
            pkce,
        ),
        auth_method: Choice::list(
            &[
                ("any", "Form or HTTP Basic"),
                ("client_secret_basic", "HTTP Basic only"),
                ("client_secret_post", "Form only"),
            ],
            auth_method,
        ),
        algorithm: Choice::list(&[("RS256", "RS256"), ("ES256", "ES256"), ("EdDSA", "EdDSA")], algorithm),
        ..AdvancedFields::default()
    }
}

/// What this person entered beside what is stored now.
async fn conflict(app: &AppState, admin: &AdminSession, client: &Client, mine: &EditClientPage) -> Conflict {
    let filter = crate::flows::admin::AuditFilter {
        target_kind: Some("client".to_owned()),
        target_id: Some(client.id.as_str().to_owned()),
        ..Default::default()
    };
    let last = app
        .provider
        .list_audit(&admin.administrator, &filter, 0, 1)
        .await
        .ok()
        .and_then(|rows| rows.into_iter().next());
    let now = app.provider.now();
    let lifetime = client.token_lifetime.to_string();
    let (redirect, logout, cors) =
        (client.urls.redirect.join("\n"), client.urls.logout.join("\n"), client.urls.cors.join("\n"));
    let theirs = stored(admin, Frame::default(), client);
    let chosen = |choices: &[Choice]| {
        choices.iter().find(|choice| choice.chosen).map_or(String::new(), |choice| choice.label.clone())
    };
    let yes = |ticked: bool| (if ticked { "Yes" } else { "No" }).to_owned();
    let folded = |page: &EditClientPage| {
        let (advanced, kind) = (&page.advanced, client.client_type);
        let of = |there: bool, text: String| if there { text } else { String::new() };
        [
            ("Allow Refresh Token", of(kind == ClientType::Hybrid, yes(page.allow_refresh_token))),
            ("Home URL", advanced.client_uri.clone()),
            ("Logo URL", advanced.logo_uri.clone()),
            ("Ask for consent", of(kind.has_users(), chosen(&advanced.consent))),
            ("Proof key (PKCE)", of(kind == ClientType::Hybrid, chosen(&advanced.pkce))),
            ("Client authentication", of(kind.has_secrets(), chosen(&advanced.auth_method))),
            ("Access token signature", chosen(&advanced.algorithm)),
            ("Access tokens via the browser", of(kind == ClientType::Hybrid, yes(advanced.access_tokens_via_browser))),
            (
                "Allow refresh tokens in the browser",
                of(kind == ClientType::AuthorizationCode, yes(advanced.allow_offline_access)),
            ),
        ]
    };
    let (my_folded, their_folded) = (folded(mine), folded(&theirs));
    let plain = [
        ("Name", &mine.name, &client.name),
        ("Token Lifetime", &mine.token_lifetime, &lifetime),
        ("Allowed Redirect URL(s)", &mine.redirect_urls, &redirect),
        ("Allowed Logout Redirect URL(s)", &mine.logout_redirect_urls, &logout),
        ("Allowed CORS Origin(s)", &mine.cors_origins, &cors),
    ];
    let more = my_folded.iter().zip(&their_folded).map(|((label, mine), (_, theirs))| (*label, mine, theirs));
    let pairs = plain.into_iter().chain(more);
    let same = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    let fields = pairs.filter(|(_, mine, theirs)| same(mine) != same(theirs));
    Conflict {
        who: last.as_ref().map_or("Someone".to_owned(), |row| row.actor_name.clone()),
        when: When::relative(last.map_or(now, |row| crate::oauth::UnixTime(row.at)), now),
        fields: fields
            .map(|(label, mine, theirs)| ConflictField {
                label: label.to_owned(),
                mine: mine.clone(),
                theirs: theirs.clone(),
            })
            .collect(),
    }
}
