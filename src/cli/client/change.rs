//! `portcullis client edit`, `enable`, `disable`, `delete`

use super::notices::tell_notices;
use super::settings::SettingFlags;
use super::show::Answer;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::find::{find_client, nearest, quoted, resolve_roles};
use crate::cli::run::{Opened, Run};
use crate::cli::times::relative;
use crate::flows::admin::{ClientChange, ClientDetails, ClientSettings};
use crate::oauth::admin_fields::Field;
use crate::oauth::{Client, ClientType, RoleId, UnixTime};
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis client edit nightly-import --token-lifetime 600
  portcullis client edit nightly-import --add-role \"Account Viewer\"
  portcullis client edit shop-spa --add-redirect-url https://shop.example.com/callback")]
pub(in crate::cli) struct EditArgs {
    /// Its name or id
    #[arg(value_name = "CLIENT")]
    client: String,
    /// A new name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Give it a role. May repeat
    #[arg(long = "add-role", value_name = "ROLE")]
    add_roles: Vec<String>,
    /// Take a role away. May repeat
    #[arg(long = "remove-role", value_name = "ROLE")]
    remove_roles: Vec<String>,
    /// Add a redirect URL. May repeat
    #[arg(long = "add-redirect-url", value_name = "URL")]
    add_redirect_urls: Vec<String>,
    /// Remove a redirect URL. May repeat
    #[arg(long = "remove-redirect-url", value_name = "URL")]
    remove_redirect_urls: Vec<String>,
    /// Add a logout redirect URL. May repeat
    #[arg(long = "add-logout-redirect-url", value_name = "URL")]
    add_logout_redirect_urls: Vec<String>,
    /// Remove a logout redirect URL. May repeat
    #[arg(long = "remove-logout-redirect-url", value_name = "URL")]
    remove_logout_redirect_urls: Vec<String>,
    /// Add a CORS origin. May repeat
    #[arg(long = "add-cors-origin", value_name = "ORIGIN")]
    add_cors_origins: Vec<String>,
    /// Remove a CORS origin. May repeat
    #[arg(long = "remove-cors-origin", value_name = "ORIGIN")]
    remove_cors_origins: Vec<String>,
    /// Add a tag. May repeat
    #[arg(long = "add-tag", value_name = "TAG")]
    add_tags: Vec<String>,
    /// Remove a tag. May repeat
    #[arg(long = "remove-tag", value_name = "TAG")]
    remove_tags: Vec<String>,
    #[command(flatten)]
    settings: SettingFlags,
}

pub(super) async fn edit(args: EditArgs, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let details = find_client(opened, &args.client).await?;
        let before = &details.client;
        args.settings.require_fitting(before.client_type)?;
        let has = format!("portcullis client show {}", quoted(&before.name));
        let settings = settings(&args, &details, opened).await;
        let settings = settings.map_err(|failure| failure.or_remedy("what it has", has))?;
        if args.name.is_none() && args.settings.is_empty() && !changes_lists(&settings) {
            return Err(Failure::usage("nothing to change").remedy("what can be", "portcullis client edit --help"));
        }
        let change = ClientChange { version: Some(before.version), name: args.name.clone(), settings };
        let after = opened.provider.change_client(&opened.by, &before.id, change).await?;
        tell_notices(&[
            (Field::RedirectUrls, &args.add_redirect_urls),
            (Field::LogoutRedirectUrls, &args.add_logout_redirect_urls),
            (Field::CorsOrigins, &args.add_cors_origins),
        ]);
        let remark = if after.version == before.version {
            format!("Client {} is so already; nothing was changed", after.name)
        } else {
            format!("Changed client {}. See it: portcullis client show {}", after.name, quoted(&after.name))
        };
        changed(opened, console, &after, &remark).await
    })
    .await
}

async fn settings(args: &EditArgs, details: &ClientDetails, opened: &Opened) -> Result<ClientSettings, Failure> {
    let Client { client_type, urls, tags, .. } = &details.client;
    let (users, type_is) = (client_type.has_users(), |kind| *client_type == kind);
    let redirect = edited("redirect-url", &urls.redirect, &args.add_redirect_urls, &args.remove_redirect_urls, users)?;
    let (add, remove) = (&args.add_logout_redirect_urls, &args.remove_logout_redirect_urls);
    let logout = edited("logout-redirect-url", &urls.logout, add, remove, users)?;
    let spa = type_is(ClientType::AuthorizationCode);
    let cors = edited("cors-origin", &urls.cors, &args.add_cors_origins, &args.remove_cors_origins, spa)?;
    let roles = opened.provider.read_roles(&opened.by).await?;
    let plain = |ids: Vec<RoleId>| ids.into_iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>();
    let (add, remove) = (resolve_roles(&roles, &args.add_roles)?, resolve_roles(&roles, &args.remove_roles)?);
    let held = plain(details.client.role_ids.clone());
    let daemon = type_is(ClientType::ClientCredentials);
    let roles = edited("role", &held, &plain(add), &plain(remove), daemon)?;
    Ok(ClientSettings {
        redirect_urls: redirect,
        logout_redirect_urls: logout,
        cors_origins: cors,
        tags: edited("tag", tags, &args.add_tags, &args.remove_tags, true)?,
        role_ids: roles.map(|ids| ids.into_iter().map(RoleId::new).collect()),
        ..args.settings.settings()
    })
}

