//! The `claims` parameter (OpenID Connect Core 5.5).

use crate::oauth::claims::{CLAIM_SCOPES, scope_of_claim};
use crate::oauth::{AuthorizeRefusal, Scope, strict_json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Single claims that a client asks for. Only claims that this server knows are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimsRequest {
    /// To be given by userinfo.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub userinfo: BTreeMap<String, ClaimRequest>,
    /// To be put into ID tokens.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub id_token: BTreeMap<String, ClaimRequest>,
}

/// How one claim is asked for (OpenID Connect Core 5.5.1).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimRequest {
    /// Whether the client cannot do without it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub essential: bool,
    /// The values that will do, those of them that are texts; none: any value does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
}

/// Claims that can be asked for beside the standard ones about a user.
const OTHERS: [&str; 5] = ["sub", "acr", "auth_time", "tid", "role_type"];

impl ClaimsRequest {
    /// Longest text, in bytes.
    pub const MAX_BYTES: usize = 4_096;

    /// Reads the parameter, strictly in its shape; members and claims that nobody knows are ignored.
    pub fn parse(text: Option<&str>) -> Result<Self, AuthorizeRefusal> {
        let Some(text) = text else { return Ok(Self::default()) };
        if text.len() > Self::MAX_BYTES {
            return Err(AuthorizeRefusal::TooLong("claims"));
        }
        let bad = AuthorizeRefusal::BadParameter("claims");
        let Ok(Value::Object(root)) = strict_json(text) else { return Err(bad) };
        let read = |name: &str| match root.get(name) {
            None | Some(Value::Null) => Some(BTreeMap::new()),
            Some(Value::Object(claims)) => requests(claims),
            Some(_) => None,
        };
        match (read("userinfo"), read("id_token")) {
            (Some(userinfo), Some(id_token)) => Ok(Self { userinfo, id_token }),
            _ => Err(bad),
        }
    }

    /// The users that the client means by the values for `sub`, any of whom will do (OpenID Connect Core 5.5.1); none: it
    /// means nobody in particular. What it asks for in both places must be true in both, which may leave nobody.
    #[must_use]
    pub fn subjects(&self) -> Option<Vec<String>> {
        let named = |claims: &BTreeMap<String, ClaimRequest>| claims.get("sub").and_then(|sub| sub.values.clone());
        match (named(&self.id_token), named(&self.userinfo)) {
            (Some(mut subjects), Some(others)) => {
                subjects.retain(|subject| others.contains(subject));
                Some(subjects)
            }
            (subjects, others) => subjects.or(others),
        }
    }

    /// Whether `acr` is asked for as essential with values that do not hold `reached` (OpenID Connect Core 5.5.1.1).
    #[must_use]
    pub fn refuses_acr(&self, reached: &str) -> bool {
        let acr = self.id_token.get("acr").filter(|acr| acr.essential);
        let values = acr.and_then(|acr| acr.values.as_ref());
        values.is_some_and(|values| !values.iter().any(|value| value == reached))
    }

    /// The scopes under which a person would know these claims: what consent has to name beside the scopes asked for.
    #[must_use]
    pub fn implied_scope(&self) -> Scope {
        let asks = |scope: &str| {
            let mut names = self.userinfo.keys().chain(self.id_token.keys());
            names.any(|name| scope_of_claim(name) == Some(scope))
        };
        let words: Vec<&str> = CLAIM_SCOPES.into_iter().map(|(scope, _)| scope).filter(|scope| asks(scope)).collect();
        Scope::of(&words)
    }
}

fn requests(claims: &Map<String, Value>) -> Option<BTreeMap<String, ClaimRequest>> {
    let mut known = BTreeMap::new();
    for (name, request) in claims {
        if scope_of_claim(name).is_some() || OTHERS.contains(&name.as_str()) {
            known.insert(name.clone(), read_request(request)?);
        }
    }
    Some(known)
}

