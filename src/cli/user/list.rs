//! `portcullis user list`

use super::find::all_users;
use super::show::{ShownUser, state};
use crate::cli::failure::Failure;
use crate::cli::run::Run;
use crate::cli::table::{Cell, Table};
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis user list
  portcullis user list --filter alex --json")]
pub(in crate::cli) struct ListArgs {
    /// Only users with this text in name or e-mail address
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
}

pub(super) async fn run(args: ListArgs, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let users = all_users(opened, args.filter.as_deref()).await?;
        if console.json {
            let users: Vec<ShownUser> = users.iter().map(|(user, roles)| ShownUser::new(user, roles)).collect();
            return console.answer_json(&json!({ "version": 1, "users": users }));
        }
        if console.quiet {
            return console.answer_ids(users.iter().map(|(user, _)| &user.id));
        }
        if users.is_empty() {
            console.note("There are no such users. Add one: portcullis user add EMAIL");
        }
        let mut table = Table::new(&["E-MAIL", "NAME", "ROLES", "STATE", "LAST SIGN-IN", "USER ID"]);
        for (user, roles) in &users {
            let roles = roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>().join(", ");
            table.row(vec![
                Cell::text(user.email.as_str()),
                Cell::text(user.name.as_str()),
                Cell::text(roles),
                state(user),
                Cell::maybe_time(user.last_sign_in_at, "never", opened.now),
                Cell::text(user.id.as_str()),
            ]);
        }
        console.answer(&table.render(console))
    })
    .await
}
