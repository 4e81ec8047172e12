//! What each standard claim may be.

use crate::oauth::UnixTime;
use serde_json::{Map, Value};

const ADDRESS: [&str; 6] = ["formatted", "street_address", "locality", "region", "postal_code", "country"];

/// The value as it is kept; none if it says nothing; or what is wrong with it.
pub(super) fn check(name: &str, value: Value, today: UnixTime) -> Result<Option<Value>, String> {
    match name {
        "given_name" | "family_name" | "middle_name" | "nickname" | "preferred_username" | "gender" => {
            text(name, value, |text| line(text, 255).then_some(()).ok_or("one line of up to 255 characters"))
        }
        "profile" | "picture" | "website" => text(name, value, web_address),
        "birthdate" => text(name, value, |text| birthdate(text, today)),
        "zoneinfo" => text(name, value, time_zone),
        "locale" => text(name, value, language_tag),
        "phone_number" => text(name, value, phone_number),
        "email_verified" | "phone_number_verified" => match value {
            Value::Null => Ok(None),
            Value::Bool(_) => Ok(Some(value)),
            _ => Err(format!("{name} must be true or false, without quotes.")),
        },
        "address" => address(value),
        "name" | "email" | "updated_at" => {
            Err(format!("{name} is a field of the user itself. Take it out of the claims and set it there."))
        }
        "sub" => Err("sub is the user's id and cannot be changed. Take it out.".to_owned()),
        _ => Err(format!("{name} is not one of the standard claims of OpenID Connect.")),
    }
}

fn text(
    name: &str,
    value: Value,
    check: impl FnOnce(&str) -> Result<(), &'static str>,
) -> Result<Option<Value>, String> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        _ => return Err(format!("{name} must be text, in quotes.")),
    };
    if text.is_empty() {
        return Ok(None);
    }
    // Programs that once wrote "null" for nothing are read as if a person were called that.
    if text.eq_ignore_ascii_case("null") {
        return Err(format!("{name} must not be the word null. Leave it out instead."));
    }
    match check(&text) {
        Ok(()) => Ok(Some(Value::String(text))),
        Err(needed) => Err(format!("{name} must be {needed}.")),
    }
}

fn line(text: &str, longest: usize) -> bool {
    text.chars().count() <= longest && !text.chars().any(char::is_control)
}

fn web_address(text: &str) -> Result<(), &'static str> {
    let needed = "a web address that begins with https:// or http://";
    let url = url::Url::parse(text).map_err(|_| needed)?;
    let good = matches!(url.scheme(), "https" | "http") && url.host().is_some() && line(text, 2_048);
    if good { Ok(()) } else { Err(needed) }
}

/// A day, a year, or a day without its year (OpenID Connect Core 5.1).
fn birthdate(text: &str, today: UnixTime) -> Result<(), &'static str> {
    let needed = "a day like 1990-05-17, 0000-05-17 without the year, or a year like 1990, from 1850 to today";
    let today = today.date();
    let in_time = |text: &str| text >= "1850" && text <= today.as_str();
    let is_day = |text: &str| UnixTime::start_of_day(text).is_some();
    let good = match (text.len(), text.strip_prefix("0000-")) {
        (10, Some(day)) => is_day(&format!("2000-{day}")),
        (10, None) => is_day(text) && in_time(text),
        (4, _) => text.bytes().all(|b| b.is_ascii_digit()) && in_time(text),
        _ => false,
    };
    if good { Ok(()) } else { Err(needed) }
}

fn time_zone(text: &str) -> Result<(), &'static str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+');
    let good = text.len() <= 64 && text.bytes().all(plain) && text.starts_with(|c: char| c.is_ascii_alphabetic());
    if good { Ok(()) } else { Err("a time zone like Europe/Amsterdam") }
}

fn language_tag(text: &str) -> Result<(), &'static str> {
    let mut parts = text.split(['-', '_']);
    let first = parts.next().unwrap_or_default();
    let rest = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let good = (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic()) && parts.all(rest);
    if good { Ok(()) } else { Err("a language tag like nl-NL") }
}

fn phone_number(text: &str) -> Result<(), &'static str> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '(' | ')' | '-' | '.' | ';' | '=' | 'e' | 'x' | 't');
    let good = text.starts_with('+') && text.chars().all(plain) && (5..=20).contains(&digits) && text.len() <= 40;
    if good { Ok(()) } else { Err("a number with its country code, like +31 20 555 0100") }
}

