//! The standard claims about a user (OpenID Connect Core 5.1), and the scopes that ask for them (5.4).

/// What `profile` asks for.
pub const PROFILE_CLAIMS: [&str; 14] = [
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
];

/// What `email` asks for.
pub const EMAIL_CLAIMS: [&str; 2] = ["email", "email_verified"];

/// What `phone` asks for.
pub const PHONE_CLAIMS: [&str; 2] = ["phone_number", "phone_number_verified"];

/// What `address` asks for.
pub const ADDRESS_CLAIMS: [&str; 1] = ["address"];

/// The scopes that ask for claims, and what each asks for.
pub const CLAIM_SCOPES: [(&str, &[&str]); 4] =
    [("profile", &PROFILE_CLAIMS), ("email", &EMAIL_CLAIMS), ("phone", &PHONE_CLAIMS), ("address", &ADDRESS_CLAIMS)];

/// The scope that asks for a standard claim; none for other claims.
#[must_use]
pub fn scope_of_claim(claim: &str) -> Option<&'static str> {
    CLAIM_SCOPES.into_iter().find(|(_, claims)| claims.contains(&claim)).map(|(scope, _)| scope)
}

#[cfg(test)]
mod tests {
    use super::scope_of_claim;

    #[test]
    fn every_standard_claim_belongs_to_a_scope() {
        let rows = [
            ("name", Some("profile")),
            ("updated_at", Some("profile")),
            ("email_verified", Some("email")),
            ("phone_number", Some("phone")),
            ("address", Some("address")),
            ("sub", None),
            ("password", None),
        ];
        for (claim, scope) in rows {
            assert_eq!(scope_of_claim(claim), scope, "{claim}");
        }
    }
}
