//! What is told about a user: to whom scope or single requests allow it (OpenID Connect Core 5.3, 5.4, 5.5).

use super::{CLAIM_SCOPES, scope_of_claim};
use crate::oauth::{ClaimsRequest, Scope, TenantId, UnixTime, UserClaims, UserId};
use serde_json::{Map, Value};

/// A user, as far as clients can be told.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// `sub`.
    pub id: &'a UserId,
    /// `name`.
    pub name: &'a str,
    /// `email`.
    pub email: &'a str,
    /// `updated_at`.
    pub updated_at: UnixTime,
    /// All other standard claims.
    pub claims: &'a UserClaims,
    /// `tid`.
    pub tenant_id: &'a TenantId,
    /// `role_type`: type ids of the built-in roles that the user holds.
    pub role_types: &'a [String],
}

impl Subject<'_> {
    /// The answer of userinfo: who, of which tenant, in which roles, and what scope and single requests ask for.
    #[must_use]
    pub fn userinfo(&self, scope: &Scope, request: &ClaimsRequest) -> Map<String, Value> {
        let mut told = Map::new();
        for name in ["sub", "tid", "role_type"] {
            self.tell(&mut told, name);
        }
        for (_, claims) in CLAIM_SCOPES.into_iter().filter(|(word, _)| scope.contains(word)) {
            for name in claims {
                self.tell(&mut told, name);
            }
        }
        for name in request.userinfo.keys() {
            self.tell(&mut told, name);
        }
        told
    }

    /// What single requests put into ID tokens. Claims of scopes stay out of them (OpenID Connect Core 5.4).
    #[must_use]
    pub fn asked_for_id_token(&self, request: &ClaimsRequest) -> Map<String, Value> {
        let mut told = Map::new();
        let own = |name: &&String| scope_of_claim(name).is_some() || name.as_str() == "role_type";
        for name in request.id_token.keys().filter(own) {
            self.tell(&mut told, name);
        }
        told
    }

    fn tell(&self, told: &mut Map<String, Value>, name: &str) {
        if let Some(value) = self.claim(name) {
            told.insert(name.to_owned(), value);
        }
    }

    fn claim(&self, name: &str) -> Option<Value> {
        match name {
            "sub" => Some(Value::from(self.id.as_str())),
            "tid" => Some(Value::from(self.tenant_id.as_str())),
            "role_type" => Some(Value::from(self.role_types)),
            "name" => Some(Value::from(self.name)),
            "email" => Some(Value::from(self.email)),
            "updated_at" => Some(Value::from(self.updated_at.0)),
            "email_verified" => Some(self.claims.get(name).cloned().unwrap_or(Value::Bool(false))),
            "phone_number_verified" => {
                self.claims.get("phone_number")?;
                Some(self.claims.get(name).cloned().unwrap_or(Value::Bool(false)))
            }
            _ => self.claims.get(name).cloned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(told: &Map<String, Value>) -> Vec<&str> {
        told.keys().map(String::as_str).collect()
    }

    #[test]
    fn a_user_is_told_by_scope_and_by_single_request() {
        let json =
            r#"{"given_name":"Uma","phone_number":"+1 555 0100","email_verified":true,"address":{"country":"NL"}}"#;
        let claims = UserClaims::parse(json, UnixTime(0)).expect("claims");
        let roles = ["r1".to_owned()];
        let subject = Subject {
            id: &UserId::new("u"),
            name: "Uma Berg",
            email: "uma@example.com",
            updated_at: UnixTime(7),
            claims: &claims,
            tenant_id: &TenantId::new("acme"),
            role_types: &roles,
        };
        let ask = |text| ClaimsRequest::parse(Some(text)).expect("a request");
        let nothing = ClaimsRequest::default();
        let rows: [(&str, &ClaimsRequest, &[&str]); 6] = [
            ("openid", &nothing, &["role_type", "sub", "tid"]),
            ("openid profile", &nothing, &["given_name", "name", "role_type", "sub", "tid", "updated_at"]),
            ("openid email", &nothing, &["email", "email_verified", "role_type", "sub", "tid"]),
            ("openid phone", &nothing, &["phone_number", "phone_number_verified", "role_type", "sub", "tid"]),
            ("openid address", &nothing, &["address", "role_type", "sub", "tid"]),
            (
                "openid",
                &ask(r#"{"userinfo":{"name":{"essential":true},"nickname":null},"id_token":{"email":null}}"#),
                &["name", "role_type", "sub", "tid"],
            ),
        ];
        for (scope, request, expected) in rows {
            let told = subject.userinfo(&Scope::parse(scope).expect("a scope"), request);
            let mut told = names(&told);
            told.sort_unstable();
            assert_eq!(told, expected, "{scope}");
        }
        let request = ask(r#"{"id_token":{"email":null,"acr":null,"sub":null,"tid":null},"userinfo":{"name":null}}"#);
        assert_eq!(names(&subject.asked_for_id_token(&request)), ["email"]);
        let told = subject.userinfo(&Scope::of(&["openid", "profile", "email"]), &nothing);
        assert_eq!(told["updated_at"], 7);
        assert_eq!(told["email_verified"], true);
        assert_eq!(told["role_type"], serde_json::json!(["r1"]));
    }
}
