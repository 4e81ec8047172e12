//! What a client is made of, and how it is changed: values as typed, checked all at once.

use super::AdminError;
use crate::oauth::admin_fields::{self, FieldError};
use crate::oauth::{
    AuthMethodPolicy, Client, ClientId, ClientType, ConsentPolicy, PkcePolicy, Role, RoleId, SigningAlgorithm,
    TenantId, UnixTime, UrlLists,
};

/// Settings of a client that forms, commands and programs may leave out. None: the default, or unchanged.
#[derive(Debug, Clone, Default)]
pub struct ClientSettings {
    /// Token Lifetime, in seconds.
    pub token_lifetime: Option<i64>,
    /// Whether it gets tokens.
    pub enabled: Option<bool>,
    /// Roles of a client-credentials client; Account Member is added by itself.
    pub role_ids: Option<Vec<RoleId>>,
    /// Allow Refresh Token.
    pub allow_offline_access: Option<bool>,
    /// Access tokens via browser.
    pub allow_access_tokens_via_browser: Option<bool>,
    /// A page about the application.
    pub client_uri: Option<String>,
    /// Its logo.
    pub logo_uri: Option<String>,
    /// PKCE.
    pub pkce: Option<PkcePolicy>,
    /// Consent.
    pub consent: Option<ConsentPolicy>,
    /// How it authenticates.
    pub auth_method: Option<AuthMethodPolicy>,
    /// What signs its access tokens.
    pub access_token_algorithm: Option<SigningAlgorithm>,
    /// Words for programs.
    pub tags: Option<Vec<String>>,
    /// Allowed Redirect URL(s), one each.
    pub redirect_urls: Option<Vec<String>>,
    /// Allowed Logout Redirect URL(s).
    pub logout_redirect_urls: Option<Vec<String>>,
    /// Allowed CORS Origin(s).
    pub cors_origins: Option<Vec<String>>,
}

/// A client to be added.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// An id of the caller's choice; none: one is drawn.
    pub id: Option<String>,
    /// The type.
    pub client_type: ClientType,
    /// The name, as typed.
    pub name: String,
    /// Everything else.
    pub settings: ClientSettings,
}

/// A change of a client.
#[derive(Debug, Clone, Default)]
pub struct ClientChange {
    /// The version that the change was made on; none: whatever is there.
    pub version: Option<i64>,
    /// A new name, as typed.
    pub name: Option<String>,
    /// Everything else.
    pub settings: ClientSettings,
}

impl NewClient {
    /// Checks everything and makes the client. `drawn_id` is used if the caller chose none.
    pub(super) fn build(
        &self,
        drawn_id: String,
        tenant: &TenantId,
        roles: &[Role],
        by: &str,
        most_lifetime: u32,
        now: UnixTime,
    ) -> Result<Client, AdminError> {
        let mut errors = Vec::new();
        let id = match self.id.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
            Some(given) => admin_fields::client_id(given).unwrap_or_else(|error| {
                errors.push(error);
                String::new()
            }),
            None => drawn_id,
        };
        let mut client = Client {
            id: ClientId::new(id),
            tenant_id: tenant.clone(),
            client_type: self.client_type,
            name: String::new(),
            enabled: true,
            token_lifetime: most_lifetime.min(*Client::TOKEN_LIFETIME.end()),
            role_ids: Vec::new(),
            urls: UrlLists::default(),
            allow_offline_access: false,
            allow_access_tokens_via_browser: false,
            client_uri: None,
            logo_uri: None,
            pkce: if self.client_type == ClientType::Hybrid { PkcePolicy::PkceOrNonce } else { PkcePolicy::Required },
            consent: ConsentPolicy::Never,
            auth_method: AuthMethodPolicy::Any,
            access_token_algorithm: SigningAlgorithm::Rs256,
            tags: Vec::new(),
            created_at: now,
            created_by: by.to_owned(),
            last_used_at: None,
            version: 1,
        };
        let mut settings = self.settings.clone();
        settings.role_ids.get_or_insert_default();
        if self.client_type.has_users() {
            settings.redirect_urls.get_or_insert_default();
        }
        apply(&mut client, Some(&self.name), &settings, roles, &mut errors);
        errors.extend(admin_fields::token_lifetime_up_to(client.token_lifetime, most_lifetime).err());
        if errors.is_empty() { Ok(client) } else { Err(AdminError::Invalid(errors)) }
    }
}

