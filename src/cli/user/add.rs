//! `portcullis user add`

use super::claims::read_claims;
use super::link::link_json;
use super::show::ShownUser;
use crate::cli::failure::{Exit, Failure};
use crate::cli::find::{quoted, resolve_roles};
use crate::cli::run::{Opened, Run};
use crate::cli::secret_input::SecretSource;
use crate::cli::table::{Cell, render_facts};
use crate::flows::Provider;
use crate::flows::admin::{AdminError, CreatedUser, NewUserFields};
use crate::mail::{Next, Post, send_next};
use crate::oauth::RoleId;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis user add uma@example.com --name \"Uma Jansen\"
  portcullis user add uma@example.com --role \"Account Viewer\" --claims-file uma.json
  portcullis user add uma@example.com --no-mail    print the link, also where mail is set up
  pass show uma | portcullis user add uma@example.com --password-stdin")]
pub(in crate::cli) struct AddArgs {
    /// E-mail address, to sign in with
    #[arg(value_name = "EMAIL")]
    email: String,
    /// The name people read [default: the first half of the e-mail address]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A role by name or id, besides Account Member. May repeat
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// The file whose first line is the password
    #[arg(long, value_name = "FILE", conflicts_with = "password_stdin")]
    password_file: Option<PathBuf>,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    /// Print the invitation's link instead of mailing it
    #[arg(long)]
    no_mail: bool,
    /// A JSON file with standard claims of OpenID Connect: name parts, address, phone number
    #[arg(long, value_name = "FILE")]
    claims_file: Option<PathBuf>,
}

/// The most mails that one command sends: what waits may be of others.
const MOST_SENT: usize = 10;

pub(super) async fn run(args: AddArgs, run: &Run) -> Result<(), Failure> {
    let source = SecretSource { flag: "--password-file", file: args.password_file.clone(), stdin: args.password_stdin };
    let password = source.read()?;
    let console = run.console;
    let invited_by_mail = password.is_none() && !args.no_mail;
    let post = if invited_by_mail { Post::open(&run.config(Vec::new())?.mail)? } else { None };
    run.with_tenant(async |opened| {
        let claims = args.claims_file.as_deref().map(|path| read_claims(path, opened.now)).transpose()?;
        let roles = opened.provider.read_roles(&opened.by).await?;
        let role_ids: Vec<RoleId> = resolve_roles(&roles, &args.roles)?;
        require_new(opened, &args.email).await?;
        let (email, name) = (args.email.clone(), args.name.clone().unwrap_or_default());
        let new = NewUserFields { email, name, role_ids, password, claims, ..NewUserFields::default() };
        if post.is_some() {
            opened.provider.send_mails();
        }
        let created = opened.provider.create_user(&opened.by, new).await?;
        let mailed = match &post {
            Some(post) => send_waiting(post, &opened.provider).await,
            None => Mailed::No,
        };
        let roles = opened.provider.roles_of_user(&opened.by, &created.user.id).await?;
        if console.json {
            let link = created.invitation.as_ref().map(link_json);
            let users = [ShownUser::new(&created.user, &roles)];
            let mailed = mailed == Mailed::Yes;
            return console.answer_json(&json!({ "version": 1, "users": users, "link": link, "mailed": mailed }));
        }
        if console.quiet {
            return console.answer_ids([&created.user.id]);
        }
        let names = roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>().join(", ");
        console.note(&format!("Added user {} ({}): {names}", created.user.email, created.user.name));
        console.answer(&render_facts(&facts(&created, console.ci || mailed == Mailed::Yes), console))?;
        told_next(&created, mailed, console);
        Ok(())
    })
    .await
}

/// A user who is there already is no mistake in what was typed, so it is told before anything else is looked at.
async fn require_new(opened: &Opened, email: &str) -> Result<(), Failure> {
    match opened.provider.user_by_email(&opened.by, email).await {
        Err(AdminError::NotFound(_)) => Ok(()),
        Err(other) => Err(other.into()),
        Ok(user) => {
            let sentence = format!("there is a user with the e-mail address {} already", user.email);
            let user = quoted(&user.email);
            Err(Failure::new(Exit::Conflict, sentence)
                .remedy("see it", format!("portcullis user show {user}"))
                .remedy("let them in", format!("portcullis user reset-password {user}")))
        }
    }
}

/// What became of the mail with the invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mailed {
    /// There is none: the link is handed over.
    No,
    /// The mail server took it, or a server that runs is about to send it.
    Yes,
    /// The mail server took no mail just now.
    NotYet,
}

/// Sends what waits, the invitation among it, for as long as mails are taken: a server may be running, or none.
async fn send_waiting(post: &Post, provider: &Provider) -> Mailed {
    for _ in 0..MOST_SENT {
        match send_next(post, provider).await {
            Ok(Next::Sent) => {}
            Ok(Next::None) => break,
            Ok(Next::NotSent) | Err(_) => return Mailed::NotYet,
        }
    }
    Mailed::Yes
}

/// Id and link. The link is left out of a log that others keep for years, and where it was mailed: whoever has it is in.
fn facts(created: &CreatedUser, without_link: bool) -> Vec<(&'static str, Cell)> {
    let mut facts = vec![("User Id", Cell::text(created.user.id.as_str()))];
    if let Some(link) = created.invitation.as_ref().filter(|_| !without_link) {
        facts.push(("Invitation", Cell::text(link.url.expose().as_str())));
    }
    facts
}

fn told_next(created: &CreatedUser, mailed: Mailed, console: crate::cli::console::Console) {
    let Some(link) = &created.invitation else { return };
    let email = quoted(&created.user.email);
    if mailed == Mailed::NotYet {
        console.note("The mail server did not take the mail now: a server that runs tries again. See: portcullis mail test ADDRESS");
    }
    if mailed == Mailed::Yes {
        let (to, until) = (&created.user.email, link.expires_at.rfc3339());
        console.note(&format!("The invitation is mailed to {to}. Its link works once, until {until}."));
    } else if console.ci {
        console.note("CI is set: the invitation link is not shown, since logs are kept. --json shows it.");
    } else {
        console.note(&format!(
            "Give the link to {}: it works once, until {}, and lets whoever opens it choose the password.",
            created.user.email,
            link.expires_at.rfc3339()
        ));
    }
    console.note(&format!("A new one: portcullis user reset-password {email}"));
}
