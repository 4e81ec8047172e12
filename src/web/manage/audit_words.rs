//! Entries of the audit log as people read them.

use crate::flows::admin::AuditRow;
use crate::oauth::{Role, UnixTime};
use crate::web::pages::{Fact, When};
use crate::web::portal::audit::AuditEntry;
use crate::web::portal::client_edit::ConflictField;
use serde_json::Value;

/// What entries can be about, and the words for it.
pub(super) const fn kinds() -> &'static [(&'static str, &'static str)] {
    &[
        ("", "Everything"),
        ("client", "Clients"),
        ("user", "Users"),
        ("role", "Roles"),
        ("key", "Keys"),
        ("account", "This account"),
        ("finding", "Findings"),
        ("instance", "This server"),
    ]
}

/// A row of the list. `roles` are those that there are now: their names stand for their ids.
pub(super) fn entry(row: AuditRow, roles: &[Role], now: UnixTime) -> AuditEntry {
    let gone = matches!(row.action.as_str(), "client.removed" | "user.removed" | "role.removed");
    let href = match row.target_kind.as_str() {
        "client" | "user" | "role" if !gone => format!("/portal/{}s/{}", row.target_kind, row.target_id),
        "key" => "/portal/keys".to_owned(),
        "finding" => "/portal/review".to_owned(),
        _ => String::new(),
    };
    AuditEntry {
        action: words(&row.action),
        target: if row.target_name.is_empty() { row.target_id } else { row.target_name },
        href,
        actor: row.actor_name,
        address: row.address,
        when: When::relative(UnixTime(row.at), now),
        changes: changes(&row.detail).into_iter().map(|change| with_names(change, roles)).collect(),
        id: row.id,
    }
}

/// Names in the place of the ids of roles. A role that was removed keeps its id.
fn with_names(change: ConflictField, roles: &[Role]) -> ConflictField {
    let name = |part: &str| {
        let role = roles.iter().find(|role| role.id.as_str() == part);
        role.map_or_else(|| part.to_owned(), |role| role.name.clone())
    };
    let named = |text: &str| text.split(", ").map(name).collect::<Vec<_>>().join(", ");
    ConflictField { mine: named(&change.mine), theirs: named(&change.theirs), label: change.label }
}

/// An action in the words of every other page: what people put into the account was added.
pub(super) fn words(action: &str) -> String {
    let told = match action {
        "login.succeeded" => "Signed in",
        "login.failed" => "Sign-in failed",
        "admin.denied" => "Portal refused",
        "user.link_made" => "Link for a password made",
        _ => "",
    };
    if !told.is_empty() {
        return told.to_owned();
    }
    let (object, verb) = action.split_once('.').unwrap_or((action, ""));
    let verb = match (object, verb) {
        ("client" | "user" | "role", "created") => "added".to_owned(),
        (_, verb) => verb.replace('_', " "),
    };
    let mut words = format!("{object} {verb}");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// Everything else that there is of a row.
pub(super) fn facts(row: &AuditRow) -> Vec<Fact> {
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let who =
        if row.actor_id.is_empty() { row.actor_kind.clone() } else { format!("{} {}", row.actor_kind, row.actor_id) };
    let sealed = row.hash.as_deref().map_or_else(|| "in a moment".to_owned(), hex::encode);
    vec![
        Fact::new("Action", row.action.clone()),
        Fact::new("Time", UnixTime(row.at).rfc3339()),
        Fact::new("Who", format!("{} ({who})", row.actor_name)),
        Fact::new("On", format!("{} {} {}", row.target_kind, row.target_name, row.target_id)),
        Fact::new("From", or(&row.address, "the terminal, or the server itself")),
        Fact::new("Reference of the request", or(&row.reference, "none")),
        Fact::new("Entry", row.id.clone()),
        Fact::new("Place in the chain", row.seq.map_or_else(|| "not sealed yet".to_owned(), |seq| seq.to_string())),
        Fact::new("Sealed with", sealed),
    ]
}

/// A secret that was added or removed: “‘prod 2026’, ends in …ucBB, expires 2027-11-23”.
pub(super) fn secret_in_words(detail: &str) -> String {
    let Ok(Value::Object(whole)) = serde_json::from_str(detail) else { return String::new() };
    let fields = ["after", "before"].iter().find_map(|side| whole.get(*side)?.as_object()).unwrap_or(&whole);
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut parts = vec![format!("‘{}’", text("description"))];
    if text("description").is_empty() {
        parts.clear();
    }
    if !text("ends_in").is_empty() {
        parts.push(format!("ends in …{}", text("ends_in")));
    }
    parts.push(text("expires").get(..10).map_or("never expires".to_owned(), |day| format!("expires {day}")));
    parts.join(", ")
}

/// The same as `changes` on one line: “token lifetime 3600 → 900, tags ci”. What is long is cut.
pub(super) fn changes_in_words(detail: &str) -> String {
    let words = changes(detail).into_iter().map(|one| match (one.mine.as_str(), one.theirs.as_str()) {
        ("", after) => format!("{} {after}", one.label),
        (before, "") => format!("{} {before} → none", one.label),
        (before, after) => format!("{} {before} → {after}", one.label),
    });
    let line = words.collect::<Vec<_>>().join(", ");
    if line.chars().count() > LONGEST { format!("{}…", line.chars().take(LONGEST).collect::<String>()) } else { line }
}

/// Most characters of a line.
const LONGEST: usize = 200;

/// Before and after, out of the row's JSON: `{"field": [before, after]}`, `{"before": {…}, "after": {…}}` or `{"field": value}`.
/// What did not change is left out.
fn changes(detail: &str) -> Vec<ConflictField> {
    let Value::Object(fields) = serde_json::from_str(detail).unwrap_or_default() else { return Vec::new() };
    let (before, after) =
        (fields.get("before").and_then(Value::as_object), fields.get("after").and_then(Value::as_object));
    if before.is_some() || after.is_some() {
        let mut names: Vec<&String> = before.into_iter().chain(after).flat_map(serde_json::Map::keys).collect();
        names.sort();
        names.dedup();
        let of =
            |side: Option<&serde_json::Map<String, Value>>, name: &str| side.and_then(|side| side.get(name)).cloned();
        let pairs = names.into_iter().map(|name| (name, of(before, name), of(after, name)));
        return pairs
            .filter(|(_, mine, theirs)| mine != theirs)
            .map(|(name, mine, theirs)| field(name, mine, theirs))
            .collect();
    }
    let one = |(name, value): (&String, &Value)| match value.as_array().map(Vec::as_slice) {
        Some([before, after]) if before == after => None,
        Some([before, after]) => Some(field(name, Some(before.clone()), Some(after.clone()))),
        _ => Some(field(name, None, Some(value.clone()))),
    };
    fields.iter().filter_map(one).collect()
}

fn field(name: &str, before: Option<Value>, after: Option<Value>) -> ConflictField {
    let text = |value: Option<Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text,
        Some(Value::Array(items)) => {
            let items = items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), ToOwned::to_owned));
            items.collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
    };
    ConflictField { label: name.replace('_', " "), mine: text(before), theirs: text(after) }
}

