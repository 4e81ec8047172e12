//! The document as pages show it: plain values, read from the JSON that programs get, so that both say the same.

use super::curl::curl;
use askama::Template;
use askama::filters::HtmlSafe;
use serde_json::Value;

/// A part of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub name: String,
    pub about: String,
    pub operations: Vec<Entry>,
}

/// An operation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub id: String,
    pub method: String,
    /// Below the tenant.
    pub path: String,
    pub summary: String,
}

/// An operation by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Whole {
    pub id: String,
    pub method: String,
    pub path: String,
    pub summary: String,
    pub right: String,
    pub parameters: Vec<Member>,
    pub body: Option<Body>,
    pub answers: Vec<Told>,
    pub curl: String,
}

/// What is sent or answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Body {
    pub form: Form,
    pub members: Vec<Member>,
}

/// A parameter, or a member of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub name: String,
    /// `path`, `query`, `header`, or nothing for members.
    pub place: String,
    pub form: Form,
    pub about: String,
    pub required: bool,
}

/// What a value looks like, in words; what is named has a page of its own.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/api_form.html")]
pub(super) struct Form {
    pub words: String,
    pub named: Option<String>,
}

impl HtmlSafe for Form {}

/// A status that may be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub status: String,
    pub about: String,
    pub form: Option<Form>,
}

const TENANT: &str = "/api/v1/Tenants/{tenantId}";

/// The parts with their operations, in the order of the document.
pub(super) fn parts(document: &Value) -> Vec<Part> {
    let part = |tag: &Value| {
        let name = text(&tag["name"]);
        let of_part = all(document).filter(|(.., operation)| operation["tags"][0] == tag["name"]);
        let operations = of_part.map(|(path, method, operation)| entry(path, method, operation)).collect();
        Part { about: text(&tag["description"]), operations, name }
    };
    list(&document["tags"]).iter().map(part).collect()
}

/// One operation.
pub(super) fn whole(document: &Value, id: &str) -> Option<Whole> {
    let (path, method, operation) = all(document).find(|(.., operation)| operation["operationId"] == id)?;
    let parameters = list(&document["paths"][path]["parameters"]).iter().chain(list(&operation["parameters"]));
    let sent = &operation["requestBody"]["content"]["application/json"]["schema"];
    let answers = operation["responses"].as_object().into_iter().flatten();
    let Entry { id, method, summary, .. } = entry(path, method, operation);
    Some(Whole {
        curl: curl(document, path, &method, sent),
        parameters: parameters.map(parameter).collect(),
        body: (!sent.is_null()).then(|| Body { form: form(sent), members: members(resolve(document, sent)) }),
        answers: answers.map(|(status, told)| answer(status, told)).collect(),
        right: text(&operation["description"]),
        path: path.to_owned(),
        id,
        method,
        summary,
    })
}

/// One named shape.
pub(super) fn shape(document: &Value, name: &str) -> Option<Body> {
    let schema = document["components"]["schemas"].get(name)?;
    Some(Body { form: form(schema), members: members(schema) })
}

/// What a reference leads to, or the schema itself; of a list, its rows.
pub(super) fn resolve<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    let reference = schema["$ref"].as_str().and_then(|reference| document.pointer(reference.strip_prefix('#')?));
    match reference {
        Some(found) => found,
        None if schema["type"] == "array" => resolve(document, &schema["items"]),
        None => schema,
    }
}

fn all(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    const METHODS: [&str; 5] = ["get", "head", "post", "put", "delete"];
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, operations)| {
        METHODS.into_iter().filter_map(move |method| Some((path.as_str(), method, operations.get(method)?)))
    })
}

fn entry(path: &str, method: &str, operation: &Value) -> Entry {
    Entry {
        id: text(&operation["operationId"]),
        method: method.to_ascii_uppercase(),
        path: path.strip_prefix(TENANT).unwrap_or(path).to_owned(),
        summary: text(&operation["summary"]),
    }
}

fn parameter(told: &Value) -> Member {
    Member {
        name: text(&told["name"]),
        place: text(&told["in"]),
        form: form(&told["schema"]),
        about: text(&told["description"]),
        required: told["required"] == true,
    }
}

fn members(schema: &Value) -> Vec<Member> {
    let required = list(&schema["required"]);
    let member = |(name, schema): (&String, &Value)| Member {
        name: name.clone(),
        place: String::new(),
        form: form(schema),
        about: text(&schema["description"]),
        required: required.contains(&Value::from(name.as_str())),
    };
    schema["properties"].as_object().into_iter().flatten().map(member).collect()
}

fn answer(status: &str, told: &Value) -> Told {
    let schema = &told["content"]["application/json"]["schema"];
    Told {
        status: status.to_owned(),
        about: text(&told["description"]),
        form: (!schema.is_null()).then(|| form(schema)),
    }
}

fn form(schema: &Value) -> Form {
    if let Some(reference) = schema["$ref"].as_str() {
        return Form { words: String::new(), named: reference.rsplit('/').next().map(ToOwned::to_owned) };
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        return Form { words: words.join(", "), named: None };
    }
    // `["string", "null"]`: the first is what it is if it is there.
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or_default();
    let words = match (kind, schema["format"].as_str()) {
        ("string", Some("date-time")) => "time",
        ("string", Some("uuid")) => "GUID",
        ("string", _) => "text",
        ("integer", _) => return Form { words: number(schema), named: None },
        ("boolean", _) => "true or false",
        ("object", _) => "object",
        ("array", _) => {
            let of = form(&schema["items"]);
            return Form { words: format!("list of {}", of.words), named: of.named };
        }
        _ => "anything",
    };
    Form { words: words.to_owned(), named: None }
}

fn number(schema: &Value) -> String {
    match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("whole number from {least}"),
        _ => "whole number".to_owned(),
    }
}

fn text(value: &Value) -> String {
    // A comment's lines are one line on a page.
    value.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
