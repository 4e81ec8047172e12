//! The standard claims as text boxes, and back.

use crate::oauth::{ClaimError, UnixTime, UserClaims};
use crate::web::extract::ProtectedForm;
use crate::web::pages::account::{ClaimField, ClaimGroup};
use crate::web::pages::{Errors, FieldError};
use serde_json::{Map, Value};

/// Claim, label, browsers' word for it.
type Row = (&'static str, &'static str, &'static str);

const PROFILE: &[Row] = &[
    ("given_name", "First name", "given-name"),
    ("middle_name", "Middle name", "additional-name"),
    ("family_name", "Last name", "family-name"),
    ("nickname", "Nickname", "nickname"),
    ("preferred_username", "Preferred user name", "off"),
    ("profile", "Profile page", "url"),
    ("picture", "Address of a picture", "off"),
    ("website", "Website", "off"),
    ("gender", "Gender", "sex"),
    ("birthdate", "Birth date", "bday"),
    ("zoneinfo", "Time zone", "off"),
    ("locale", "Language", "language"),
];
const PHONE: &[Row] = &[("phone_number", "Phone number", "tel")];
/// The members of `address` (OpenID Connect Core 5.1.1).
const ADDRESS: &[Row] = &[
    ("street_address", "Street", "street-address"),
    ("postal_code", "Postal code", "postal-code"),
    ("locality", "Town", "address-level2"),
    ("region", "Region", "address-level1"),
    ("country", "Country", "country-name"),
    ("formatted", "Address as it stands on a letter", "off"),
];

/// The boxes, filled with what was typed, else with what is stored. `name` stands first, if it belongs there.
pub(in crate::web) fn claim_groups(
    name: Option<&str>,
    stored: &UserClaims,
    typed: Option<&ProtectedForm>,
) -> Vec<ClaimGroup> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let field = |&(name, label, autocomplete): &Row, value: String| {
        let value = typed.map_or(value, |form| form.text(name).to_owned());
        ClaimField { name, label, value, autocomplete, max: 1_000 }
    };
    let address = stored.get("address");
    let mut profile: Vec<ClaimField> = PROFILE.iter().map(|row| field(row, text(stored.get(row.0)))).collect();
    if let Some(name) = name {
        profile.insert(0, field(&("name", "Name", "name"), name.to_owned()));
    }
    vec![
        ClaimGroup { title: "Profile", hint: "Apps see this when you let them.", fields: profile },
        ClaimGroup {
            title: "Phone",
            hint: "",
            fields: PHONE.iter().map(|row| field(row, text(stored.get(row.0)))).collect(),
        },
        ClaimGroup {
            title: "Address",
            hint: "",
            fields: ADDRESS
                .iter()
                .map(|row| field(row, text(address.and_then(|address| address.get(row.0)))))
                .collect(),
        },
    ]
}

/// The claims out of the boxes. What has no box, such as `email_verified`, stays as it is stored; a number that changes
/// is no longer verified.
pub(in crate::web) fn read_claims(
    form: &ProtectedForm,
    stored: &UserClaims,
    today: UnixTime,
) -> Result<UserClaims, Errors> {
    let mut claims: Map<String, Value> = stored.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
    for (name, _, _) in PROFILE.iter().chain(PHONE) {
        claims.insert((*name).to_owned(), form.text(name).trim().into());
    }
    if claims.get("phone_number") != stored.get("phone_number") {
        claims.remove("phone_number_verified");
    }
    let lines = ADDRESS.iter().map(|(name, _, _)| ((*name).to_owned(), Value::from(form.text(name).trim())));
    let address: Map<String, Value> = lines.filter(|(_, value)| value.as_str() != Some("")).collect();
    claims.insert("address".to_owned(), if address.is_empty() { Value::Null } else { Value::Object(address) });
    UserClaims::validate_all(claims, today).map_err(|errors| told(&errors))
}

/// What is wrong, in the order of the form and in the words of its labels: the rules speak to programs, of claims.
fn told(errors: &[ClaimError]) -> Errors {
    let rows = PROFILE.iter().chain(PHONE).chain(ADDRESS);
    let of_row = |&(name, label, _): &Row| {
        let is_here = |error: &&ClaimError| {
            let rest = error.message.strip_prefix("address.").unwrap_or(&error.message);
            let in_address = error.claim == "address" && rest.len() < error.message.len();
            (error.claim == name || in_address) && rest.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '))
        };
        let error = errors.iter().find(is_here)?;
        let rest = error.message.strip_prefix("address.").unwrap_or(&error.message);
        let message = format!("{label}{}", rest.strip_prefix(name).unwrap_or(rest));
        Some(FieldError { field: name.to_owned(), message })
    };
    let mut all: Vec<FieldError> = rows.filter_map(of_row).collect();
    if all.is_empty() {
        all.extend(
            errors.iter().map(|error| FieldError { field: error.claim.clone(), message: error.message.clone() }),
        );
    }
    Errors(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_in_the_words_of_the_labels_and_the_order_of_the_form() {
        let wrong = |claim: &str, message: &str| ClaimError { claim: claim.to_owned(), message: message.to_owned() };
        let errors = [
            wrong("address", "address.country must be up to 500 characters."),
            wrong("birthdate", "birthdate must be a day like 1990-05-17."),
            wrong("given_name", "given_name must not be the word null. Leave it out instead."),
        ];
        let told: Vec<(String, String)> = told(&errors).0.into_iter().map(|e| (e.field, e.message)).collect();
        let expected = [
            ("given_name", "First name must not be the word null. Leave it out instead."),
            ("birthdate", "Birth date must be a day like 1990-05-17."),
            ("country", "Country must be up to 500 characters."),
        ];
        assert_eq!(told, expected.map(|(field, message)| (field.to_owned(), message.to_owned())));
    }
}
