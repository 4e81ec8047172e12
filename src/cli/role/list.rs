//! `portcullis role list`, `show`, and how roles are written.

use super::find_role;
use crate::cli::failure::Failure;
use crate::cli::run::Run;
use crate::cli::table::{Cell, Table};
use crate::oauth::Role;
use crate::web::RoleView;
use serde_json::json;
use std::fmt::Write as _;

/// Most holders of each kind that are shown.
const MOST: i64 = 1_000;

/// The answer about one role.
pub(super) fn answer(role: &Role) -> serde_json::Value {
    json!({ "version": 1, "roles": [RoleView::from(role)] })
}

pub(super) async fn list(run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let roles = opened.provider.read_roles(&opened.by).await?;
        if console.json {
            let roles: Vec<RoleView> = roles.iter().map(RoleView::from).collect();
            return console.answer_json(&json!({ "version": 1, "roles": roles }));
        }
        if console.quiet {
            return console.answer_ids(roles.iter().map(|role| &role.id));
        }
        let mut table = Table::new(&["NAME", "WHAT IT MAY DO", "KIND", "ROLE ID"]);
        for role in &roles {
            table.row(vec![
                Cell::text(role.name.as_str()),
                Cell::text(role.description.as_str()),
                Cell::text(if role.built_in.is_some() { "built-in" } else { "own" }),
                Cell::text(role.id.as_str()),
            ]);
        }
        console.answer(&table.render(console))
    })
    .await
}

pub(super) async fn show(role: &str, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    run.with_tenant(async |opened| {
        let role = find_role(opened, role).await?;
        let holders = opened.provider.holders_of_role(&opened.by, &role.id, MOST).await?;
        if console.json {
            let users: Vec<_> =
                holders.users.iter().map(|user| json!({ "Id": user.id.as_str(), "Email": user.email })).collect();
            let clients: Vec<_> =
                holders.clients.iter().map(|client| json!({ "Id": client.id.as_str(), "Name": client.name })).collect();
            let mut answer = answer(&role);
            answer["users"] = users.into();
            answer["clients"] = clients.into();
            return console.answer_json(&answer);
        }
        if console.quiet {
            return console.answer_ids([&role.id]);
        }
        let kind = if role.built_in.is_some() { "built-in" } else { "own" };
        let mut text = format!(
            "Role Id\t{}\nName\t{}\nDescription\t{}\nKind\t{kind}\nUsers\t{}\n",
            role.id, role.name, role.description, holders.user_count
        );
        for user in &holders.users {
            let _ = writeln!(text, "\t{}", user.email);
        }
        let _ = writeln!(text, "Clients\t{}", holders.client_count);
        for client in &holders.clients {
            let _ = writeln!(text, "\t{}", client.name);
        }
        console.answer(&if console.human { aligned(&text) } else { text })
    })
    .await
}

/// Labels in a column, for people.
fn aligned(text: &str) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        let (label, value) = line.split_once('\t').unwrap_or((line, ""));
        let _ = writeln!(all, "{label:13}{value}");
        all
    })
}
