//! The pages around secrets, filled.

use super::shown::{client_shell, shell};
use crate::flows::admin::{ClientDetails, CreatedSecret};
use crate::oauth::{Client, ClientSecret, UnixTime};
use crate::web::extract::{AdminSession, ProtectedForm};
use crate::web::pages::{Area, Choice, Fact, Frame, Link, duration, relative};
use crate::web::portal::confirm::ConfirmPage;
use crate::web::portal::created::NewSecretView;
use crate::web::portal::secrets::{AddSecretPage, ClientDraft, EditSecretPage};
use crate::web::state::AppState;

/// The window behind *Add Client*: the first secret of a client that is not there yet.
pub(super) fn first_secret_page(
    app: &AppState,
    admin: &AdminSession,
    frame: Frame,
    draft: ClientDraft,
    typed: Option<&ProtectedForm>,
) -> AddSecretPage {
    let now = app.provider.now();
    let shell = shell(admin, Area::Clients, &[("Add Client", String::new())]);
    let blank = AddSecretPage {
        frame,
        shell,
        nonce: app.provider.form_nonce(),
        client_name: draft.name.clone(),
        first: Some(draft),
        action: "/portal/clients/new".to_owned(),
        description: format!("First secret, {}", now.date()),
        expires_on: proposed(app, now).date(),
        never_expires: false,
        presets: presets(now),
        cancel_href: "/portal/clients?type=client-credentials".to_owned(),
        unused: Vec::new(),
    };
    filled(blank, typed)
}

pub(super) fn add_page(
    app: &AppState,
    admin: &AdminSession,
    frame: Frame,
    details: &ClientDetails,
    typed: Option<&ProtectedForm>,
) -> AddSecretPage {
    let (now, client) = (app.provider.now(), &details.client);
    let ending = details.secrets.iter().find(|secret| {
        secret.usable(now) && secret.expires_at.is_some_and(|end| end.since(now) <= ClientSecret::NOTICE)
    });
    let blank = AddSecretPage {
        frame,
        shell: client_shell(admin, client, "Add Secret"),
        nonce: app.provider.form_nonce(),
        client_name: client.name.clone(),
        first: None,
        action: format!("/portal/clients/{}/secrets/new", client.id),
        description: ending
            .map_or_else(|| format!("Added {}", now.date()), |old| format!("Replaces ‘{}’", old.description)),
        expires_on: proposed(app, now).date(),
        never_expires: false,
        presets: presets(now),
        cancel_href: format!("/portal/clients/{}", client.id),
        unused: unused(details, now),
    };
    filled(blank, typed)
}

/// A secret that was just added, for the window that shows it.
pub(super) fn secret_view(client: &Client, secret: &CreatedSecret) -> NewSecretView {
    NewSecretView {
        value: secret.value.clone(),
        end: secret.expires_at.map_or("Never expires".to_owned(), |end| format!("Expires {}", end.date())),
        shown_href: format!("/portal/clients/{}/secrets/{}/shown", client.id, secret.id),
    }
}

/// Which secrets could go, when there is no room for another: those that do not work, then those unused for longest.
fn unused(details: &ClientDetails, now: UnixTime) -> Vec<Link> {
    if details.secrets.len() < Client::MAX_SECRETS {
        return Vec::new();
    }
    let mut secrets: Vec<&ClientSecret> = details.secrets.iter().collect();
    secrets.sort_by_key(|secret| (secret.usable(now), secret.last_used_at.unwrap_or_default()));
    let link = |secret: &ClientSecret| {
        let used = secret.last_used_at.map_or("never used".to_owned(), |at| format!("last used {}", relative(at, now)));
        let name =
            if secret.description.is_empty() { format!("Secret {}", secret.id) } else { secret.description.clone() };
        let label = format!("Remove ‘{name}’, {}, {used}", secret.state(now).as_str().to_lowercase());
        Link::new(label, format!("/portal/clients/{}/secrets/{}/remove", details.client.id, secret.id))
    };
    secrets.into_iter().take(3).map(link).collect()
}

