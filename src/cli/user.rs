//! `portcullis user …`

use super::failure::{Exit, Failure};
use super::find::nearest;
use super::init::print_setup_link;
use super::run::{Opened, Run};
use super::table::{Cell, Paint, Table};
use super::times::parse_lifetime;
use crate::flows::admin::AdminError;
use crate::flows::{LinkPurpose, User};
use crate::oauth::{Role, RoleId, UnixTime};
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

/// How many are read at once.
const PAGE: i64 = 500;

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Print a one-time link: to set the server up, or for a user to get back in
    #[command(before_help = "Examples:
  portcullis user setup-link                     before anybody is set up
  portcullis user setup-link alex@example.com    the way back in")]
    SetupLink(SetupLinkArgs),
    /// Print a one-time link with which a user chooses a new password
    #[command(before_help = "Examples:
  portcullis user reset-password alex@example.com
  portcullis user reset-password alex@example.com --expires 24h")]
    ResetPassword(ResetArgs),
    /// List users
    #[command(
        alias = "ls",
        before_help = "Examples:
  portcullis user list
  portcullis user list --filter alex --json"
    )]
    List(ListArgs),
}

#[derive(Debug, Args)]
pub(super) struct SetupLinkArgs {
    /// Whose link; not needed before the server is set up
    email: Option<String>,
    #[command(flatten)]
    expires: Expires,
}

#[derive(Debug, Args)]
pub(super) struct ResetArgs {
    /// Whose password
    email: String,
    #[command(flatten)]
    expires: Expires,
}

#[derive(Debug, Args)]
struct Expires {
    /// How long the link of a user works: 30m, 1h, 7d
    #[arg(long, value_name = "SPAN", default_value = "1h")]
    expires: String,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Only users with this text in name or e-mail address
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
}

pub(super) async fn run(command: UserCommand, run: &Run) -> Result<(), Failure> {
    match command {
        UserCommand::List(args) => list(args, run).await,
        UserCommand::ResetPassword(args) => link(&args.email, &args.expires, run).await,
        UserCommand::SetupLink(args) => {
            let set_up = run.with_provider(async |provider| {
                let set_up = provider.is_set_up().await?;
                if !set_up {
                    print_setup_link(provider, run.console).await?;
                }
                Ok(set_up)
            });
            match (set_up.await?, args.email) {
                (false, _) => Ok(()),
                (true, Some(email)) => link(&email, &args.expires, run).await,
                (true, None) => Err(Failure::usage("this server is set up already: say whose link it shall be")
                    .remedy("for example", "portcullis user setup-link alex@example.com")
                    .remedy("who is there", "portcullis user list")),
            }
        }
    }
}

async fn link(email: &str, expires: &Expires, run: &Run) -> Result<(), Failure> {
    let lifetime = parse_lifetime(&expires.expires).map_err(|wrong| Failure::usage(format!("--expires: {wrong}")))?;
    let console = run.console;
    run.with_tenant(async |opened| {
        let user = find_user(opened, email).await?;
        let by = opened.by.origin();
        let link = opened.provider.make_link(&user, LinkPurpose::Reset, lifetime, by).await?;
        if console.json {
            let (url, expires) = (link.url.expose(), link.expires_at.rfc3339());
            let link = json!({ "Url": url, "Expires": expires, "Email": link.email });
            return console.answer_json(&json!({ "version": 1, "link": link }));
        }
        let name = &user.email;
        console.note(&format!(
            "With this link {name} chooses a new password. It works once, until {}:",
            link.expires_at.rfc3339()
        ));
        if !user.enabled {
            console.note("The account is disabled: the new password will not help before it is enabled.");
        }
        console.answer(&format!("{}\n", link.url.expose()))
    })
    .await
}

async fn find_user(opened: &Opened, email: &str) -> Result<User, Failure> {
    match opened.provider.user_by_email(&opened.by, email).await {
        Err(AdminError::NotFound(_)) => {
            let users = all(opened, None).await?;
            let failure = Failure::new(Exit::NotFound, format!("there is no user with the e-mail address \"{email}\""));
            let near = nearest(email, users.iter().map(|(user, _)| user.email.as_str()));
            let failure = near.into_iter().fold(failure, |failure, near| failure.remedy("did you mean", near));
            Err(failure.remedy("list them", "portcullis user list"))
        }
        found => Ok(found?),
    }
}

/// Every user that fits, page after page.
async fn all(opened: &Opened, filter: Option<&str>) -> Result<Vec<(User, Vec<Role>)>, Failure> {
    let mut users = Vec::new();
    loop {
        let skip = i64::try_from(users.len()).unwrap_or(i64::MAX);
        let (_, page) = opened.provider.list_users(&opened.by, filter, skip, PAGE).await?;
        let read = page.len();
        users.extend(page);
        if i64::try_from(read).unwrap_or(0) < PAGE {
            return Ok(users);
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ShownUser {
    id: String,
    name: String,
    email: String,
    role_ids: Vec<RoleId>,
    roles: Vec<String>,
    enabled: bool,
    created: String,
    last_sign_in: Option<String>,
}

async fn list(args: ListArgs, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let users = all(opened, args.filter.as_deref()).await?;
        if console.json {
            let users: Vec<ShownUser> = users.iter().map(shown).collect();
            return console.answer_json(&json!({ "version": 1, "users": users }));
        }
        if console.quiet {
            return console.answer_ids(users.iter().map(|(user, _)| &user.id));
        }
        let mut table = Table::new(&["E-MAIL", "NAME", "ROLES", "STATE", "LAST SIGN-IN", "USER ID"]);
        for (user, roles) in &users {
            let state = if user.enabled { Cell::text("enabled") } else { Cell::text("disabled").painted(Paint::Bad) };
            let roles = roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>().join(", ");
            table.row(vec![
                Cell::text(user.email.as_str()),
                Cell::text(user.name.as_str()),
                Cell::text(roles),
                state,
                Cell::maybe_time(user.last_sign_in_at, "never", opened.now),
                Cell::text(user.id.as_str()),
            ]);
        }
        console.answer(&table.render(console))
    })
    .await
}

fn shown((user, roles): &(User, Vec<Role>)) -> ShownUser {
    ShownUser {
        id: user.id.as_str().to_owned(),
        name: user.name.clone(),
        email: user.email.clone(),
        role_ids: roles.iter().map(|role| role.id.clone()).collect(),
        roles: roles.iter().map(|role| role.name.clone()).collect(),
        enabled: user.enabled,
        created: user.created_at.rfc3339(),
        last_sign_in: user.last_sign_in_at.map(UnixTime::rfc3339),
    }
}
