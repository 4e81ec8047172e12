//! `portcullis user setup-link`, `reset-password`

use super::find::find_user;
use crate::cli::failure::Failure;
use crate::cli::init::print_setup_link;
use crate::cli::run::Run;
use crate::cli::times::parse_lifetime;
use crate::flows::OneTimeLink;
use crate::flows::admin::HandedLinkError;
use clap::Args;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct SetupLinkArgs {
    /// Whose link; not needed before the server is set up
    email: Option<String>,
    #[command(flatten)]
    expires: Expires,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ResetArgs {
    /// Whose password
    email: String,
    #[command(flatten)]
    expires: Expires,
}

#[derive(Debug, Args)]
struct Expires {
    /// How long the link of a user works: 30m, 1h, at most 7d; an invitation, for who has no password yet, at most 60d
    /// [default: 1h, an invitation 7d]
    #[arg(long, value_name = "SPAN")]
    expires: Option<String>,
}

pub(super) async fn reset_password(args: ResetArgs, run: &Run) -> Result<(), Failure> {
    link(&args.email, &args.expires, run).await
}

pub(super) async fn setup_link(args: SetupLinkArgs, run: &Run) -> Result<(), Failure> {
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

async fn link(email: &str, expires: &Expires, run: &Run) -> Result<(), Failure> {
    let lifetime = expires.expires.as_deref().map(parse_lifetime).transpose();
    let lifetime = lifetime.map_err(|wrong| Failure::usage(format!("--expires: {wrong}")))?;
    let console = run.console;
    run.with_tenant(async |opened| {
        let user = find_user(opened, email).await?;
        let link = opened.provider.handed_link(&opened.by, &user, lifetime).await?;
        if console.json {
            return console.answer_json(&json!({ "version": 1, "link": link_json(&link) }));
        }
        let (name, which) = (&user.email, if user.password_hash.is_none() { "first" } else { "new" });
        console.note(&format!(
            "With this link {name} chooses a {which} password. It works once, until {}:",
            link.expires_at.rfc3339()
        ));
        if !user.enabled {
            console.note("The account is disabled: the new password will not help before it is enabled.");
        }
        console.answer(&format!("{}\n", link.url.expose()))
    })
    .await
}

impl From<HandedLinkError> for Failure {
    fn from(error: HandedLinkError) -> Self {
        match error {
            HandedLinkError::TooLong { days, .. } => {
                Self::usage(format!("--expires: {error}")).remedy("for example", format!("--expires {days}d"))
            }
            HandedLinkError::Storage(error) => error.into(),
        }
    }
}

/// A link in an answer for programs.
pub(super) fn link_json(link: &OneTimeLink) -> Value {
    json!({ "Url": link.url.expose(), "Expires": link.expires_at.rfc3339(), "Email": link.email })
}
