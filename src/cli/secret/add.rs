//! `portcullis secret add`, `rotate`

use super::{find_secret, secret_number};
use crate::cli::client::default_end;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::find::{find_client, quoted};
use crate::cli::reveal::{Reveal, SecretForm, unseen};
use crate::cli::run::{Opened, Run};
use crate::cli::times::{parse_end, parse_lifetime};
use crate::flows::admin::{ClientDetails, CreatedSecret, NewSecret, SecretChange};
use crate::oauth::admin_fields::SecretEnd;
use crate::oauth::{Client, ClientSecret};
use crate::web::AddedSecretView;
use clap::Args;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis secret add nightly-import --description \"prod 2027\"
  portcullis secret add nightly-import --output value | vault kv put kv/nightly secret=-")]
pub(in crate::cli) struct AddArgs {
    /// The client, by name or id
    #[arg(value_name = "CLIENT")]
    client: String,
    #[command(flatten)]
    new: NewFlags,
}

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis secret rotate nightly-import
  portcullis secret rotate nightly-import --revoke-old-after 7d --output env > .env")]
pub(in crate::cli) struct RotateArgs {
    /// The client, by name or id
    #[arg(value_name = "CLIENT")]
    client: String,
    /// The number of the secret that is replaced, if there are several
    #[arg(long, value_name = "ID", value_parser = secret_number)]
    old: Option<i32>,
    /// Let the old secret end after this long: 7d, 12h
    #[arg(long, value_name = "SPAN")]
    revoke_old_after: Option<String>,
    #[command(flatten)]
    new: NewFlags,
}

#[derive(Debug, Args)]
struct NewFlags {
    /// Where the secret will be used
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// When it ends: 1y, 180d, 2027-11-24 or never
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
    /// How to answer
    #[arg(long, value_enum, value_name = "FORM")]
    output: Option<SecretForm>,
}

impl NewFlags {
    fn form(&self, console: Console) -> Result<SecretForm, Failure> {
        let form = self.output.unwrap_or(if console.json { SecretForm::Json } else { SecretForm::Table });
        if form == SecretForm::Table && console.quiet {
            return Err(Failure::usage("with --quiet alone the secret would be lost")
                .remedy("add", "--output value, env or json"));
        }
        Ok(form)
    }

    async fn add(&self, opened: &Opened, client: &Client, description: String) -> Result<CreatedSecret, Failure> {
        let end = match &self.expires {
            Some(text) => parse_end(text, opened.now).map_err(|wrong| Failure::usage(format!("--expires: {wrong}")))?,
            None => default_end(opened),
        };
        let new = NewSecret { description: self.description.clone().unwrap_or(description), end };
        let added = opened.provider.add_secret(&opened.by, &client.id, new, None).await;
        let list = || format!("portcullis secret list {}", quoted(&client.name));
        added.map_err(|error| match Failure::from(error) {
            full if full.exit() == Exit::Conflict && client.client_type.has_secrets() => {
                full.remedy("which are unused", list())
            }
            other => other,
        })
    }
}

pub(super) async fn add(args: AddArgs, run: &Run) -> Result<(), Failure> {
    let form = args.new.form(run.console)?;
    run.with_tenant(async |opened| {
        let details = find_client(opened, &args.client).await?;
        let client = &details.client;
        let added = args.new.add(opened, client, format!("Added {}", opened.now.date())).await?;
        run.console.note(&format!("Added secret {} to client {}", added.id, client.name));
        answer(&added, client, form, run.console)
    })
    .await
}

pub(super) async fn rotate(args: RotateArgs, run: &Run) -> Result<(), Failure> {
    let form = args.new.form(run.console)?;
    let lifetime = args.revoke_old_after.as_deref().map(parse_lifetime).transpose();
    let lifetime = lifetime.map_err(|wrong| Failure::usage(format!("--revoke-old-after: {wrong}")))?;
    run.with_tenant(async |opened| {
        let details = find_client(opened, &args.client).await?;
        let (client, now) = (&details.client, opened.now);
        let old = replaced(&details, args.old, opened)?.cloned();
        let added = args.new.add(opened, client, format!("Rotated {}", now.date())).await?;
        run.console.note(&format!("Added secret {} to client {}", added.id, client.name));
        answer(&added, client, form, run.console)?;
        let (name, Some(old)) = (quoted(&client.name), old) else { return Ok(()) };
        let end = lifetime.map(|lifetime| now.plus(lifetime)).filter(|end| old.expires_at.is_none_or(|old| *end < old));
        if let Some(end) = end {
            let change = SecretChange { end: Some(SecretEnd::At(end)), ..SecretChange::default() };
            opened.provider.change_secret(&opened.by, &client.id, old.id, change).await?;
            run.console.note(&format!("Secret {} ends {}", old.id, end.rfc3339()));
        }
        run.console.note(&format!(
            "Next: give your programs the new secret and watch the old one  portcullis secret list {name}"
        ));
        run.console.note(&format!(
            "      when it is quiet, remove it                              portcullis secret revoke {name} {}",
            old.id
        ));
        Ok(())
    })
    .await
}

/// The secret that is replaced: the one named, or the only one that works.
fn replaced<'a>(
    details: &'a ClientDetails,
    asked: Option<i32>,
    opened: &Opened,
) -> Result<Option<&'a ClientSecret>, Failure> {
    if let Some(id) = asked {
        return find_secret(details, id).map(Some);
    }
    let usable: Vec<&ClientSecret> = details.secrets.iter().filter(|secret| secret.usable(opened.now)).collect();
    match usable.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        several => {
            let ids = several.iter().map(|secret| secret.id.to_string()).collect::<Vec<_>>().join(" or ");
            Err(Failure::new(Exit::Conflict, "several secrets work: which one is replaced?")
                .remedy("add", format!("--old {ids}")))
        }
    }
}

fn answer(added: &CreatedSecret, client: &Client, form: SecretForm, console: Console) -> Result<(), Failure> {
    let reveal = Reveal { client, secret: Some(added) };
    let answered = match form {
        SecretForm::Value => console.answer(&format!("{}\n", added.value.expose())),
        SecretForm::Json => console.answer_json(&AddedSecretView::from(added)),
        SecretForm::Env => console.answer(&reveal.env()),
        SecretForm::Table => console.answer(&reveal.table(console)),
    };
    answered.map_err(|failure| unseen(failure, client, added))
}
