//! `portcullis user edit`, `enable`, `disable`, `delete`

use super::claims::read_claims;
use super::find::find_user;
use super::show::Answer;
use crate::cli::failure::Failure;
use crate::cli::find::{quoted, resolve_roles};
use crate::cli::run::{Opened, Run};
use crate::cli::times::relative;
use crate::flows::User;
use crate::flows::admin::UserChange;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis user edit uma@example.com --name \"Uma de Vries\"
  portcullis user edit uma@example.com --email uma@example.org
  portcullis user edit uma@example.com --role \"Account Viewer\" --claims-file uma.json")]
pub(in crate::cli) struct EditArgs {
    /// E-mail address or id
    #[arg(value_name = "USER")]
    user: String,
    /// A new name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A new e-mail address
    #[arg(long, value_name = "EMAIL")]
    email: Option<String>,
    /// The roles from now on, in place of those before; Account Member stays. May repeat
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// A JSON file with the claims from now on, in place of those before
    #[arg(long, value_name = "FILE")]
    claims_file: Option<PathBuf>,
}

pub(super) async fn edit(args: EditArgs, run: &Run) -> Result<(), Failure> {
    if args.name.is_none() && args.email.is_none() && args.roles.is_empty() && args.claims_file.is_none() {
        return Err(Failure::usage("nothing to change").remedy("what can be", "portcullis user edit --help"));
    }
    run.with_tenant(async |opened| {
        let before = find_user(opened, &args.user).await?;
        let claims = args.claims_file.as_deref().map(|path| read_claims(path, opened.now)).transpose()?;
        let known = opened.provider.read_roles(&opened.by).await?;
        let roles = resolve_roles(&known, &args.roles)?;
        let change = UserChange {
            version: Some(before.version),
            email: args.email.clone(),
            name: args.name.clone(),
            enabled: None,
            role_ids: (!roles.is_empty()).then_some(roles),
            claims,
        };
        let after = opened.provider.change_user(&opened.by, &before.id, change).await?;
        let remark = format!("Changed user {0}. See it: portcullis user show {1}", after.email, quoted(&after.email));
        changed(opened, run, &after, &remark).await
    })
    .await
}

pub(super) async fn set_enabled(name: &str, enabled: bool, run: &Run) -> Result<(), Failure> {
    run.with_tenant(async |opened| {
        let user = find_user(opened, name).await?;
        if user.enabled == enabled {
            let word = if enabled { "enabled" } else { "disabled" };
            let remark = format!("User {} is {word} already; nothing was changed", user.email);
            return changed(opened, run, &user, &remark).await;
        }
        let change = UserChange { enabled: Some(enabled), ..UserChange::default() };
        let user = opened.provider.change_user(&opened.by, &user.id, change).await?;
        let remark = match (enabled, &user.password_hash) {
            (true, Some(_)) => format!("Enabled user {}: signing in works again; apps have to send them to sign in", user.email),
            (true, None) => format!(
                "Enabled user {}, who has no password yet: portcullis user reset-password {}",
                user.email,
                quoted(&user.email)
            ),
            (false, _) => format!(
                "Disabled user {}: all sessions ended, and apps get no new tokens, not even once the user is enabled again (those \
                 they have expire within an hour)",
                user.email
            ),
        };
        changed(opened, run, &user, &remark).await
    })
    .await
}

pub(super) async fn delete(name: &str, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let user = find_user(opened, name).await?;
        let seen = user
            .last_sign_in_at
            .map_or_else(|| "never signed in".to_owned(), |at| format!("last signed in {}", relative(at, opened.now)));
        let facts = format!(
            "{} ({}): {seen}. Sessions and everything granted to apps go too. This cannot be undone; \
             portcullis user disable {} can.",
            user.email,
            user.name,
            quoted(&user.email)
        );
        console.confirm(&facts, &format!("Delete user {}?", user.email))?;
        opened.provider.remove_user(&opened.by, &user.id, None).await?;
        let remark = format!("Deleted user {}", user.email);
        console.changed(&user.id, &remark, &json!({ "version": 1, "deleted": [user.id] }))
    })
    .await
}

/// Tells of a change, and what the user is now.
async fn changed(opened: &Opened, run: &Run, user: &User, remark: &str) -> Result<(), Failure> {
    run.console.changed(&user.id, remark, &Answer::of(opened, user).await?)
}
