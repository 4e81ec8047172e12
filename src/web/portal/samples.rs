//! One of each page of the portal, as it might look on an ordinary day, and after a mistake.

use super::client_add::{AddClientPage, ChooseClientTypePage, RoleChoice};
use super::client_edit::{AdvancedFields, Conflict, ConflictField, EditClientPage, ManageRolesPage};
use super::confirm::ConfirmPage;
use super::created::{CreatedKind, CreatedPage, NewSecretView};
use super::home::{Attention, Count, HomePage, Step};
use super::secrets::{AddSecretPage, ClientDraft, EditSecretPage, SecretGonePage};
use crate::oauth::{BuiltInRole, ClientType};
use crate::redacted::Redacted;
use crate::web::pages::looks::{Sample, person, sample};
use crate::web::pages::samples::{ago, frame, now, wrong};
use crate::web::pages::{Area, Choice, Fact, Frame, Link, Mark, Shell, State};
use crate::web::portal::chart::Chart;

#[path = "samples_clients.rs"]
mod clients;
#[path = "samples_looking.rs"]
mod looking;
#[path = "samples_users.rs"]
mod users;

pub(super) const ID: &str = "7c1e0f5e-2b64-4a0c-8a55-3c1d7c0f9a40";

pub(super) fn shell(area: Area, page: &str) -> Shell {
    let below = if page.is_empty() { vec![] } else { vec![Link::new(page, "#main")] };
    Shell::portal(person(), area, below)
}

pub(crate) fn samples() -> Vec<Sample> {
    [home(), clients::samples(), adding(), created(), changing(), users::samples(), looking::samples()]
        .into_iter()
        .flatten()
        .collect()
}

pub(super) fn roles() -> Vec<RoleChoice> {
    let choice = |role: BuiltInRole| RoleChoice {
        id: role.type_id().to_owned(),
        name: role.name().to_owned(),
        description: role.description().to_owned(),
        ticked: matches!(role, BuiltInRole::Administrator | BuiltInRole::Viewer),
        locked: role == BuiltInRole::Member,
        warning: if role == BuiltInRole::Administrator {
            "Whoever gets the secret controls this account. Prefer a smaller role.".to_owned()
        } else {
            String::new()
        },
    };
    BuiltInRole::ALL.map(choice).into()
}

fn home() -> Vec<Sample> {
    let step =
        |done, text: &str, label: &str| Step { done, text: text.to_owned(), link: Link::new(label, "/portal/x") };
    let count =
        |number, label: &str, icon| Count { number, label: label.to_owned(), href: "/portal/x".to_owned(), icon };
    let page = |attention| HomePage {
        frame: frame(),
        shell: shell(Area::Home, ""),
        tenant: "ACME".to_owned(),
        attention,
        tokens: Chart::new(&[crate::oauth::TokenCount { hour: now(), issued: 31, refused: 4 }], 24, now()),
        steps: vec![
            step(false, "Add a client and get a token", "Add Client"),
            step(false, "Invite a second administrator", "Add User"),
            step(true, "Set the public URL", "Open"),
        ],
        counts: vec![count(3, "Clients", "clients"), count(2, "Users", "users"), count(5, "Roles", "roles")],
        system: vec![Fact::new("Public URL", "http://localhost:8484"), Fact::new("Version", "0.1.0")],
        health: State::new(Mark::Good, "Healthy"),
        quick: vec![Link::new("Audit Log", "/portal/audit"), Link::new("Documentation", "/docs")],
    };
    let attention = |mark, word: &str, text: &str, detail: &str| Attention {
        state: State::new(mark, word),
        text: text.to_owned(),
        detail: detail.to_owned(),
        link: Link::new("Open", "/portal/x"),
    };
    vec![
        sample("home", &page(vec![])),
        sample(
            "home-attention",
            &page(vec![
                attention(Mark::Warning, "Expiring", "1 secret expires in 7 days", "billing-export · prod 2025"),
                attention(Mark::Bad, "No usable secret", "wiki cannot get tokens", ""),
            ]),
        ),
    ]
}

