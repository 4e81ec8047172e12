//! Clients and secrets as the REST API writes them: names in `PascalCase`, times in ISO 8601 with `Z`.

use crate::flows::admin::{Created, CreatedSecret};
use crate::oauth::{Client, ClientSecret, ClientType, RoleId, UnixTime};
use serde::Serialize;

/// A client, as the API answers it: what all have, and what its type has.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ClientView {
    id: String,
    name: String,
    enabled: bool,
    access_token_lifetime: u32,
    tags: Vec<String>,
    #[serde(flatten)]
    own: OfType,
}

#[derive(Debug, Serialize)]
#[serde(untagged, rename_all_fields = "PascalCase")]
enum OfType {
    ClientCredentials {
        role_ids: Vec<RoleId>,
    },
    AuthorizationCode {
        #[serde(flatten)]
        pages: Pages,
        allowed_cors_origins: Vec<String>,
        allow_offline_access: bool,
    },
    Hybrid {
        #[serde(flatten)]
        pages: Pages,
        allow_offline_access: bool,
        allow_access_tokens_via_browser: bool,
    },
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
        let pages = || Pages {
            redirect_uris: client.urls.redirect.clone(),
            post_logout_redirect_uris: client.urls.logout.clone(),
            client_uri: client.client_uri.clone(),
            logo_uri: client.logo_uri.clone(),
        };
        let own = match client.client_type {
            ClientType::ClientCredentials => OfType::ClientCredentials { role_ids: client.role_ids.clone() },
            ClientType::AuthorizationCode => OfType::AuthorizationCode {
                pages: pages(),
                allowed_cors_origins: client.urls.cors.clone(),
                allow_offline_access: client.allow_offline_access,
            },
            ClientType::Hybrid => OfType::Hybrid {
                pages: pages(),
                allow_offline_access: client.allow_offline_access,
                allow_access_tokens_via_browser: client.allow_access_tokens_via_browser,
            },
        };
        Self {
            id: client.id.as_str().to_owned(),
            name: client.name.clone(),
            enabled: client.enabled,
            access_token_lifetime: client.token_lifetime,
            tags: client.tags.clone(),
            own,
        }
    }
}

/// The answer to the creation of a client. It may hold a secret: it is written to whoever asked, and nowhere else.
#[derive(Serialize)]
#[serde(untagged)]
pub enum CreatedAnswer<'a> {
    /// With its first secret.
    WithSecret(CreatedView<'a>),
    /// The client alone.
    Alone(ClientView),
}

/// A client inside the answer that shows its first secret. `Id` is the secret's, the client's is in `Client`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreatedView<'a> {
    secret: &'a str,
    id: i32,
    description: &'a str,
    expiration_date: Option<String>,
    client: ClientView,
}

impl<'a> From<&'a Created> for CreatedAnswer<'a> {
    fn from(created: &'a Created) -> Self {
        let client = ClientView::from(&created.client);
        let Some(secret) = &created.secret else { return Self::Alone(client) };
        Self::WithSecret(CreatedView {
            secret: secret.value.expose(),
            id: secret.id,
            description: &secret.description,
            expiration_date: secret.expires_at.map(UnixTime::rfc3339),
            client,
        })
    }
}

/// A secret, as the API answers it. Never the value.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SecretView {
    id: i32,
    description: String,
    expiration: Option<String>,
    /// Whether it has an expiry at all.
    expires: bool,
}

impl From<&ClientSecret> for SecretView {
    fn from(secret: &ClientSecret) -> Self {
        Self {
            id: secret.id,
            description: secret.description.clone(),
            expiration: secret.expires_at.map(UnixTime::rfc3339),
            expires: secret.expires_at.is_some(),
        }
    }
}

/// The answer to the addition of a secret: the secret's facts and, this once, its value.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AddedSecret<'a> {
    secret: &'a str,
    #[serde(flatten)]
    facts: SecretView,
}

impl<'a> From<&'a CreatedSecret> for AddedSecret<'a> {
    fn from(created: &'a CreatedSecret) -> Self {
        let facts = SecretView {
            id: created.id,
            description: created.description.clone(),
            expiration: created.expires_at.map(UnixTime::rfc3339),
            expires: created.expires_at.is_some(),
        };
        Self { secret: created.value.expose(), facts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::{AuthMethodPolicy, ClientId, ConsentPolicy, PkcePolicy, SigningAlgorithm, TenantId, UrlLists};
    use crate::redacted::Redacted;
    use serde_json::json;

    fn client(client_type: ClientType) -> Client {
        Client {
            id: ClientId::new("c"),
            tenant_id: TenantId::new("t"),
            client_type,
            name: "billing".to_owned(),
            enabled: true,
            token_lifetime: 600,
            role_ids: vec![RoleId::new("r")],
            urls: UrlLists { redirect: vec!["https://a/cb".to_owned()], ..UrlLists::default() },
            allow_offline_access: true,
            allow_access_tokens_via_browser: false,
            client_uri: None,
            logo_uri: None,
            pkce: PkcePolicy::Required,
            consent: ConsentPolicy::Never,
            auth_method: AuthMethodPolicy::Any,
            access_token_algorithm: SigningAlgorithm::Rs256,
            tags: Vec::new(),
            created_at: UnixTime(0),
            created_by: String::new(),
            last_used_at: None,
            version: 1,
        }
    }

    #[test]
    fn each_type_of_client_has_its_own_members() {
        let view = |kind| json!(ClientView::from(&client(kind)));
        assert_eq!(
            view(ClientType::ClientCredentials),
            json!({"Id": "c", "Name": "billing", "Enabled": true, "AccessTokenLifetime": 600, "Tags": [], "RoleIds": ["r"]})
        );
        assert_eq!(
            view(ClientType::AuthorizationCode),
            json!({"Id": "c", "Name": "billing", "Enabled": true, "AccessTokenLifetime": 600, "Tags": [],
                   "RedirectUris": ["https://a/cb"], "PostLogoutRedirectUris": [], "ClientUri": null, "LogoUri": null,
                   "AllowedCorsOrigins": [], "AllowOfflineAccess": true})
        );
        assert_eq!(
            view(ClientType::Hybrid),
            json!({"Id": "c", "Name": "billing", "Enabled": true, "AccessTokenLifetime": 600, "Tags": [],
                   "RedirectUris": ["https://a/cb"], "PostLogoutRedirectUris": [], "ClientUri": null, "LogoUri": null,
                   "AllowOfflineAccess": true, "AllowAccessTokensViaBrowser": false})
        );
    }

    #[test]
    fn the_answer_to_a_creation_has_the_secret_and_the_client_inside() {
        let secret = CreatedSecret {
            id: 1,
            value: Redacted::new("pc_cs_x".to_owned()),
            description: "first".to_owned(),
            expires_at: None,
        };
        let created = Created { client: client(ClientType::Hybrid), secret: Some(secret) };
        let answer = json!(CreatedAnswer::from(&created));
        assert_eq!(answer["Client"]["Id"], "c");
        assert_eq!(
            (&answer["Secret"], &answer["Id"], &answer["Description"], &answer["ExpirationDate"]),
            (&json!("pc_cs_x"), &json!(1), &json!("first"), &json!(null))
        );
        let public = Created { client: client(ClientType::AuthorizationCode), secret: None };
        assert_eq!(json!(CreatedAnswer::from(&public)), json!(ClientView::from(&public.client)));
    }
}
