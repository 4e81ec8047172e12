//! The document of the API (`OpenAPI` 3.1), made from the table of operations and from the types that are read and written.

mod one;
mod refusals;

use super::operation::Operation;
use super::shape::Shapes;
use crate::oauth::Scope;
use serde_json::{Map, Value, json};

/// The parts of the API, in the order in which they are read, and what each is about.
const PARTS: &[(&str, &str)] = &[
    ("Tenant", "The account that the token is for."),
    ("ClientCredentialClients", "Services, scripts and devices that have no user, with their secrets and roles."),
    ("AuthorizationCodeClients", "Browser and mobile apps, which cannot keep a secret."),
    ("HybridClients", "Apps with a server that signs users in, with their secrets."),
    ("Roles", "Roles, and who holds them."),
    ("Users", "People, their roles and invitations."),
    ("IdentityProviders", "Ways to sign in."),
];

const ABOUT: &str = "Send an access token of this server with the scope `ocsapi` in the header `Authorization: Bearer`. \
    `tenantId` is the token's claim `tid`. Fixed words of paths may be written in any case. Every GET has its HEAD. Every \
    answer has an `Operation-Id`, which is in the server's log too.";

/// The document, for a server that is reached here.
pub(super) fn document(public_url: &str) -> Value {
    let (operations, mut shapes) = (super::operations(), Shapes::new());
    let mut paths: Map<String, Value> = Map::new();
    for operation in &operations {
        let at = paths.entry(operation.address()).or_insert_with(|| json!({ "parameters": one::ids(operation) }));
        at[operation.method.as_str().to_ascii_lowercase()] = one::operation(operation, &mut shapes);
    }
    let mut schemas = shapes.finish();
    schemas.extend(refusals::schemas());
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Portcullis REST API", "version": crate::release::version(), "description": ABOUT },
        "servers": [{ "url": public_url }],
        "security": [{ "token": [Scope::API] }],
        "tags": PARTS.iter().map(|(name, about)| json!({ "name": name, "description": about })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": one::headers(),
            "securitySchemes": { "token": {
                "type": "oauth2",
                "flows": { "clientCredentials": {
                    "tokenUrl": format!("{public_url}/identity/connect/token"),
                    "scopes": { Scope::API: "Call this API." },
                } },
            } },
        },
    })
}

/// The right that an operation asks for, in words.
fn right(operation: &Operation) -> String {
    let role = operation.act.role().map_or_else(String::new, |role| format!("Needs the role {}.", role.name()));
    let own = if operation.path.starts_with("/Users") { "user" } else { "client" };
    if operation.act.is_open_to_self() { format!("{role} The {own} itself may do it too.") } else { role }
}

#[cfg(test)]
mod tests;