fn adding() -> Vec<Sample> {
    let page = |frame: Frame, client_type| AddClientPage {
        roles: roles(),
        ..AddClientPage::new(frame, shell(Area::Clients, "Add Client"), "nonce-1".to_owned(), client_type)
    };
    let mut hybrid = page(
        wrong(&[
            (
                "name",
                "Another client is called \"billing\". Choose a different name so you can tell them apart, or add it anyway.",
            ),
            ("redirect_urls", "Line 2: http is only allowed for localhost. Use https://shop.example.com/callback."),
            ("token_lifetime", "Token Lifetime must be between 60 and 3600 seconds."),
        ]),
        ClientType::Hybrid,
    );
    hybrid.same_name = true;
    hybrid.name = "billing".to_owned();
    hybrid.token_lifetime = "3601".to_owned();
    hybrid.redirect_urls = "http://localhost:5173/callback\nhttp://shop.example.com/callback".to_owned();
    let secret = |frame: Frame, first: Option<ClientDraft>| AddSecretPage {
        frame,
        shell: shell(Area::Clients, "Add Secret"),
        nonce: "nonce-1".to_owned(),
        client_name: "nightly-import".to_owned(),
        action: first
            .as_ref()
            .map_or(format!("/portal/clients/{ID}/secrets/new"), |_| "/portal/clients/new".to_owned()),
        first,
        description: "First secret, 2026-11-24".to_owned(),
        expires_on: "2027-11-24".to_owned(),
        never_expires: false,
        presets: Choice::list(&[("2027-02-22", "90 days"), ("2027-05-23", "180 days"), ("2027-11-24", "1 year")], ""),
        cancel_href: "/portal/clients".to_owned(),
        unused: vec![Link::new("Remove ‘old CI’, expired, never used", "/portal")],
    };
    let draft = ClientDraft {
        name: "nightly-import".to_owned(),
        roles: vec!["role-2".to_owned()],
        token_lifetime: "3600".to_owned(),
        allow_same_name: false,
    };
    let mut never = secret(wrong(&[("expires_on", "Expiry date must be in the future.")]), None);
    never.never_expires = true;
    vec![
        sample(
            "add-choose",
            &ChooseClientTypePage {
                frame: frame(),
                shell: shell(Area::Clients, "Add Client"),
                cancel_href: "/portal/clients".to_owned(),
            },
        ),
        sample("add-client-credentials", &page(frame(), ClientType::ClientCredentials)),
        sample("add-authorization-code", &page(frame(), ClientType::AuthorizationCode)),
        sample("add-hybrid", &page(frame(), ClientType::Hybrid)),
        sample("add-hybrid-wrong", &hybrid),
        sample("add-secret-first", &secret(frame(), Some(draft))),
        sample("add-secret-wrong", &never),
    ]
}

fn created() -> Vec<Sample> {
    let page = |title, kind, secret: Option<&str>| CreatedPage {
        frame: frame(),
        shell: shell(Area::Clients, title),
        title,
        kind,
        client_name: "nightly-import".to_owned(),
        client_id: ID.to_owned(),
        secret: secret.map(|value| NewSecretView {
            value: Redacted::new(value.to_owned()),
            end: "Expires 2027-11-24.".to_owned(),
            shown_href: format!("/portal/clients/{ID}/secrets/1/shown"),
        }),
        token_url: "http://localhost:8484/identity/connect/token".to_owned(),
        close_href: "/portal/clients".to_owned(),
    };
    let secret = Some("pc_cs_4ZrQm2v8Yt1KxW9bN6cD3fG7hJ0pLsAeRuTiOyVwXzB7dAk1Qx9");
    vec![
        sample("created-client-credentials", &page(CreatedPage::CLIENT, CreatedKind::TryToken, secret)),
        sample("created-authorization-code", &page(CreatedPage::CLIENT, CreatedKind::Pkce, None)),
        sample("created-hybrid", &page(CreatedPage::CLIENT, CreatedKind::NeedsSecret, None)),
        sample("created-secret", &page(CreatedPage::SECRET, CreatedKind::Secret, secret)),
        sample(
            "secret-gone",
            &SecretGonePage {
                frame: frame(),
                shell: shell(Area::Clients, "Secret shown once"),
                client_id: ID.to_owned(),
                client_name: "nightly-import".to_owned(),
                secret_id: "1".to_owned(),
            },
        ),
    ]
}

