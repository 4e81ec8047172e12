//! `portcullis secret edit`, `disable`, `enable`

use super::list::Answer;
use super::{SecretName, find_secret};
use crate::cli::failure::{Exit, Failure};
use crate::cli::find::find_client;
use crate::cli::run::Run;
use crate::cli::times::parse_end;
use crate::flows::admin::SecretChange;
use crate::oauth::SecretState;
use clap::Args;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis secret edit nightly-import 1 --description \"old CI\"
  portcullis secret edit nightly-import 1 --expires 7d")]
pub(in crate::cli) struct EditArgs {
    #[command(flatten)]
    name: SecretName,
    /// A new description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// A new end: 1y, 180d, 2027-11-24 or never
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
}

pub(super) async fn edit(args: EditArgs, run: &Run) -> Result<(), Failure> {
    if args.description.is_none() && args.expires.is_none() {
        return Err(Failure::usage("nothing to change").remedy("add", "--description TEXT or --expires WHEN"));
    }
    run.with_tenant(async |opened| {
        let details = find_client(opened, &args.name.client).await?;
        let secret = find_secret(&details, args.name.id)?;
        let end = args.expires.as_deref().map(|text| parse_end(text, opened.now)).transpose();
        let end = end.map_err(|wrong| Failure::usage(format!("--expires: {wrong}")))?;
        let change = SecretChange { description: args.description.clone(), end, ..SecretChange::default() };
        let after = opened.provider.change_secret(&opened.by, &details.client.id, secret.id, change).await?;
        let end = after.expires_at.map_or_else(|| "never expires".to_owned(), |end| format!("expires {}", end.date()));
        let remark = format!("Changed secret {} of client {}: {end}", after.id, details.client.name);
        run.console.changed(after.id, &remark, &Answer::new(&[after], opened.now))
    })
    .await
}

pub(super) async fn set_enabled(name: &SecretName, enabled: bool, run: &Run) -> Result<(), Failure> {
    run.with_tenant(async |opened| {
        let details = find_client(opened, &name.client).await?;
        let secret = find_secret(&details, name.id)?;
        if enabled && secret.state(opened.now) == SecretState::Expired {
            let sentence = format!("secret {} has expired: enabling it would not bring it back", secret.id);
            return Err(Failure::new(Exit::Conflict, sentence).remedy("a new one", "portcullis secret add"));
        }
        if secret.enabled == enabled {
            let word = if enabled { "enabled" } else { "disabled" };
            let remark = format!("Secret {} is {word} already; nothing was changed", secret.id);
            return run.console.changed(secret.id, &remark, &Answer::new(std::slice::from_ref(secret), opened.now));
        }
        let change = SecretChange { enabled: Some(enabled), ..SecretChange::default() };
        let after = opened.provider.change_secret(&opened.by, &details.client.id, secret.id, change).await?;
        let (done, so) = if enabled { ("Enabled", "works again") } else { ("Disabled", "is refused from now on") };
        let remark = format!("{done} secret {} of client {}: it {so}", after.id, details.client.name);
        run.console.changed(after.id, &remark, &Answer::new(&[after], opened.now))
    })
    .await
}
