//! An operation as a command that can be pasted.

use super::view::resolve;
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// The command. Ids are variables of the shell: `$CLIENT_ID`.
pub(super) fn curl(document: &Value, path: &str, method: &str, sent: &Value) -> String {
    let base = document["servers"][0]["url"].as_str().unwrap_or_default();
    let path = path.split('/').map(variable).collect::<Vec<_>>().join("/");
    let way = match method {
        "GET" => String::new(),
        "HEAD" => " --head".to_owned(),
        other => format!(" -X {other}"),
    };
    let mut command = format!("curl -sS{way} \"{base}{path}\" \\\n  -H \"Authorization: Bearer $TOKEN\"");
    if !sent.is_null() {
        let body = example(document, sent).to_string();
        let _ = write!(command, " \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'");
    }
    command
}

/// `{clientId}` as `$CLIENT_ID`.
fn variable(part: &str) -> String {
    let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else { return part.to_owned() };
    let mut variable = "$".to_owned();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            variable.push('_');
        }
        variable.push(letter.to_ascii_uppercase());
    }
    variable
}

/// A body with the members that have an example, or none.
fn example(document: &Value, schema: &Value) -> Value {
    let members = resolve(document, schema)["properties"].as_object().into_iter().flatten();
    let shown = members.filter_map(|(name, member)| Some((name.clone(), member["examples"].get(0)?.clone())));
    let body = Value::Object(shown.collect::<Map<_, _>>());
    if schema["type"] == "array" { Value::Array(vec![body]) } else { body }
}

#[cfg(test)]
mod tests {
    use super::curl;
    use crate::web::api::document::document;

    #[test]
    fn a_command_has_variables_for_ids_and_a_body_that_would_do() {
        let document = document("https://id.example.com");
        let schema = &document["paths"]["/api/v1/Tenants/{tenantId}/Roles"]["post"]["requestBody"]["content"]["application/json"]
            ["schema"];
        let command = curl(&document, "/api/v1/Tenants/{tenantId}/Roles", "POST", schema);
        let expected = "curl -sS -X POST \"https://id.example.com/api/v1/Tenants/$TENANT_ID/Roles\" \\\n  \
            -H \"Authorization: Bearer $TOKEN\" \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"Name\":\"Pump Operator\"}'";
        assert_eq!(command, expected);
        let path = "/api/v1/Tenants/{tenantId}/HybridClients/{clientId}/Secrets/{secretId}";
        let command = curl(&document, path, "DELETE", &serde_json::Value::Null);
        assert!(command.contains("/HybridClients/$CLIENT_ID/Secrets/$SECRET_ID\""), "{command}");
    }
}
