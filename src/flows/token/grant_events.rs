//! What the audit log says of tokens in two hands.

use crate::oauth::audit::{Actor, AuditEvent, Origin};
use crate::oauth::{Client, Grant};

/// The client as the one who acts.
pub(super) fn origin_of(client: &Client, address: &str) -> Origin {
    let actor = Actor::Client { id: client.id.clone(), name: client.name.clone() };
    Origin { actor, address: address.to_owned(), reference: String::new() }
}

/// Something that happened to a grant; it is told of its client.
pub(super) fn grant_event(grant: &Grant, client_name: &str, action: &'static str) -> AuditEvent {
    AuditEvent {
        tenant_id: Some(grant.tenant_id.clone()),
        action,
        target_kind: "client",
        target_id: grant.client_id.as_str().to_owned(),
        target_name: client_name.to_owned(),
        detail: serde_json::json!({ "grant": grant.id, "user": grant.user_id }).to_string(),
    }
}
