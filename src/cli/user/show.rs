//! `portcullis user show`, and how a user is written.

use super::find::find_user;
use crate::cli::failure::Failure;
use crate::cli::run::{Opened, Run};
use crate::cli::table::{Cell, Paint, render_facts};
use crate::flows::User;
use crate::oauth::{Role, UnixTime, UserClaims};
use crate::web::UserView;
use serde::Serialize;
use serde_json::Value;

/// A user as the API writes it, and what only this program tells.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ShownUser {
    #[serde(flatten)]
    user: UserView,
    roles: Vec<String>,
    enabled: bool,
    /// Whether a password was chosen.
    has_password: bool,
    created: String,
    last_sign_in: Option<String>,
    claims: Value,
}

impl ShownUser {
    pub(super) fn new(user: &User, roles: &[Role]) -> Self {
        let claims = UserClaims::from_stored(&user.claims);
        Self {
            user: UserView::new(user, roles.iter().map(|role| role.id.clone()).collect()),
            roles: roles.iter().map(|role| role.name.clone()).collect(),
            enabled: user.enabled,
            has_password: user.password_hash.is_some(),
            created: user.created_at.rfc3339(),
            last_sign_in: user.last_sign_in_at.map(UnixTime::rfc3339),
            claims: claims.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect(),
        }
    }
}

/// The answer about one user.
#[derive(Serialize)]
pub(super) struct Answer {
    version: u32,
    users: [ShownUser; 1],
}

impl Answer {
    pub(super) async fn of(opened: &Opened, user: &User) -> Result<Self, Failure> {
        let roles = opened.provider.roles_of_user(&opened.by, &user.id).await?;
        Ok(Self { version: 1, users: [ShownUser::new(user, &roles)] })
    }
}

pub(super) fn state(user: &User) -> Cell {
    match (user.enabled, &user.password_hash) {
        (false, _) => Cell::text("disabled").painted(Paint::Bad),
        (true, None) => Cell::text("invited").painted(Paint::Soon),
        (true, Some(_)) => Cell::text("enabled"),
    }
}

pub(super) async fn run(name: &str, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let user = find_user(opened, name).await?;
        if console.json {
            return console.answer_json(&Answer::of(opened, &user).await?);
        }
        if console.quiet {
            return console.answer_ids([&user.id]);
        }
        let roles = opened.provider.roles_of_user(&opened.by, &user.id).await?;
        let sessions = opened.provider.count_sessions(&opened.by, &user).await?;
        let claims = UserClaims::from_stored(&user.claims);
        let mut text = render_facts(&facts(&user, &roles, sessions, opened.now), console);
        let claims: Vec<_> = claims.iter().map(|(name, value)| (name, Cell::text(written(value)))).collect();
        if !claims.is_empty() {
            text.push_str(if console.human { "\nClaims\n" } else { "\n" });
            text.push_str(&render_facts(&claims, console));
        }
        console.answer(&text)
    })
    .await
}

/// A text as it is, everything else as JSON.
fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn facts(user: &User, roles: &[Role], sessions: usize, now: UnixTime) -> Vec<(&'static str, Cell)> {
    let roles = roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>().join(", ");
    vec![
        ("Name", Cell::text(user.name.as_str())),
        ("E-mail", Cell::text(user.email.as_str())),
        ("User Id", Cell::text(user.id.as_str())),
        ("State", state(user)),
        ("Roles", Cell::text(roles)),
        ("Sessions", Cell::text(sessions.to_string())),
        ("Created", Cell::time(user.created_at, now)),
        ("Last sign-in", Cell::maybe_time(user.last_sign_in_at, "never", now)),
        ("Password set", Cell::maybe_time(user.password_changed_at, "never", now)),
    ]
}
