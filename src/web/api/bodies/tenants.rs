//! The tenant, and the ways to sign in to it.

use crate::flows::Tenant;
use crate::oauth::{TenantId, UnixTime};
use schemars::JsonSchema;
use serde::Serialize;

/// A tenant as it is shown.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields, rename = "Tenant")]
pub(in crate::web::api) struct TenantView {
    #[schemars(with = "String")]
    id: TenantId,
    company_name: String,
    alias: String,
    /// 1: active. There is no other state here.
    state: i64,
    #[schemars(extend("format" = "date-time"))]
    created: String,
    #[schemars(extend("format" = "date-time"))]
    last_updated: String,
    features: [String; 0],
    entitlements: [String; 0],
    tenant_type: i64,
}

impl From<&Tenant> for TenantView {
    fn from(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id.clone(),
            company_name: tenant.name.clone(),
            alias: tenant.alias.clone(),
            state: 1,
            created: UnixTime::rfc3339(tenant.created_at),
            last_updated: UnixTime::rfc3339(tenant.updated_at),
            features: [],
            entitlements: [],
            tenant_type: 0,
        }
    }
}

/// The id of the one way to sign in: local accounts, with e-mail and password. The same on every server.
pub(in crate::web::api) const LOCAL_PROVIDER: &str = "5f0c1c52-6d0b-4f0e-9f3e-2a9d6f1b7c84";

/// A way to sign in, as it is shown.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields, rename = "IdentityProvider")]
pub(in crate::web::api) struct IdentityProviderView {
    id: &'static str,
    display_name: &'static str,
    scheme: &'static str,
    user_id_claim_type: &'static str,
    client_id: Option<String>,
    is_configured: bool,
    capabilities: Capabilities,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields)]
struct Capabilities {
    user: UserCapabilities,
    group: GroupCapabilities,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields)]
struct UserCapabilities {
    sign_in: bool,
    invitation: bool,
    search: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[schemars(deny_unknown_fields)]
struct GroupCapabilities {
    authorize: bool,
    search: bool,
}

impl IdentityProviderView {
    /// Local accounts.
    pub(in crate::web::api) const LOCAL: Self = Self {
        id: LOCAL_PROVIDER,
        display_name: "E-mail and password",
        scheme: "local",
        user_id_claim_type: "email",
        client_id: None,
        is_configured: true,
        capabilities: Capabilities {
            user: UserCapabilities { sign_in: true, invitation: true, search: false },
            group: GroupCapabilities { authorize: false, search: false },
        },
    };
}
