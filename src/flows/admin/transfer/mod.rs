//! Roles, clients and users as one document: out of one store and into another, whatever the engine. What is in the
//! document is made so; what is not in it is left, unless it shall go.

mod clients;
mod document;
mod export;
mod import;
mod logos;
mod prune;
mod roles;
mod users;

pub use document::{ClientEntry, Document, DocumentError, RoleEntry, SecretEntry, UserEntry};
pub use export::ExportChoice;
pub use import::{Change, ImportChoice, ImportError, ImportProblem, ImportReport, Outcome};

use crate::oauth::{Role, RoleId};

/// A role's name in the document: of a built-in one its type id, which is the same on every server; its id otherwise.
fn portable(id: &RoleId, roles: &[Role]) -> String {
    let built_in = roles.iter().find(|role| role.id == *id).and_then(|role| role.built_in);
    built_in.map_or_else(|| id.as_str().to_owned(), |role| role.type_id().to_owned())
}

fn portable_all(ids: &[RoleId], roles: &[Role]) -> Vec<String> {
    let mut all: Vec<String> = ids.iter().map(|id| portable(id, roles)).collect();
    all.sort();
    all
}

/// The roles of this tenant that the document names. One that is not there keeps its name, and is refused by the rules.
fn local_all(names: &[String], roles: &[Role]) -> Vec<RoleId> {
    let local = |name: &String| {
        let built_in =
            |role: &&Role| role.built_in.is_some_and(|built_in| built_in.type_id().eq_ignore_ascii_case(name));
        roles.iter().find(built_in).map_or_else(|| RoleId::new(name.to_ascii_lowercase()), |role| role.id.clone())
    };
    names.iter().map(local).collect()
}

/// That somebody of this name holds a role that is not there, and what to do about it.
fn missing_role(holder: &str, asked: &[RoleId], roles: &[Role]) -> Option<String> {
    let missing = asked.iter().find(|id| roles.iter().all(|role| role.id != **id))?;
    Some(format!("\"{holder}\" holds the role {missing}, which is not here. Export the roles, too, and import both."))
}