fn read_request(request: &Value) -> Option<ClaimRequest> {
    let members = match request {
        Value::Null => return Some(ClaimRequest::default()),
        Value::Object(members) => members,
        _ => return None,
    };
    let essential = match members.get("essential") {
        None => false,
        Some(essential) => essential.as_bool()?,
    };
    let values = match members.get("values") {
        None => &[][..],
        Some(values) => values.as_array()?,
    };
    let named: Vec<&Value> = members.get("value").filter(|value| !value.is_null()).into_iter().chain(values).collect();
    // A value that is no text is one that nothing here ever has: it is asked for all the same.
    let texts = named.iter().filter_map(|value| value.as_str()).map(ToOwned::to_owned).collect();
    Some(ClaimRequest { essential, values: (!named.is_empty()).then_some(texts) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> ClaimsRequest {
        ClaimsRequest::parse(Some(text)).expect(text)
    }

    #[test]
    fn known_claims_are_kept_and_others_ignored() {
        let request = parse(
            r#"{"userinfo":{"name":{"essential":true},"email":null,"shoe_size":null,"verified_claims":[{"claims":{}}]},
                "id_token":{"auth_time":{},"foo":true},"verified":{}}"#,
        );
        assert_eq!(request.userinfo.keys().collect::<Vec<_>>(), ["email", "name"]);
        assert!(request.userinfo["name"].essential);
        assert_eq!(request.id_token.keys().collect::<Vec<_>>(), ["auth_time"]);
        assert_eq!(request.implied_scope(), Scope::of(&["profile", "email"]));
        let stored = serde_json::to_string(&request).expect("writes");
        assert_eq!(serde_json::from_str::<ClaimsRequest>(&stored).expect("reads"), request);
        assert_eq!(serde_json::from_str::<ClaimsRequest>("{}").expect("reads"), ClaimsRequest::default());
    }

    #[test]
    fn what_is_not_of_the_shape_is_refused() {
        let deep = format!("{{\"userinfo\":{{\"name\":{}1{}}}}}", "[".repeat(200), "]".repeat(200));
        let bad = [
            "x",
            "[]",
            "\"userinfo\"",
            "{\"userinfo\":[]}",
            "{\"id_token\":true}",
            "{\"userinfo\":{\"name\":1}}",
            "{\"userinfo\":{\"name\":{\"essential\":\"yes\"}}}",
            "{\"userinfo\":{\"name\":{\"values\":\"x\"}}}",
            &deep,
        ];
        for text in bad {
            assert_eq!(ClaimsRequest::parse(Some(text)), Err(AuthorizeRefusal::BadParameter("claims")), "{text}");
        }
        let long = format!("{{\"userinfo\":{{\"{}\":null}}}}", "x".repeat(5_000));
        assert_eq!(ClaimsRequest::parse(Some(&long)), Err(AuthorizeRefusal::TooLong("claims")));
    }

    #[test]
    fn values_of_sub_and_acr_are_understood() {
        let subjects: [(&str, Option<&[&str]>); 11] = [
            (r#"{"id_token":{"sub":{"value":"u1"}}}"#, Some(&["u1"])),
            (r#"{"id_token":{"sub":{"values":["u1","u2"]}}}"#, Some(&["u1", "u2"])),
            (r#"{"userinfo":{"sub":{"values":["u1","u2"]}}}"#, Some(&["u1", "u2"])),
            (r#"{"id_token":{"sub":null},"userinfo":{"sub":{"value":"u1"}}}"#, Some(&["u1"])),
            (r#"{"id_token":{"sub":{"values":["u1","u2"]}},"userinfo":{"sub":{"values":["u3","u2"]}}}"#, Some(&["u2"])),
            (r#"{"id_token":{"sub":{"value":"u1"}},"userinfo":{"sub":{"value":"u2"}}}"#, Some(&[])),
            (r#"{"id_token":{"sub":{"value":1}}}"#, Some(&[])),
            (r#"{"id_token":{"sub":{"values":[1,"u1"]}}}"#, Some(&["u1"])),
            (r#"{"id_token":{"sub":{"values":[]}}}"#, None),
            (r#"{"id_token":{"sub":{"value":null}}}"#, None),
            (r#"{"userinfo":{"name":null}}"#, None),
        ];
        for (text, expected) in subjects {
            let expected = expected.map(|subjects| subjects.iter().map(|&subject| subject.to_owned()).collect());
            assert_eq!(parse(text).subjects(), expected, "{text}");
        }
        let rows = [
            (r#"{"id_token":{"acr":{"essential":true,"values":["2","1"]}}}"#, false),
            (r#"{"id_token":{"acr":{"essential":true,"value":"2"}}}"#, true),
            (r#"{"id_token":{"acr":{"essential":true,"value":2}}}"#, true),
            (r#"{"id_token":{"acr":{"essential":true,"values":[2]}}}"#, true),
            (r#"{"id_token":{"acr":{"values":["2"]}}}"#, false),
            (r#"{"id_token":{"acr":{"essential":true}}}"#, false),
            ("{}", false),
        ];
        for (text, refused) in rows {
            assert_eq!(parse(text).refuses_acr("1"), refused, "{text}");
        }
    }
}
