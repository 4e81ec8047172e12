//! Bodies that do not fit, told in words: what is there, what belongs there, and what to do about it.

use super::problem::Problem;
use serde_json::error::Category;
use std::borrow::Cow;

/// What does not fit, and where; without the list of everything that would.
pub(super) fn unreadable(error: &serde_json::Error, body: &[u8]) -> Problem {
    let text = error.to_string();
    let (what, place) = text.rsplit_once(" at line ").unwrap_or((text.as_str(), ""));
    let what = what.split_once(", expected one of").map_or(what, |(what, _)| what);
    let place = if place.is_empty() { String::new() } else { format!(" (line {place})") };
    let (what, remedy) = match wrong_kind(what) {
        Some((there, belongs)) => {
            let member = member_at(body, error.line(), error.column());
            let of_it = member.map_or(String::new(), |name| format!("in {name} "));
            let remedy = member.map_or_else(|| format!("Send {belongs}."), |name| format!("Send {name} as {belongs}."));
            (format!("{of_it}there is {there} where {belongs} belongs"), remedy)
        }
        None => (what.to_owned(), remedy(error.classify(), what).to_owned()),
    };
    let what: String = what.chars().filter(|c| !c.is_control()).take(200).collect();
    Problem::bad(format!("The body does not fit: {what}{place}."), remedy)
}

/// What to do about everything but a value of the wrong kind.
fn remedy(category: Category, what: &str) -> &'static str {
    match category {
        Category::Syntax | Category::Eof => "Send JSON: names and texts in double quotes, and every bracket closed.",
        _ if what.starts_with("unknown field") => {
            "Names are written in PascalCase, and only the documented ones are taken."
        }
        _ if what.starts_with("duplicate field") => "Send each member once.",
        _ if what.starts_with("missing field") => "Send this member too.",
        _ if what.contains("is not a time") => "Write times in this form, in UTC or with an offset.",
        _ => "Compare the body with the API's reference.",
    }
}

/// What is there and what belongs there, if a value is of the wrong kind.
fn wrong_kind(what: &str) -> Option<(String, Cow<'_, str>)> {
    let told = what.strip_prefix("invalid type: ").or_else(|| what.strip_prefix("invalid value: "))?;
    let (there, belongs) = told.rsplit_once(", expected ")?;
    let there = match there.split_once(' ') {
        _ if there == "sequence" => "a list".to_owned(),
        _ if there == "map" => "an object".to_owned(),
        Some(("string", text)) => format!("the text {text}"),
        Some(("integer", number)) => format!("the number {}", number.trim_matches('`')),
        Some(("floating", number)) => format!("the number {}", number.trim_start_matches("point ").trim_matches('`')),
        Some(("boolean", word)) => word.trim_matches('`').to_owned(),
        _ => there.to_owned(),
    };
    let belongs = match belongs {
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number that is not negative",
        "a string" | "a borrowed string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        "f32" | "f64" => "a number",
        _ if belongs.starts_with("struct ") => "an object",
        other => other,
    };
    Some((there, Cow::Borrowed(belongs)))
}

/// The member whose value ends or begins at a place of the body: the last one that is named before it.
fn member_at(body: &[u8], line: usize, column: usize) -> Option<&str> {
    let before: usize = body.split_inclusive(|byte| *byte == b'\n').take(line.checked_sub(1)?).map(<[u8]>::len).sum();
    let text = std::str::from_utf8(body.get(..before + column)?).ok()?;
    text.rmatch_indices(':').find_map(|(at, _)| {
        let (_, name) = text[..at].trim_end().strip_suffix('"')?.rsplit_once('"')?;
        let plain = (1..=60).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only what cannot be read is looked at")]
    struct Body {
        count: i64,
        few: Option<u32>,
        names: Option<Vec<String>>,
        on: Option<bool>,
    }

    #[test]
    fn what_does_not_fit_is_told_in_words_with_a_remedy_of_its_kind() {
        let rows = [
            (
                "{\n  \"Count\": 60.0}",
                "in Count there is the number 60.0 where a whole number belongs",
                "Send Count as a whole number.",
            ),
            (r#"{"Count":"60"}"#, "in Count there is the text \"60\"", "Send Count as a whole number."),
            (r#"{"Count":":a\":b"}"#, "in Count there is the text", "Send Count as a whole number."),
            (r#"{"Few":-1}"#, "the number -1 where a whole number that is not", "Send Few as a whole number that"),
            (r#"{"Names":[1]}"#, "in Names there is the number 1 where a text belongs", "Send Names as a text."),
            (r#"{"Names":{}}"#, "in Names there is an object where a list belongs", "Send Names as a list."),
            (r#"{"On":"yes"}"#, "in On there is the text \"yes\" where true or false", "Send On as true or false."),
            (r#"{"on":true}"#, "unknown field `on`", "Names are written in PascalCase"),
            (r#"{"Count":1,"Count":2}"#, "duplicate field `Count`", "Send each member once."),
            ("{}", "missing field `Count`", "Send this member too."),
            ("{", "EOF", "Send JSON"),
            ("{'Count':1}", "key must be a string", "Send JSON"),
        ];
        for (body, reason, remedy) in rows {
            let error = serde_json::from_str::<Body>(body).expect_err(body);
            let words = unreadable(&error, body.as_bytes()).words;
            assert!(words.reason.contains(reason), "{body}: {}", words.reason);
            assert!(words.resolution.starts_with(remedy), "{body}: {}", words.resolution);
            assert!(!words.reason.contains("i64") && !words.reason.contains("expected"), "{}", words.reason);
        }
    }
}