fn changing() -> Vec<Sample> {
    let edit = |client_type: ClientType, conflict| EditClientPage {
        frame: frame(),
        shell: shell(Area::Clients, "Edit Client"),
        client_id: ID.to_owned(),
        stored_name: "shop".to_owned(),
        version: 3,
        client_type,
        name: "shop".to_owned(),
        token_lifetime: "3600".to_owned(),
        redirect_urls: "https://shop.example.com/callback".to_owned(),
        logout_redirect_urls: String::new(),
        cors_origins: String::new(),
        allow_refresh_token: true,
        advanced: AdvancedFields {
            open: true,
            consent: Choice::list(
                &[("never", "Never"), ("first_time", "The first time"), ("always", "Every time")],
                "never",
            ),
            pkce: Choice::list(
                &[("required", "Required"), ("pkce_or_nonce", "PKCE or nonce"), ("optional", "Optional")],
                "pkce_or_nonce",
            ),
            auth_method: Choice::list(&[("any", "Header or form"), ("client_secret_basic", "Header only")], "any"),
            algorithm: Choice::list(&[("RS256", "RS256"), ("ES256", "ES256"), ("EdDSA", "EdDSA")], "RS256"),
            ..AdvancedFields::default()
        },
        conflict,
    };
    let conflict = Conflict {
        who: "Sam".to_owned(),
        when: ago(120),
        fields: vec![ConflictField { label: "Name".to_owned(), mine: "shop".to_owned(), theirs: "webshop".to_owned() }],
    };
    let question = |name: &str| ConfirmPage {
        frame: frame(),
        shell: shell(Area::Clients, name),
        title: format!("{name} ‘billing-export’?"),
        area: "Clients",
        sentences: vec!["Access tokens already issued work until they expire (up to 1 hour).".to_owned()],
        facts: vec![Fact::new("Last used", "6 minutes ago from 10.0.0.12"), Fact::new("Secrets", "2")],
        grave: true,
        type_name: "billing-export".to_owned(),
        action: format!("/portal/clients/{ID}/remove"),
        button: "Remove",
        danger: true,
        instead: Some(Link::new("Disable instead", format!("/portal/clients/{ID}/disable"))),
        cancel_href: format!("/portal/clients/{ID}"),
    };
    let disable = ConfirmPage {
        button: "Disable",
        danger: false,
        grave: false,
        type_name: String::new(),
        instead: None,
        ..question("Disable")
    };
    vec![
        sample("edit-client-credentials", &edit(ClientType::ClientCredentials, None)),
        sample("edit-authorization-code", &edit(ClientType::AuthorizationCode, None)),
        sample("edit-hybrid", &edit(ClientType::Hybrid, Some(conflict))),
        sample(
            "manage-roles",
            &ManageRolesPage {
                frame: frame(),
                shell: shell(Area::Clients, "Manage Roles"),
                owner: "billing-export".to_owned(),
                area: "Clients",
                action: format!("/portal/clients/{ID}/roles"),
                version: 3,
                roles: roles(),
                cancel_href: format!("/portal/clients/{ID}?tab=roles"),
            },
        ),
        sample(
            "edit-secret",
            &EditSecretPage {
                frame: frame(),
                shell: shell(Area::Clients, "Edit Secret"),
                client_id: ID.to_owned(),
                client_name: "billing-export".to_owned(),
                secret_id: "2".to_owned(),
                hint: "Qx2".to_owned(),
                description: "prod 2025".to_owned(),
                expires_on: "2026-11-30".to_owned(),
                never_expires: false,
                rotate: true,
            },
        ),
        sample("remove-client", &question("Remove client")),
        sample("disable-client", &disable),
    ]
}
