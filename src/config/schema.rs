//! The settings file as a JSON Schema, for editors.

use super::table::{Kind, Setting, settings};
use serde_json::{Map, Value, json};

/// A JSON Schema (draft 2020-12) of the settings file.
#[must_use]
pub fn schema() -> Value {
    let mut root = object();
    for setting in settings() {
        let (section, name) = setting.section_and_name();
        let mut at = &mut root;
        for step in section.split('.').filter(|step| !step.is_empty()) {
            at = &mut at["properties"][step];
            if at.is_null() {
                *at = object();
            }
        }
        at["properties"][name] = property(setting);
        if setting.secret {
            let about = format!("A file whose first line is `{}`.", setting.path);
            at["properties"][format!("{name}_file")] = json!({"type": "string", "description": about});
        }
    }
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("Portcullis settings");
    root
}

fn object() -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": {}})
}

fn property(setting: &Setting) -> Value {
    let words = setting.doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut property = Map::new();
    property.insert("description".to_owned(), json!(words));
    let number = |text: &str| text.parse::<u64>().ok();
    let range = setting.range.map(|(least, most)| (number(least), number(most)));
    let (form, default) = match setting.kind {
        Kind::Boolean => (json!({"type": "boolean"}), json!(setting.default == "true")),
        Kind::Number => {
            let mut form = json!({"type": "integer"});
            if let Some((Some(least), Some(most))) = range {
                form["minimum"] = json!(least);
                form["maximum"] = json!(most);
            }
            (form, json!(number(setting.default)))
        }
        Kind::Duration => {
            let word = if setting.word.is_empty() { String::new() } else { format!("|{}", setting.word) };
            let text = json!({"type": "string", "pattern": format!("^([0-9]+[smhd]?{word})$")});
            (json!({"anyOf": [text, {"type": "integer", "minimum": 0}]}), json!(setting.default))
        }
        Kind::Networks => (json!({"type": "array", "items": {"type": "string"}}), json!([])),
        Kind::Choice(words) => (json!({"enum": words}), json!(setting.default)),
        _ => (json!({"type": "string"}), json!(setting.default)),
    };
    if let Value::Object(form) = form {
        property.extend(form);
    }
    let derived = setting.default.contains('{') || (setting.default.is_empty() && setting.kind != Kind::Networks);
    if !derived {
        property.insert("default".to_owned(), default);
    }
    Value::Object(property)
}
