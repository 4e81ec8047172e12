//! `portcullis role grant`, `revoke`

use super::find_role;
use super::list::answer;
use crate::cli::failure::Failure;
use crate::cli::find::find_client;
use crate::cli::run::Run;
use crate::cli::user::find_user;
use crate::flows::admin::Identity;
use clap::{ArgGroup, Args};

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("whom").args(["users", "clients"]).required(true).multiple(true)))]
pub(in crate::cli) struct GrantArgs {
    /// Name, id or type id; `Viewer` is `Account Viewer` too
    #[arg(value_name = "ROLE")]
    role: String,
    /// A user, by e-mail address or id. May repeat
    #[arg(long = "user", value_name = "USER")]
    users: Vec<String>,
    /// A client-credentials client, by name or id. May repeat
    #[arg(long = "client", value_name = "CLIENT")]
    clients: Vec<String>,
}

pub(super) async fn set(args: GrantArgs, held: bool, run: &Run) -> Result<(), Failure> {
    run.with_tenant(async |opened| {
        let role = find_role(opened, &args.role).await?;
        // All are found before anything is changed: a slip in the last name leaves the first as it was.
        let mut identities = Vec::new();
        for user in &args.users {
            let user = find_user(opened, user).await?;
            identities.push((user.email.clone(), Identity::User(user.id)));
        }
        for client in &args.clients {
            let client = find_client(opened, client).await?.client;
            identities.push((client.name.clone(), Identity::Client(client.id)));
        }
        let (mut names, mut as_before) = (Vec::new(), Vec::new());
        for (name, identity) in &identities {
            let set = opened.provider.set_role_of(&opened.by, &role.id, identity, held).await;
            let changed = set.map_err(|error| Failure::from(error).without_flag("--role: "))?;
            if changed { names.push(name.as_str()) } else { as_before.push(name.as_str()) }
        }
        for name in as_before.iter().filter(|_| !names.is_empty()) {
            run.console.note(&unchanged(name, &role.name, held));
        }
        let (one, names) = (names.len() == 1, names.join(", "));
        let remark = if names.is_empty() {
            as_before.iter().map(|name| unchanged(name, &role.name, held)).collect::<Vec<_>>().join("\n")
        } else if held {
            format!("{names} now {} {}; it is in the next token", if one { "has" } else { "have" }, role.name)
        } else {
            format!(
                "{names} {} {} no more; tokens already issued have it until they expire",
                if one { "has" } else { "have" },
                role.name
            )
        };
        run.console.changed(&role.id, &remark, &answer(&role))
    })
    .await
}

/// That the role was held, or was not, before.
fn unchanged(name: &str, role: &str, held: bool) -> String {
    format!("{name} {} {role}; nothing was changed", if held { "already has" } else { "does not have" })
}
