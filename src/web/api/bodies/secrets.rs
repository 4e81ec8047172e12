//! Secrets of clients.

use crate::flows::admin::CreatedSecret;
use crate::oauth::admin_fields::{FieldError, SecretEnd};
use crate::oauth::{ClientSecret, UnixTime};
use crate::web::api::sent::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A secret as it is sent, to be added or changed.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
#[schemars(rename = "SecretToSend")]
pub(in crate::web::api) struct SecretMembers {
    /// For people.
    pub description: Option<String>,
    /// When it ends.
    #[schemars(with = "Option<String>", extend("format" = "date-time"), example = &"2028-01-31T00:00:00Z")]
    expiration: Option<Time>,
    /// false, without Expiration: never ends. Else there must be an Expiration.
    expires: Option<bool>,
    /// Some programs send back what they got; the number of the path counts.
    #[serde(rename = "Id")]
    _id: Option<i64>,
}

impl SecretMembers {
    /// When the secret shall end.
    pub(in crate::web::api) fn end(&self) -> Result<SecretEnd, FieldError> {
        SecretEnd::from_flags(self.expires, self.expiration.map(|end| end.0))
    }
}

/// A secret as it is shown. Never the value.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields, rename = "Secret")]
pub(crate) struct SecretView {
    id: i32,
    description: Option<String>,
    #[schemars(extend("format" = "date-time"))]
    expiration: Option<String>,
    expires: bool,
}

impl From<&ClientSecret> for SecretView {
    fn from(secret: &ClientSecret) -> Self {
        Self {
            id: secret.id,
            description: Some(secret.description.clone()).filter(|text| !text.is_empty()),
            expiration: secret.expires_at.map(UnixTime::rfc3339),
            expires: secret.expires_at.is_some(),
        }
    }
}

/// A secret that was just added: the one time that its value is shown.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields, rename = "AddedSecret")]
pub(crate) struct AddedSecretView<'a> {
    secret: &'a str,
    id: i32,
    description: Option<&'a str>,
    #[schemars(extend("format" = "date-time"))]
    expiration: Option<String>,
    expires: bool,
}

impl<'a> From<&'a CreatedSecret> for AddedSecretView<'a> {
    fn from(added: &'a CreatedSecret) -> Self {
        Self {
            secret: added.value.expose(),
            id: added.id,
            description: Some(added.description.as_str()).filter(|text| !text.is_empty()),
            expiration: added.expires_at.map(UnixTime::rfc3339),
            expires: added.expires_at.is_some(),
        }
    }
}
