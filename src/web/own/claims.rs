//! The standard claims as text boxes, and back.

use crate::oauth::{ClaimError, UnixTime, UserClaims};
use crate::web::extract::ProtectedForm;
use crate::web::pages::account::{ClaimField, ClaimGroup};
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
) -> Result<UserClaims, ClaimError> {
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
    UserClaims::validate(claims, today)
}