fn address(value: Value) -> Result<Option<Value>, String> {
    let members = match value {
        Value::Null => return Ok(None),
        Value::Object(members) => members,
        _ => return Err("address must be an object, like {\"locality\": \"Delft\"}.".to_owned()),
    };
    let mut kept = Map::new();
    for (name, value) in members {
        if !ADDRESS.contains(&name.as_str()) {
            return Err(format!("address.{name} is not a part of an address. There are {}.", ADDRESS.join(", ")));
        }
        // Two parts of an address may have several lines.
        let fits = |text: &str| {
            text.chars().count() <= 500 && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r'))
        };
        let checked =
            text(&format!("address.{name}"), value, |text| fits(text).then_some(()).ok_or("up to 500 characters"))?;
        kept.extend(checked.map(|value| (name, value)));
    }
    Ok((!kept.is_empty()).then_some(Value::Object(kept)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn today() -> UnixTime {
        UnixTime::start_of_day("2026-11-24").expect("a day")
    }

    #[test]
    fn claims_of_the_right_type_are_kept() {
        let rows = [
            ("given_name", json!(" Uma "), json!("Uma")),
            ("picture", json!("https://uma.example/me.png"), json!("https://uma.example/me.png")),
            ("birthdate", json!("1990-05-17"), json!("1990-05-17")),
            ("birthdate", json!("0000-02-29"), json!("0000-02-29")),
            ("birthdate", json!("1990"), json!("1990")),
            ("zoneinfo", json!("America/Argentina/Buenos_Aires"), json!("America/Argentina/Buenos_Aires")),
            ("locale", json!("zh-Hant-TW"), json!("zh-Hant-TW")),
            ("phone_number", json!("+1 (604) 555-1234;ext=5678"), json!("+1 (604) 555-1234;ext=5678")),
            ("email_verified", json!(false), json!(false)),
            ("address", json!({"locality": "Delft", "region": ""}), json!({"locality": "Delft"})),
            ("address", json!({"formatted": "Markt 1\nDelft"}), json!({"formatted": "Markt 1\nDelft"})),
        ];
        for (name, given, kept) in rows {
            assert_eq!(check(name, given, today()), Ok(Some(kept)), "{name}");
        }
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        for (name, nothing) in [
            ("given_name", json!(null)),
            ("given_name", json!("  ")),
            ("email_verified", json!(null)),
            ("address", json!(null)),
            ("address", json!({})),
            ("address", json!({"country": null})),
        ] {
            assert_eq!(check(name, nothing, today()), Ok(None), "{name}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_what_is_needed() {
        let rows = [
            ("given_name", json!(5), "must be text"),
            ("given_name", json!("null"), "the word null"),
            ("nickname", json!("a\u{0}"), "one line"),
            ("nickname", json!("x".repeat(256)), "up to 255"),
            ("picture", json!("javascript:alert(1)"), "https://"),
            ("website", json!("uma.example"), "https://"),
            ("birthdate", json!("1990-02-30"), "a day like"),
            ("birthdate", json!("1849-01-01"), "from 1850"),
            ("birthdate", json!("2026-11-25"), "to today"),
            ("birthdate", json!("17/05/1990"), "a day like"),
            ("birthdate", json!("2027"), "to today"),
            ("birthdate", json!("199x"), "a year like"),
            ("zoneinfo", json!("+01:00"), "a time zone"),
            ("locale", json!("english!"), "a language tag"),
            ("phone_number", json!("020 555"), "country code"),
            ("phone_number", json!("+abc"), "country code"),
            ("email_verified", json!("true"), "without quotes"),
            ("phone_number_verified", json!(1), "without quotes"),
            ("address", json!("Delft"), "must be an object"),
            ("address", json!({"planet": "Earth"}), "not a part of an address"),
            ("address", json!({"country": 31}), "address.country must be text"),
            ("name", json!("Uma"), "a field of the user"),
            ("email", json!("u@example.com"), "a field of the user"),
            ("updated_at", json!("2026-01-01"), "a field of the user"),
            ("sub", json!("x"), "cannot be changed"),
            ("shoe_size", json!(42), "not one of the standard claims"),
        ];
        for (name, given, why) in rows {
            let message = check(name, given.clone(), today()).expect_err(name);
            assert!(message.contains(why), "{name} {given}: {message}");
        }
    }
}
