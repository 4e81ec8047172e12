//! `portcullis init`

use super::console::Console;
use super::failure::{Exit, Failure};
use super::run::Run;
use super::secret_input::{SecretSource, ask_hidden};
use super::table::{Cell, render_facts};
use crate::flows::{NewAdministrator, Provider};
use crate::oauth::audit::Origin;
use crate::opening::{Schema, ServingLock, open_provider};
use crate::redacted::Redacted;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis init --admin-email you@example.com --password-file password.txt
  pass show portcullis | portcullis init --admin-email you@example.com --password-stdin
  portcullis init --setup-link                   choose name and password in a browser")]
pub(super) struct InitArgs {
    /// E-mail address of the first administrator, to sign in with
    #[arg(long, value_name = "EMAIL", required_unless_present = "setup_link", conflicts_with = "setup_link")]
    admin_email: Option<String>,
    /// The file whose first line is the password
    #[arg(long, value_name = "FILE", conflicts_with_all = ["password_stdin", "setup_link"])]
    password_file: Option<PathBuf>,
    /// Read the password from the first line of standard input
    #[arg(long, conflicts_with = "setup_link")]
    password_stdin: bool,
    /// Print a link to the set-up page instead; it needs a running server
    #[arg(long)]
    setup_link: bool,
    /// The administrator's name [default: the first half of the e-mail address]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// What to call the tenant [default: the second half of the e-mail address]
    #[arg(long, value_name = "NAME")]
    tenant_name: Option<String>,
}

pub(super) async fn run(args: InitArgs, run: &Run) -> Result<(), Failure> {
    let config = run.config(Vec::new())?;
    // What will not do is refused before anything is made.
    let new = args.admin_email.as_deref().map(|email| new_administrator(email, &args, config.password.min_length, run));
    let new = new.transpose()?;
    let _lock = ServingLock::shared(&config)?;
    let provider = open_provider(&config, Schema::BringUp).await?;
    let outcome = set_up(new, &provider, run).await;
    provider.close().await;
    outcome
}

fn new_administrator(email: &str, args: &InitArgs, min: usize, run: &Run) -> Result<NewAdministrator, Failure> {
    let first_half = email.split('@').next().unwrap_or_default();
    let new = NewAdministrator {
        name: args.name.clone().unwrap_or_else(|| first_half.to_owned()),
        email: email.to_owned(),
        password: password(args, min, run.console)?,
        tenant_name: args.tenant_name.clone().unwrap_or_default(),
    };
    new.check(min)?;
    Ok(new)
}

async fn set_up(new: Option<NewAdministrator>, provider: &Arc<Provider>, run: &Run) -> Result<(), Failure> {
    provider.ensure_signing_keys().await?;
    let Some(new) = new else { return print_setup_link(provider, run.console).await };
    let email = new.email.clone();
    let made = provider.set_up_unattended(new, &Origin::operator(run.global.operator.clone())).await?;
    let tenants = provider.list_tenants().await?;
    let tenant = tenants.into_iter().find(|tenant| tenant.id == made.tenant_id);
    let (name, alias) = tenant.map(|tenant| (tenant.name, tenant.alias)).unwrap_or_default();
    let console = run.console;
    console.note(&format!("{} is the first Account Administrator", email.trim()));
    if console.json {
        console.answer_json(&json!({
            "version": 1,
            "tenant": { "Id": made.tenant_id, "CompanyName": name, "Alias": alias },
            "user": { "Id": made.user_id, "Email": email.trim() },
        }))?;
    } else if console.quiet {
        console.answer(&format!("{}\n", made.user_id))?;
    } else {
        let facts = [
            ("Tenant", Cell::text(name)),
            ("Tenant Id", Cell::text(made.tenant_id.as_str())),
            ("User Id", Cell::text(made.user_id.as_str())),
        ];
        console.answer(&render_facts(&facts, console))?;
    }
    let url = &provider.settings().public_url;
    console.note("Next: start the server  portcullis serve");
    console.note(&format!("      sign in           {url}"));
    Ok(())
}

/// A new link to the set-up page; the one before stops working.
pub(super) async fn print_setup_link(provider: &Provider, console: Console) -> Result<(), Failure> {
    if provider.is_set_up().await? {
        return Err(Failure::new(Exit::Conflict, "this server is set up already: there is an administrator")
            .remedy("a way back in", "portcullis user setup-link EMAIL")
            .remedy("who is there", "portcullis user list"));
    }
    let code = provider.new_setup_code().await?;
    if console.json {
        let (url, expires) = (code.url.expose(), code.expires_at.rfc3339());
        return console.answer_json(&json!({ "version": 1, "link": { "Url": url, "Expires": expires } }));
    }
    console.note("Open this link within 60 minutes, with the server running, and become the first administrator:");
    console.answer(&format!("{}\n", code.url.expose()))
}

fn password(args: &InitArgs, min: usize, console: Console) -> Result<Redacted<String>, Failure> {
    let source = SecretSource { flag: "--password-file", file: args.password_file.clone(), stdin: args.password_stdin };
    if let Some(password) = source.read()? {
        return Ok(password);
    }
    let Some(password) = ask_hidden(console, &format!("Password (at least {min} characters): "))? else {
        return Err(Failure::usage("there is no password, and nobody to ask")
            .remedy("add", "--password-file FILE or --password-stdin")
            .remedy("or", "portcullis init --setup-link"));
    };
    if ask_hidden(console, "Again: ")?.as_ref() != Some(&password) {
        return Err(Failure::usage("the two passwords are not the same").remedy("try again", "the same command"));
    }
    Ok(password)
}