fn filled(blank: AddSecretPage, typed: Option<&ProtectedForm>) -> AddSecretPage {
    match typed {
        None => blank,
        Some(form) => AddSecretPage {
            description: form.text("description").to_owned(),
            expires_on: form.text("expires_on").to_owned(),
            never_expires: form.ticked("never_expires"),
            ..blank
        },
    }
}

/// The day that is proposed as the end: a year ahead, unless the operator settled something else.
fn proposed(app: &AppState, now: UnixTime) -> UnixTime {
    const YEAR: i64 = 365 * 86_400;
    let settings = app.provider.settings();
    let ahead = if settings.secret_lifetime == YEAR { now.plus_years(1) } else { now.plus(settings.secret_lifetime) };
    settings.secrets.max_lifetime.map_or(ahead, |most| ahead.min(now.plus(most)))
}

fn presets(now: UnixTime) -> Vec<Choice> {
    let preset = |label: &str, end: UnixTime| Choice { value: end.date(), label: label.to_owned(), chosen: false };
    vec![
        preset("90 days", now.plus(90 * 86_400)),
        preset("180 days", now.plus(180 * 86_400)),
        preset("1 year", now.plus_years(1)),
    ]
}

pub(super) fn edit_page(
    admin: &AdminSession,
    frame: Frame,
    details: &ClientDetails,
    secret: &ClientSecret,
    typed: Option<&ProtectedForm>,
    now: UnixTime,
) -> EditSecretPage {
    let text = |name, stored: String| typed.map_or(stored, |form| form.text(name).to_owned());
    EditSecretPage {
        frame,
        shell: client_shell(admin, &details.client, "Edit Secret"),
        client_id: details.client.id.as_str().to_owned(),
        client_name: details.client.name.clone(),
        secret_id: secret.id.to_string(),
        hint: secret.hint.clone(),
        description: text("description", secret.description.clone()),
        expires_on: text("expires_on", secret.expires_at.map(UnixTime::date).unwrap_or_default()),
        never_expires: typed.map_or(secret.expires_at.is_none(), |form| form.ticked("never_expires")),
        rotate: secret.expires_at.is_some_and(|end| end.since(now) <= ClientSecret::NOTICE),
    }
}

pub(super) fn question(
    admin: &AdminSession,
    frame: Frame,
    details: &ClientDetails,
    secret: &ClientSecret,
    verb: &'static str,
    now: UnixTime,
) -> ConfirmPage {
    let client = &details.client;
    let last_usable = secret.usable(now) && details.secrets.iter().filter(|other| other.usable(now)).count() == 1;
    let mut sentences = vec![match verb {
        "Disable" => "It stops working at once. You can enable it again.".to_owned(),
        "Enable" => "It works again at once, until it expires.".to_owned(),
        _ => "It stops working at once and cannot be brought back.".to_owned(),
    }];
    if last_usable && verb != "Enable" {
        sentences.push(format!("This is the last usable secret: {} will not be able to get tokens.", client.name));
    }
    if verb != "Enable" {
        sentences.push(format!(
            "Access tokens already issued work until they expire (up to {}).",
            duration(client.token_lifetime)
        ));
    }
    let mut facts = vec![Fact::new("Ends in", format!("…{}", secret.hint))];
    facts.push(Fact::new(
        "Last used",
        match (secret.last_used_at, &secret.last_used_from) {
            (Some(at), Some(from)) => format!("{} from {from}", relative(at, now)),
            (Some(at), None) => relative(at, now),
            (None, _) => "never".to_owned(),
        },
    ));
    let own = format!("/portal/clients/{}/secrets/{}", client.id, secret.id);
    let shell = client_shell(admin, client, &format!("{verb} Secret"));
    let what = format!("secret ‘{}’", secret.description);
    ConfirmPage {
        sentences,
        facts,
        grave: verb != "Enable" && secret.last_used_at.is_some_and(|at| now.since(at) < 86_400),
        danger: verb == "Remove",
        instead: (verb == "Remove" && secret.usable(now))
            .then(|| Link::new("Disable instead", format!("{own}/disable"))),
        cancel_href: format!("/portal/clients/{}", client.id),
        ..ConfirmPage::asking(frame, shell, "Clients", verb, &what, own.clone())
    }
}