const fn changes_lists(settings: &ClientSettings) -> bool {
    settings.redirect_urls.is_some()
        || settings.logout_redirect_urls.is_some()
        || settings.cors_origins.is_some()
        || settings.tags.is_some()
        || settings.role_ids.is_some()
}

/// A list with some added and some removed; none if it is left alone.
fn edited(
    what: &str,
    list: &[String],
    add: &[String],
    remove: &[String],
    fits: bool,
) -> Result<Option<Vec<String>>, Failure> {
    if add.is_empty() && remove.is_empty() {
        return Ok(None);
    }
    if !fits {
        return Err(Failure::usage(format!("a client of this type has no {what}")));
    }
    let mut list = list.to_vec();
    for gone in remove {
        let Some(at) = list.iter().position(|one| one == gone) else {
            let failure = Failure::new(Exit::NotFound, format!("--remove-{what}: the client has no \"{gone}\""));
            let near = nearest(gone, list.iter().map(String::as_str)).map(str::to_owned);
            return Err(near.into_iter().fold(failure, |failure, near| failure.remedy("did you mean", near)));
        };
        list.remove(at);
    }
    list.extend(add.iter().filter(|new| !list.contains(new)).cloned().collect::<Vec<_>>());
    Ok(Some(list))
}

pub(super) async fn set_enabled(name: &str, enabled: bool, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let client = find_client(opened, name).await?.client;
        let (id, before) = (client.id, client.enabled);
        let settings = ClientSettings { enabled: Some(enabled), ..ClientSettings::default() };
        let change = ClientChange { settings, ..ClientChange::default() };
        let client = opened.provider.change_client(&opened.by, &id, change).await?;
        let remark = if before == enabled {
            format!(
                "Client {} is {} already; nothing was changed",
                client.name,
                if enabled { "enabled" } else { "disabled" }
            )
        } else if enabled {
            format!("Enabled client {}: it gets tokens again", client.name)
        } else {
            format!("Disabled client {}. New tokens are refused at once; {}", client.name, lasting(&client))
        };
        changed(opened, console, &client, &remark).await
    })
    .await
}

pub(super) async fn delete(name: &str, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let details = find_client(opened, name).await?;
        let client = &details.client;
        console.confirm(&facts(&details, opened.now), &format!("Delete client {}?", client.name))?;
        opened.provider.remove_client(&opened.by, &client.id, None).await?;
        let remark = format!("Deleted client {}; {}", client.name, lasting(client));
        console.changed(&client.id, &remark, &json!({ "version": 1, "deleted": [client.id] }))
    })
    .await
}

/// Tells of a change, and what the client is now.
async fn changed(opened: &Opened, console: Console, client: &Client, remark: &str) -> Result<(), Failure> {
    let details = opened.provider.client(&opened.by, &client.id).await?;
    console.changed(&client.id, remark, &Answer::new(&details, opened.now))
}

/// What goes with it, and what can be done instead.
fn facts(details: &ClientDetails, now: UnixTime) -> String {
    let client = &details.client;
    let used =
        client.last_used_at.map_or_else(|| "never used".to_owned(), |at| format!("last used {}", relative(at, now)));
    let secrets = match details.secrets.len() {
        _ if !client.client_type.has_secrets() => String::new(),
        1 => ", 1 secret".to_owned(),
        count => format!(", {count} secrets"),
    };
    format!(
        "{} ({}): {used}{secrets}. This cannot be undone; portcullis client disable {} can.",
        client.name,
        client.client_type.label(),
        quoted(&client.name)
    )
}

fn lasting(client: &Client) -> String {
    let minutes = client.token_lifetime.div_ceil(60);
    let most = if minutes == 60 { "1 hour".to_owned() } else { format!("{minutes} min") };
    format!("tokens already issued work until they expire (at most {most})")
}

#[cfg(test)]
mod tests {
    use super::edited;

    #[test]
    fn lists_are_edited_without_repeating_what_is_there() {
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let has = list(&["a", "b"]);
        assert_eq!(edited("tag", &has, &[], &[], true).unwrap(), None);
        assert_eq!(edited("tag", &has, &list(&["b", "c"]), &list(&["a"]), true).unwrap(), Some(list(&["b", "c"])));
        assert!(edited("tag", &has, &[], &list(&["x"]), true).is_err());
        assert!(edited("role", &has, &list(&["c"]), &[], false).is_err());
    }
}
