//! The document: its version, and what it says of each thing. Members have the API's names, and those that are left out
//! are as usual in what is new and stay as they are in what is there.

use super::{portable, portable_all};
use crate::oauth::{Client, ClientSecret, ClientType, Role, RoleId, UnixTime};
use crate::storage::User;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Everything, or the sections that were asked for.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    version: u32,
    /// A tenant's own roles; none: the document does not speak of roles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<RoleEntry>>,
    /// Clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clients: Option<Vec<ClientEntry>>,
    /// Users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<UserEntry>>,
}

/// Why a text is no document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON, or with members that there are not. The sentence tells line and column.
    #[error("{0}")]
    Malformed(String),
    /// Of another version.
    #[error("version {0} is not known: this program reads version {known}", known = Document::VERSION)]
    Version(u64),
}

impl Document {
    /// The version that this program writes and reads.
    pub const VERSION: u32 = 1;

    /// A document of these sections.
    #[must_use]
    pub(super) const fn new(
        roles: Option<Vec<RoleEntry>>,
        clients: Option<Vec<ClientEntry>>,
        users: Option<Vec<UserEntry>>,
    ) -> Self {
        Self { version: Self::VERSION, roles, clients, users }
    }

    /// Reads it. The version comes first: a newer one may have members that mean something.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        #[derive(Deserialize)]
        struct Head {
            version: u64,
        }
        let malformed = |error: serde_json::Error| DocumentError::Malformed(error.to_string());
        let Head { version } = serde_json::from_str(text).map_err(malformed)?;
        if version != u64::from(Self::VERSION) {
            return Err(DocumentError::Version(version));
        }
        serde_json::from_str(text).map_err(malformed)
    }
}

/// A role of the tenant's own.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RoleEntry {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: String,
}

impl From<&Role> for RoleEntry {
    fn from(role: &Role) -> Self {
        Self { id: role.id.as_str().to_owned(), name: role.name.clone(), description: role.description.clone() }
    }
}

macro_rules! entry {
    ($(#[$about:meta])* $name:ident { $($need:ident: $of:ty),+ ; $($may:ident: $what:ty),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "PascalCase", deny_unknown_fields)]
        pub struct $name {
            $(pub(super) $need: $of,)+
            $(#[serde(default, skip_serializing_if = "Option::is_none")] pub(super) $may: Option<$what>,)+
        }
    };
}

entry! {
    /// A client. Which members it may have depends on its type.
    ClientEntry {
        id: String, client_type: String, name: String;
        enabled: bool,
        access_token_lifetime: i64,
        tags: Vec<String>,
        role_ids: Vec<String>,
        redirect_uris: Vec<String>,
        post_logout_redirect_uris: Vec<String>,
        client_uri: String,
        logo_uri: String,
        logo: String,
        allowed_cors_origins: Vec<String>,
        allow_offline_access: bool,
        allow_access_tokens_via_browser: bool,
        access_token_algorithm: String,
        pkce_policy: String,
        consent_policy: String,
        authentication_method: String,
        secrets: Vec<SecretEntry>,
    }
}

impl ClientEntry {
    /// A client, without its secrets and its logo.
    pub(super) fn of(client: &Client, roles: &[Role]) -> Self {
        let kind = client.client_type;
        let (users, hybrid) = (kind.has_users(), kind == ClientType::Hybrid);
        Self {
            id: client.id.as_str().to_owned(),
            client_type: kind.as_str().to_owned(),
            name: client.name.clone(),
            enabled: Some(client.enabled),
            access_token_lifetime: Some(i64::from(client.token_lifetime)),
            tags: Some(client.tags.clone()),
            role_ids: (kind == ClientType::ClientCredentials).then(|| portable_all(&client.role_ids, roles)),
            redirect_uris: users.then(|| client.urls.redirect.clone()),
            post_logout_redirect_uris: users.then(|| client.urls.logout.clone()),
            client_uri: users.then(|| client.client_uri.clone().unwrap_or_default()),
            logo_uri: users.then(|| client.logo_uri.clone().unwrap_or_default()),
            logo: None,
            allowed_cors_origins: (kind == ClientType::AuthorizationCode).then(|| client.urls.cors.clone()),
            allow_offline_access: users.then_some(client.allow_offline_access),
            allow_access_tokens_via_browser: hybrid.then_some(client.allow_access_tokens_via_browser),
            access_token_algorithm: Some(client.access_token_algorithm.as_str().to_owned()),
            pkce_policy: hybrid.then(|| client.pkce.as_str().to_owned()),
            consent_policy: users.then(|| client.consent.as_str().to_owned()),
            authentication_method: kind.has_secrets().then(|| client.auth_method.as_str().to_owned()),
            secrets: None,
        }
    }
}

/// A secret of a client, by its hash. The value is nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SecretEntry {
    #[serde(default)]
    pub(super) description: String,
    /// When it ends; none: never.
    #[serde(default)]
    pub(super) expiration: Option<String>,
    #[serde(default = "yes")]
    pub(super) enabled: bool,
    /// The last characters of the value, by which people tell secrets apart.
    #[serde(default)]
    pub(super) hint: String,
    /// SHA-256, in hex.
    pub(super) hash: String,
}

const fn yes() -> bool {
    true
}

impl From<&ClientSecret> for SecretEntry {
    fn from(secret: &ClientSecret) -> Self {
        let mut hash = String::with_capacity(64);
        for byte in secret.hash.0 {
            let _ = write!(hash, "{byte:02x}");
        }
        Self {
            description: secret.description.clone(),
            expiration: secret.expires_at.map(UnixTime::rfc3339),
            enabled: secret.enabled,
            hint: secret.hint.clone(),
            hash,
        }
    }
}

entry! {
    /// A user.
    UserEntry {
        id: String, email: String, name: String;
        enabled: bool,
        role_ids: Vec<String>,
        claims: Map<String, Value>,
        password_hash: String,
    }
}

impl UserEntry {
    /// A user, without the password's hash.
    pub(super) fn of(user: &User, held: &[RoleId], roles: &[Role]) -> Self {
        let mut role_ids: Vec<String> = held.iter().map(|id| portable(id, roles)).collect();
        role_ids.sort();
        Self {
            id: user.id.as_str().to_owned(),
            email: user.email.clone(),
            name: user.name.clone(),
            enabled: Some(user.enabled),
            role_ids: Some(role_ids),
            claims: Some(serde_json::from_str(&user.claims).unwrap_or_default()),
            password_hash: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Document;

    #[test]
    fn only_a_whole_document_of_this_version_is_read() {
        let rows = [
            ("{\"version\": 1}", None),
            ("{\"version\": 2, \"apples\": []}", Some("version 2 is not known: this program reads version 1")),
            ("{}", Some("missing field `version` at line 1 column 2")),
            ("{\"version\": 1, \"apples\": []}", Some("unknown field `apples`")),
            ("{\"version\": 1,\n\"roles\": [{\"Id\": \"x\", \"Nam\": \"\"}]}", Some("at line 2 column")),
            ("[", Some("EOF")),
        ];
        for (text, expected) in rows {
            let told = Document::parse(text).err().map(|error| error.to_string());
            match expected {
                None => assert_eq!(told, None, "{text}"),
                Some(part) => assert!(told.as_ref().is_some_and(|told| told.contains(part)), "{text}: {told:?}"),
            }
        }
    }
}
