//! Clients of the three types.

use crate::flows::admin::{ClientChange, ClientSettings, Created, NewClient, NewSecret};
use crate::oauth::admin_fields::SecretEnd;
use crate::oauth::{
    AuthMethodPolicy, Client, ClientType, ConsentPolicy, PkcePolicy, RoleId, SigningAlgorithm, UnixTime,
};
use crate::web::api::problem::Problem;
use crate::web::api::sent::Time;
use serde::{Deserialize, Serialize};

/// A client as it is sent, to be added or changed. Which members count depends on its type.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
pub(in crate::web::api) struct ClientMembers {
    id: Option<String>,
    name: Option<String>,
    enabled: Option<bool>,
    access_token_lifetime: Option<i64>,
    tags: Option<Vec<String>>,
    role_ids: Option<Vec<String>>,
    redirect_uris: Option<Vec<String>>,
    post_logout_redirect_uris: Option<Vec<String>>,
    client_uri: Option<String>,
    logo_uri: Option<String>,
    allowed_cors_origins: Option<Vec<String>>,
    allow_offline_access: Option<bool>,
    allow_access_tokens_via_browser: Option<bool>,
    secret_description: Option<String>,
    secret_expiration_date: Option<Time>,
    access_token_algorithm: Option<String>,
    pkce_policy: Option<String>,
    consent_policy: Option<String>,
    authentication_method: Option<String>,
}

impl ClientMembers {
    /// A client to be added, and its first secret if its type has any. Without a date the secret never expires.
    pub(in crate::web::api) fn into_new(self, kind: ClientType) -> Result<(NewClient, Option<NewSecret>), Problem> {
        self.refuse_foreign(kind, true)?;
        let secret = kind.has_secrets().then(|| NewSecret {
            description: self.secret_description.clone().unwrap_or_default(),
            end: self.secret_expiration_date.map_or(SecretEnd::Never, |end| SecretEnd::At(end.0)),
        });
        let (id, name) = (self.id.clone(), self.name.clone().unwrap_or_default());
        Ok((NewClient { id, client_type: kind, name, settings: self.into_settings()? }, secret))
    }

    /// A change: what is not sent stays. The id of the path counts, whatever the body says.
    pub(in crate::web::api) fn into_change(self, kind: ClientType) -> Result<ClientChange, Problem> {
        self.refuse_foreign(kind, false)?;
        Ok(ClientChange { version: None, name: self.name.clone(), settings: self.into_settings()? })
    }

    fn into_settings(self) -> Result<ClientSettings, Problem> {
        let roles = |ids: Vec<String>| ids.into_iter().map(|id| RoleId::new(id.to_ascii_lowercase())).collect();
        Ok(ClientSettings {
            token_lifetime: self.access_token_lifetime,
            enabled: self.enabled,
            role_ids: self.role_ids.map(roles),
            allow_offline_access: self.allow_offline_access,
            allow_access_tokens_via_browser: self.allow_access_tokens_via_browser,
            client_uri: self.client_uri,
            logo_uri: self.logo_uri,
            pkce: word("PkcePolicy", self.pkce_policy, PkcePolicy::parse)?,
            consent: word("ConsentPolicy", self.consent_policy, ConsentPolicy::parse)?,
            auth_method: word("AuthenticationMethod", self.authentication_method, AuthMethodPolicy::parse)?,
            access_token_algorithm: word("AccessTokenAlgorithm", self.access_token_algorithm, SigningAlgorithm::parse)?,
            tags: self.tags,
            redirect_urls: self.redirect_uris,
            logout_redirect_urls: self.post_logout_redirect_uris,
            cors_origins: self.allowed_cors_origins,
        })
    }

