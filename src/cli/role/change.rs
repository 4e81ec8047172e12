//! `portcullis role create`, `edit`, `delete`

use super::find_role;
use super::list::answer;
use crate::cli::failure::Failure;
use crate::cli::find::quoted;
use crate::cli::run::Run;
use crate::cli::words::counted;
use crate::flows::admin::{AddedRole, NewRole, RoleChange};
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis role create \"Pump Operator\" --description \"Starts and stops pumps\"
  portcullis role create Auditors --id 5f0c1c52-6d0b-4f0e-9f3e-2a9d6f1b7c84")]
pub(in crate::cli) struct CreateArgs {
    /// The name people read
    #[arg(value_name = "NAME")]
    name: String,
    /// What its holders may do
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: String,
    /// A GUID of your choice; without it one is drawn
    #[arg(long, value_name = "GUID")]
    id: Option<String>,
}

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis role edit \"Pump Operator\" --name \"Pump Keeper\"
  portcullis role edit \"Pump Keeper\" --description \"Looks after pumps\"")]
pub(in crate::cli) struct EditArgs {
    /// Name or id
    #[arg(value_name = "ROLE")]
    role: String,
    /// A new name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A new description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

pub(super) async fn create(args: CreateArgs, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let new = NewRole { id: args.id.clone(), name: args.name.clone(), description: args.description.clone() };
        let (said, role) = match opened.provider.create_role(&opened.by, new).await? {
            AddedRole::New(role) => ("Added role", role),
            AddedRole::Same(role) => ("There is this very role already:", role),
        };
        let give = format!("portcullis role grant {} --user EMAIL", quoted(&role.name));
        console.note(&format!("{said} {}. Give it: {give}", role.name));
        match (console.json, console.quiet) {
            (true, _) => console.answer_json(&answer(&role)),
            (false, true) => console.answer_ids([&role.id]),
            (false, false) => console.answer(&format!("Role Id\t{}\n", role.id)),
        }
    })
    .await
}

pub(super) async fn edit(args: EditArgs, run: &Run) -> Result<(), Failure> {
    if args.name.is_none() && args.description.is_none() {
        return Err(Failure::usage("nothing to change").remedy("what can be", "portcullis role edit --help"));
    }
    run.with_tenant(async |opened| {
        let before = find_role(opened, &args.role).await?;
        let change = RoleChange {
            made_on: Some(before.clone()),
            name: args.name.clone(),
            description: args.description.clone(),
        };
        let after = opened.provider.change_role(&opened.by, &before.id, change).await?;
        let remark = format!("Changed role {}. See it: portcullis role show {}", after.name, quoted(&after.name));
        run.console.changed(&after.id, &remark, &answer(&after))
    })
    .await
}

pub(super) async fn delete(role: &str, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let role = find_role(opened, role).await?;
        let holders = opened.provider.holders_of_role(&opened.by, &role.id, 1).await?;
        if holders.user_count + holders.client_count > 0 && role.built_in.is_none() {
            let count = |count: i64, what| counted(usize::try_from(count).unwrap_or_default(), what);
            let (users, clients) = (count(holders.user_count, "user"), count(holders.client_count, "client"));
            let facts = format!("Role {}: it is taken from {users} and {clients}.", role.name);
            console.confirm(&facts, "Remove it?")?;
        }
        opened.provider.remove_role(&opened.by, &role.id, None).await?;
        let remark = format!("Removed role {}. Tokens already issued have it until they expire", role.name);
        console.changed(&role.id, &remark, &json!({ "version": 1, "deleted": [role.id] }))
    })
    .await
}
