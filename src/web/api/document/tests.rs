use super::document;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn whole() -> Value {
    document("https://id.example.com")
}

/// All values below `value` that stand under this name.
fn under<'v>(value: &'v Value, name: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(name));
            members.values().for_each(|member| under(member, name, found));
        }
        Value::Array(items) => items.iter().for_each(|item| under(item, name, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let whole = whole();
    let mut references = Vec::new();
    under(&whole, "$ref", &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let path = reference.as_str().and_then(|text| text.strip_prefix('#')).expect("a reference");
        assert!(whole.pointer(path).is_some(), "{reference}");
    }
}

#[test]
fn every_schema_is_closed_but_those_that_may_grow() {
    let whole = whole();
    let schemas = whole["components"]["schemas"].as_object().expect("schemas");
    let open: BTreeSet<&str> = schemas
        .iter()
        .filter(|(_, schema)| schema["type"] == "object" && schema["additionalProperties"] != json!(false))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(open, BTreeSet::from(["Preferences", "Problem", "Refusal"]));
    for schema in schemas.values().filter(|schema| schema["type"] == "object") {
        let names = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name);
        for name in names.filter(|name| !["type", "title", "detail", "status"].contains(&name.as_str())) {
            assert!(name.starts_with(|first: char| first.is_ascii_uppercase()), "{name} is not in PascalCase");
        }
    }
}

#[test]
fn clients_have_the_members_of_their_type() {
    let whole = whole();
    let names = |schema: &str| {
        let members = whole["components"]["schemas"][schema]["properties"].as_object().expect(schema);
        members.keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        names("ClientCredentialClient"),
        "AccessTokenAlgorithm AccessTokenLifetime AuthenticationMethod Enabled Id Name RoleIds Tags"
    );
    assert_eq!(
        names("NewClientCredentialClient"),
        "AccessTokenAlgorithm AccessTokenLifetime AuthenticationMethod Enabled Id Name RoleIds SecretDescription \
         SecretExpirationDate Tags"
    );
    assert!(names("AuthorizationCodeClient").contains("AllowedCorsOrigins"));
    assert!(!names("HybridClient").contains("AllowedCorsOrigins"));
    assert!(!names("ChangedHybridClient").contains("Secret"));
    let created = &whole["components"]["schemas"]["HybridClientWithSecret"];
    assert_eq!(created["properties"]["Client"], json!({ "$ref": "#/components/schemas/HybridClient" }));
    assert_eq!(created["properties"]["Id"]["type"], "integer");
}

#[test]
fn what_is_read_may_be_left_out_and_what_is_written_is_there() {
    let whole = whole();
    let (sent, shown) = (&whole["components"]["schemas"]["SecretToSend"], &whole["components"]["schemas"]["Secret"]);
    assert_eq!(sent.get("required"), None);
    assert_eq!(sent["properties"]["Expiration"]["type"], json!(["string", "null"]));
    assert_eq!(shown["required"], json!(["Id", "Description", "Expiration", "Expires"]));
}

#[test]
fn each_operation_tells_its_right_and_its_refusals() {
    let whole = whole();
    let operation = &whole["paths"]["/api/v1/Tenants/{tenantId}/ClientCredentialClients/{clientId}/Secrets"]["post"];
    assert_eq!(operation["operationId"], "addClientCredentialClientSecret");
    assert_eq!(operation["description"], "Needs the role Account Administrator. The client itself may do it too.");
    let statuses: Vec<&String> = operation["responses"].as_object().expect("responses").keys().collect();
    assert_eq!(statuses, ["201", "400", "401", "403", "404", "408", "409", "413", "415", "429", "500", "503"]);
}