    /// Members that clients of this type do not have: a setting that would be dropped in silence might be one that
    /// somebody relies on.
    fn refuse_foreign(&self, kind: ClientType, new: bool) -> Result<(), Problem> {
        let (daemon, hybrid) = (kind == ClientType::ClientCredentials, kind == ClientType::Hybrid);
        let (users, secrets) = (kind.has_users(), kind.has_secrets());
        let members = [
            ("RoleIds", self.role_ids.is_some(), daemon),
            ("RedirectUris", self.redirect_uris.is_some(), users),
            ("PostLogoutRedirectUris", self.post_logout_redirect_uris.is_some(), users),
            ("ClientUri", self.client_uri.is_some(), users),
            ("LogoUri", self.logo_uri.is_some(), users),
            ("AllowedCorsOrigins", self.allowed_cors_origins.is_some(), users && !hybrid),
            ("AllowOfflineAccess", self.allow_offline_access.is_some(), users),
            ("AllowAccessTokensViaBrowser", self.allow_access_tokens_via_browser.is_some(), hybrid),
            ("SecretDescription", self.secret_description.is_some(), new && secrets),
            ("SecretExpirationDate", self.secret_expiration_date.is_some(), new && secrets),
            ("PkcePolicy", self.pkce_policy.is_some(), hybrid),
            ("ConsentPolicy", self.consent_policy.is_some(), users),
            ("AuthenticationMethod", self.authentication_method.is_some(), secrets),
        ];
        let foreign = members.into_iter().find(|(_, sent, allowed)| *sent && !allowed);
        foreign.map_or(Ok(()), |(name, ..)| {
            let what = if new { "to add" } else { "to change" };
            let reason = format!("{name} is no member of the body {what} a {} client.", kind.label());
            Err(Problem::bad(reason, format!("Leave {name} out.")))
        })
    }
}

fn word<T>(name: &str, text: Option<String>, parse: fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let wrong = || {
        Problem::bad(
            format!("{name} has not one of its words."),
            format!("Leave {name} out, or see the documentation."),
        )
    };
    parse(&text).map(Some).ok_or_else(wrong)
}

/// A client as it is shown: what all have, then what its type has. Settings that the original does not know are there
/// only where they are not as usual.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::web::api) struct ClientView {
    id: String,
    name: String,
    enabled: bool,
    access_token_lifetime: u32,
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_ids: Option<Vec<RoleId>>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pages: Option<Pages>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_cors_origins: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_offline_access: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_access_tokens_via_browser: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token_algorithm: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pkce_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authentication_method: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Pages {
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    client_uri: Option<String>,
    logo_uri: Option<String>,
}

impl From<&Client> for ClientView {
    fn from(client: &Client) -> Self {
        let kind = client.client_type;
        let hybrid = kind == ClientType::Hybrid;
        let unusual_pkce = hybrid && client.pkce != PkcePolicy::PkceOrNonce;
        Self {
            id: client.id.as_str().to_owned(),
            name: client.name.clone(),
            enabled: client.enabled,
            access_token_lifetime: client.token_lifetime,
            tags: client.tags.clone(),
            role_ids: (kind == ClientType::ClientCredentials).then(|| client.role_ids.clone()),
            pages: kind.has_users().then(|| Pages {
                redirect_uris: client.urls.redirect.clone(),
                post_logout_redirect_uris: client.urls.logout.clone(),
                client_uri: client.client_uri.clone(),
                logo_uri: client.logo_uri.clone(),
            }),
            allowed_cors_origins: (kind == ClientType::AuthorizationCode).then(|| client.urls.cors.clone()),
            allow_offline_access: kind.has_users().then_some(client.allow_offline_access),
            allow_access_tokens_via_browser: hybrid.then_some(client.allow_access_tokens_via_browser),
            access_token_algorithm: (client.access_token_algorithm != SigningAlgorithm::Rs256)
                .then(|| client.access_token_algorithm.as_str()),
            pkce_policy: unusual_pkce.then(|| client.pkce.as_str()),
            consent_policy: (client.consent != ConsentPolicy::Never).then(|| client.consent.as_str()),
            authentication_method: (client.auth_method != AuthMethodPolicy::Any).then(|| client.auth_method.as_str()),
        }
    }
}

/// A client that was just added, with its first secret. `id` is the secret's; the client's is in `client`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::web::api) struct CreatedView<'a> {
    secret: &'a str,
    id: i32,
    description: Option<&'a str>,
    expiration_date: Option<String>,
    client: ClientView,
}

impl<'a> CreatedView<'a> {
    /// None for a client that got no secret.
    pub(in crate::web::api) fn of(created: &'a Created) -> Option<Self> {
        let secret = created.secret.as_ref()?;
        Some(Self {
            secret: secret.value.expose(),
            id: secret.id,
            description: Some(secret.description.as_str()).filter(|text| !text.is_empty()),
            expiration_date: secret.expires_at.map(UnixTime::rfc3339),
            client: ClientView::from(&created.client),
        })
    }
}

#[cfg(test)]
#[path = "clients_tests.rs"]
mod tests;