#[cfg(test)]
mod tests {
    use super::{changes, changes_in_words, secret_in_words, words};

    #[test]
    fn an_action_is_told_in_the_words_of_the_other_pages() {
        let rows = [
            ("client.created", "Client added"),
            ("user.created", "User added"),
            ("key.created", "Key created"),
            ("user.signed_out", "User signed out"),
            ("login.succeeded", "Signed in"),
            ("login.failed", "Sign-in failed"),
        ];
        for (action, expected) in rows {
            assert_eq!(words(action), expected);
        }
    }

    #[test]
    fn a_secret_is_told_in_a_few_words() {
        let rows = [
            (
                r#"{"description":"prod 2026","enabled":true,"ends_in":"ucBB","expires":"2027-11-25T23:59:59Z","secret_id":1}"#,
                "‘prod 2026’, ends in …ucBB, expires 2027-11-25",
            ),
            (r#"{"before":{"description":"","ends_in":"ucBB","expires":null}}"#, "ends in …ucBB, never expires"),
            ("", ""),
        ];
        for (detail, expected) in rows {
            assert_eq!(secret_in_words(detail), expected);
        }
    }

    #[test]
    fn what_changed_fits_on_one_line() {
        let rows = [
            (r#"{"token_lifetime":[3600,900]}"#, "token lifetime 3600 → 900"),
            (r#"{"before":{"name":"gone"},"after":{"description":"prod"}}"#, "description prod, name gone → none"),
            ("", ""),
        ];
        for (detail, expected) in rows {
            assert_eq!(changes_in_words(detail), expected);
        }
        assert_eq!(changes_in_words(&format!(r#"{{"urls":"{}"}}"#, "x".repeat(900))).chars().count(), 201);
    }

    #[test]
    fn what_changed_is_told_before_and_after() {
        let rows = [
            (r#"{"name":["a","b"],"email":["x","x"]}"#, "name: a > b"),
            (r#"{"before":{"n":1,"same":2},"after":{"n":3,"same":2}}"#, "n: 1 > 3"),
            (r#"{"after":{"urls":["u","v"],"none":null}}"#, "none:  > , urls:  > u, v"),
            (r#"{"before":{"name":"gone"}}"#, "name: gone > "),
            (r#"{"secret_id":1,"redirect_urls":["a","b","c"]}"#, "redirect urls:  > a, b, c, secret id:  > 1"),
            ("no JSON", ""),
            ("[1]", ""),
        ];
        for (detail, expected) in rows {
            let told = changes(detail).into_iter().map(|one| format!("{}: {} > {}", one.label, one.mine, one.theirs));
            assert_eq!(told.collect::<Vec<_>>().join(", "), expected, "{detail}");
        }
    }
}