impl ClientChange {
    /// The client as it would be after the change.
    pub(super) fn apply(&self, client: &Client, roles: &[Role], most_lifetime: u32) -> Result<Client, AdminError> {
        if self.version.is_some_and(|version| version != client.version) {
            return Err(AdminError::Stale);
        }
        let (mut changed, mut errors) = (client.clone(), Vec::new());
        apply(&mut changed, self.name.as_deref(), &self.settings, roles, &mut errors);
        // What it was before the limit was set, it may stay.
        if changed.token_lifetime != client.token_lifetime {
            errors.extend(admin_fields::token_lifetime_up_to(changed.token_lifetime, most_lifetime).err());
        }
        if errors.is_empty() { Ok(changed) } else { Err(AdminError::Invalid(errors)) }
    }
}

fn apply(client: &mut Client, name: Option<&str>, new: &ClientSettings, roles: &[Role], errors: &mut Vec<FieldError>) {
    if let Some(name) = name {
        keep(admin_fields::client_name(name), &mut client.name, errors);
    }
    if let Some(seconds) = new.token_lifetime {
        keep(admin_fields::token_lifetime_seconds(seconds), &mut client.token_lifetime, errors);
    }
    if client.client_type == ClientType::ClientCredentials
        && let Some(asked) = &new.role_ids
    {
        keep(admin_fields::held_roles(asked, roles), &mut client.role_ids, errors);
    }
    set(&mut client.enabled, new.enabled);
    set(&mut client.access_token_algorithm, new.access_token_algorithm);
    if let Some(tags) = &new.tags {
        keep(admin_fields::tags(tags), &mut client.tags, errors);
    }
    if client.client_type.has_secrets() {
        set(&mut client.auth_method, new.auth_method);
    }
    if client.client_type.has_users() {
        apply_user_settings(client, new, errors);
    }
}

/// What only clients with users have. Sent for a client without, it is left alone.
fn apply_user_settings(client: &mut Client, new: &ClientSettings, errors: &mut Vec<FieldError>) {
    set(&mut client.allow_offline_access, new.allow_offline_access);
    set(&mut client.consent, new.consent);
    if let Some(urls) = &new.redirect_urls {
        keep_all(admin_fields::redirect_urls(urls), &mut client.urls.redirect, errors);
    }
    if let Some(urls) = &new.logout_redirect_urls {
        keep_all(admin_fields::logout_redirect_urls(urls), &mut client.urls.logout, errors);
    }
    if let Some(uri) = &new.client_uri {
        keep(admin_fields::page_url(admin_fields::Field::ClientUri, uri), &mut client.client_uri, errors);
    }
    if let Some(uri) = &new.logo_uri {
        keep(admin_fields::page_url(admin_fields::Field::LogoUri, uri), &mut client.logo_uri, errors);
    }
    if client.client_type == ClientType::Hybrid {
        set(&mut client.allow_access_tokens_via_browser, new.allow_access_tokens_via_browser);
        set(&mut client.pkce, new.pkce);
    } else if let Some(origins) = &new.cors_origins {
        keep_all(admin_fields::cors_origins(origins), &mut client.urls.cors, errors);
    }
}

fn set<T: Copy>(place: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *place = new;
    }
}

fn keep<T>(checked: Result<T, FieldError>, place: &mut T, errors: &mut Vec<FieldError>) {
    keep_all(checked.map_err(|error| vec![error]), place, errors);
}

fn keep_all<T>(checked: Result<T, Vec<FieldError>>, place: &mut T, errors: &mut Vec<FieldError>) {
    match checked {
        Ok(value) => *place = value,
        Err(more) => errors.extend(more),
    }
}
