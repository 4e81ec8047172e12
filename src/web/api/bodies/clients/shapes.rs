//! What the bodies of each type look like: the one type that is read or written, less what belongs to other types.

use super::members::{MEMBERS, Shown, may_be_sent};
use super::{ClientMembers, ClientView, CreatedView};
use crate::oauth::ClientType;
use crate::web::api::shape::{Shape, Shapes};
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Value, json};

impl ClientMembers {
    /// What is taken to add a client of this type, or to change one.
    pub(in crate::web::api) fn shape(kind: ClientType, new: bool) -> Shape {
        Box::new(move |shapes| {
            let mut schema = Self::json_schema(&mut shapes.sent).to_value();
            keep(&mut schema, |name| may_be_sent(name, kind, new));
            if new {
                let needed: &[&str] = if kind.has_users() { &["Name", "RedirectUris"] } else { &["Name"] };
                schema["required"] = json!(needed);
            }
            let verb = if new { "New" } else { "Changed" };
            shapes.name(&format!("{verb}{}", name(kind)), schema)
        })
    }
}

impl ClientView {
    /// A client of this type.
    pub(in crate::web::api) fn shape(kind: ClientType) -> Shape {
        Box::new(move |shapes| Self::named(shapes, kind))
    }

    /// A list of clients of this type.
    pub(in crate::web::api) fn list_shape(kind: ClientType) -> Shape {
        Box::new(move |shapes| json_schema!({ "type": "array", "items": Self::named(shapes, kind) }))
    }

    fn named(shapes: &mut Shapes, kind: ClientType) -> Schema {
        let mut schema = Self::json_schema(&mut shapes.shown).to_value();
        let of_kind = || MEMBERS.iter().filter(|member| (member.of)(kind) && member.shown != Shown::WithNew);
        keep(&mut schema, |name| of_kind().any(|member| member.name == name));
        let always = of_kind().filter(|member| member.shown == Shown::Always).map(|member| member.name);
        schema["required"] = always.collect();
        shapes.name(name(kind), schema)
    }
}

impl CreatedView<'_> {
    /// What answers the addition of a client of this type.
    pub(in crate::web::api) fn shape(kind: ClientType) -> Shape {
        if !kind.has_secrets() {
            return ClientView::shape(kind);
        }
        Box::new(move |shapes| {
            let client = ClientView::named(shapes, kind);
            let mut schema = Self::json_schema(&mut shapes.shown).to_value();
            schema["properties"]["Client"] = client.to_value();
            shapes.name(&format!("{}WithSecret", name(kind)), schema)
        })
    }
}

const fn name(kind: ClientType) -> &'static str {
    match kind {
        ClientType::ClientCredentials => "ClientCredentialClient",
        ClientType::AuthorizationCode => "AuthorizationCodeClient",
        ClientType::Hybrid => "HybridClient",
    }
}

/// Leaves the members that `belongs` names, and lets nothing else in.
fn keep(schema: &mut Value, belongs: impl Fn(&str) -> bool) {
    if let Some(properties) = schema["properties"].as_object_mut() {
        properties.retain(|name, _| belongs(name));
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("unevaluatedProperties");
        schema.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}
