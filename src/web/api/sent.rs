//! The body of a call: read only once the caller's right is proven.

use super::call::is_json;
use super::problem::Problem;
use super::unfit::unreadable;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::{StatusCode, header};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::oauth::{UnixTime, strict_json};

/// A body as it came.
pub(super) struct Sent {
    bytes: Bytes,
    is_json: bool,
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers().get(header::CONTENT_TYPE));
        let cut = |_| Problem::bad("The body could not be read to its end.", "Send it again.");
        Ok(Self { bytes: Bytes::from_request(request, state).await.map_err(cut)?, is_json })
    }
}

impl Sent {
    /// A body that says it is JSON.
    pub(super) fn of_json(bytes: &[u8]) -> Self {
        Self { bytes: Bytes::copy_from_slice(bytes), is_json: true }
    }

    /// The body, an object, as what it should be.
    pub(super) fn read<T: for<'d> Deserialize<'d>>(&self) -> Result<T, Problem> {
        self.parse().map(|Object(body)| body)
    }

    /// The body, a list of objects, as what they should be.
    pub(super) fn read_list<T: for<'d> Deserialize<'d>>(&self) -> Result<Vec<T>, Problem> {
        let rows: Vec<Object<T>> = self.parse()?;
        Ok(rows.into_iter().map(|Object(row)| row).collect())
    }

    /// The body, an object of which nothing is known beforehand, and its text. Nothing in it is said twice.
    pub(super) fn read_object(&self) -> Result<(Map<String, Value>, &str), Problem> {
        self.require_json()?;
        let text = std::str::from_utf8(&self.bytes)
            .map_err(|_| Problem::bad("The body is not UTF-8.", "Send JSON, which is always UTF-8."))?;
        match strict_json(text).map_err(|error| unreadable(&error, &self.bytes))? {
            Value::Object(object) => Ok((object, text)),
            _ => Err(Problem::bad("The body does not fit: an object belongs there.", "Send an object.")),
        }
    }

    fn parse<T: for<'d> Deserialize<'d>>(&self) -> Result<T, Problem> {
        self.require_json()?;
        serde_json::from_slice(&self.bytes).map_err(|error| unreadable(&error, &self.bytes))
    }

    fn require_json(&self) -> Result<(), Problem> {
        if !self.is_json {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body is not sent as JSON.",
                "Send JSON, with the header Content-Type: application/json.",
            ));
        }
        Ok(())
    }

    /// The same, but no body is as good as an empty object.
    pub(super) fn read_or_default<T: for<'d> Deserialize<'d> + Default>(&self) -> Result<T, Problem> {
        if self.bytes.is_empty() { Ok(T::default()) } else { self.read() }
    }
}

/// An object, and nothing else: serde by itself takes a list for one as well, member by member in their order.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData))
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Object)
    }
}

/// A time as programs write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time(pub UnixTime);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let shown: String = text.chars().take(50).collect();
        let wrong = || D::Error::custom(format!("\"{shown}\" is not a time like 2027-11-24T10:41:07Z"));
        UnixTime::parse_rfc3339(&text).map(Self).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
    struct Body {
        name: Option<String>,
        count: Option<i64>,
        end: Option<Time>,
    }

    fn read(text: &str) -> Result<Body, Problem> {
        Sent { bytes: Bytes::copy_from_slice(text.as_bytes()), is_json: true }.read()
    }

    #[test]
    fn a_body_that_fits_is_read_and_null_is_absent() {
        assert_eq!(read("{}").expect("empty"), Body::default());
        assert_eq!(read(r#"{"Name":null,"Count":null,"End":null}"#).expect("nulls"), Body::default());
        let body = read(r#"{"Name":"x","Count":7,"End":"2027-11-24T10:41:07.123456+00:00"}"#).expect("a body");
        assert_eq!(body.end.map(|end| end.0.rfc3339()).as_deref(), Some("2027-11-24T10:41:07Z"));
    }

    #[test]
    fn a_body_that_does_not_fit_is_refused_by_name() {
        let deep = format!("{{\"Name\":{}{}}}", "[".repeat(1_000), "]".repeat(1_000));
        let rows = [
            (r#"{"Nmae":"x"}"#, "unknown field `Nmae`"),
            (r#"{"name":"x"}"#, "unknown field `name`"),
            (r#"{"__proto__":{}}"#, "unknown field `__proto__`"),
            (r#"{"Name":"x","Name":"y"}"#, "duplicate field `Name`"),
            (r#"{"Count":"7"}"#, "in Count there is the text \"7\" where a whole number belongs"),
            (r#"{"Count":NaN}"#, "expected value"),
            (r#"{"Count":1e400}"#, "number out of range"),
            (r#"{"Count":6.5}"#, "in Count there is the number 6.5 where a whole number belongs"),
            (r#"{"End":"tomorrow"}"#, "is not a time"),
            (r#"{"Name":"x"} trailing"#, "trailing characters"),
            (r#"{"Name":"#, "EOF"),
            ("", "EOF"),
            (r#"["x",7]"#, "where an object belongs"),
            ("[]", "where an object belongs"),
            ("null", "where an object belongs"),
            (deep.as_str(), "in Name there is a list where a text belongs"),
        ];
        for (text, why) in rows {
            let problem = read(text).expect_err(text);
            assert_eq!(problem.status, StatusCode::BAD_REQUEST, "{text}");
            assert!(problem.words.reason.contains(why), "{text}: {}", problem.words.reason);
        }
    }

    #[test]
    fn a_list_holds_objects_alone() {
        let read =
            |text: &str| Sent { bytes: Bytes::copy_from_slice(text.as_bytes()), is_json: true }.read_list::<Body>();
        assert_eq!(read(r#"[{"Count":7},{}]"#).expect("a list").len(), 2);
        for bad in ["{}", "null", r#"[["x"]]"#, "[null]", r#"[{"Nmae":"x"}]"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_not_json_is_another_media_type() {
        let sent = Sent { bytes: Bytes::from_static(b"{}"), is_json: false };
        let problem = sent.read::<Body>().expect_err("not JSON");
        assert_eq!(problem.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let none = Sent { bytes: Bytes::new(), is_json: false };
        assert_eq!(none.read_or_default::<Body>().expect("none"), Body::default());
    }
}
