//! Clients of the three types.

mod members;
mod shapes;

use crate::flows::admin::{ClientChange, ClientSettings, Created, NewClient, NewSecret};
use crate::oauth::admin_fields::SecretEnd;
use crate::oauth::{
    AuthMethodPolicy, Client, ClientType, ConsentPolicy, PkcePolicy, RoleId, SigningAlgorithm, UnixTime,
};
use crate::web::api::problem::Problem;
use crate::web::api::sent::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A client as it is sent, to be added or changed. Which members count depends on its type.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
pub(in crate::web::api) struct ClientMembers {
    /// An id of one's own, unique on the whole server; none: one is drawn. In a change the path counts.
    id: Option<String>,
    /// 1 to 100 characters.
    #[schemars(example = &"nightly-import")]
    name: Option<String>,
    /// Whether it gets tokens. Usually true.
    enabled: Option<bool>,
    /// Seconds that an access token works. Usually 3600.
    #[schemars(extend("minimum" = 60, "maximum" = 3600))]
    access_token_lifetime: Option<i64>,
    /// Words for programs, to find it by.
    tags: Option<Vec<String>>,
    /// Roles, by id. Account Member is there in any case.
    role_ids: Option<Vec<String>>,
    /// Up to 10 addresses, compared byte for byte.
    #[schemars(example = ["https://app.example.com/callback"])]
    redirect_uris: Option<Vec<String>>,
    /// Up to 10 addresses, compared byte for byte.
    post_logout_redirect_uris: Option<Vec<String>>,
    /// A page about the application.
    client_uri: Option<String>,
    /// Its logo.
    logo_uri: Option<String>,
    /// Up to 10 origins besides those of the redirect URLs.
    allowed_cors_origins: Option<Vec<String>>,
    /// Whether it may have refresh tokens.
    allow_offline_access: Option<bool>,
    /// Whether access tokens may come through the browser.
    allow_access_tokens_via_browser: Option<bool>,
    /// What the first secret is for.
    secret_description: Option<String>,
    /// When the first secret ends; none: never.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    secret_expiration_date: Option<Time>,
    /// What signs its access tokens. Usually RS256.
    #[schemars(extend("enum" = ["RS256", "ES256", "EdDSA", null]))]
    access_token_algorithm: Option<String>,
    /// When PKCE must be used. Usually where there is no nonce.
    #[schemars(extend("enum" = ["required", "pkce_or_nonce", "optional", null]))]
    pkce_policy: Option<String>,
    /// When users are asked to consent. Usually never.
    #[schemars(extend("enum" = ["never", "first_time", "always", null]))]
    consent_policy: Option<String>,
    /// How it authenticates. Usually any.
    #[schemars(extend("enum" = ["any", "client_secret_basic", "client_secret_post", null]))]
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
        let sent = [
            ("RoleIds", self.role_ids.is_some()),
            ("RedirectUris", self.redirect_uris.is_some()),
            ("PostLogoutRedirectUris", self.post_logout_redirect_uris.is_some()),
            ("ClientUri", self.client_uri.is_some()),
            ("LogoUri", self.logo_uri.is_some()),
            ("AllowedCorsOrigins", self.allowed_cors_origins.is_some()),
            ("AllowOfflineAccess", self.allow_offline_access.is_some()),
            ("AllowAccessTokensViaBrowser", self.allow_access_tokens_via_browser.is_some()),
            ("SecretDescription", self.secret_description.is_some()),
            ("SecretExpirationDate", self.secret_expiration_date.is_some()),
            ("PkcePolicy", self.pkce_policy.is_some()),
            ("ConsentPolicy", self.consent_policy.is_some()),
            ("AuthenticationMethod", self.authentication_method.is_some()),
        ];
        let foreign = sent.into_iter().find(|(name, sent)| *sent && !members::may_be_sent(name, kind, new));
        foreign.map_or(Ok(()), |(name, _)| {
            let what = if new { "to add" } else { "to change" };
            let reason = format!("{name} is no member of the body {what} {} client.", kind.a_label());
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
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ClientView {
    id: String,
    name: String,
    enabled: bool,
    access_token_lifetime: u32,
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>")]
    role_ids: Option<Vec<RoleId>>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pages: Option<Pages>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>")]
    allowed_cors_origins: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    allow_offline_access: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    allow_access_tokens_via_browser: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    access_token_algorithm: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pkce_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    consent_policy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    authentication_method: Option<&'static str>,
}

#[derive(Debug, Serialize, JsonSchema)]
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
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields)]
pub(crate) struct CreatedView<'a> {
    secret: &'a str,
    id: i32,
    description: Option<&'a str>,
    expiration_date: Option<String>,
    /// Told by [`CreatedView::shape`], for each type its own.
    #[schemars(with = "serde_json::Value")]
    client: ClientView,
}

impl<'a> CreatedView<'a> {
    /// None for a client that got no secret.
    pub(crate) fn of(created: &'a Created) -> Option<Self> {
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
mod tests;
