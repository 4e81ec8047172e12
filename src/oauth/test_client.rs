//! A client to begin with in tests.

use super::{
    AuthMethodPolicy, Client, ClientId, ClientType, ConsentPolicy, PkcePolicy, SigningAlgorithm, TenantId, UnixTime,
    UrlLists,
};

/// A client of this type with one redirect URL, `https://app.example/cb`.
pub(crate) fn client(client_type: ClientType) -> Client {
    Client {
        id: ClientId::new("app"),
        tenant_id: TenantId::new("acme"),
        client_type,
        name: "App".to_owned(),
        enabled: true,
        token_lifetime: 3_600,
        role_ids: Vec::new(),
        urls: UrlLists {
            redirect: vec!["https://app.example/cb".to_owned()],
            logout: vec!["https://app.example/bye?from=us".to_owned()],
            cors: Vec::new(),
        },
        allow_offline_access: false,
        allow_access_tokens_via_browser: false,
        client_uri: None,
        logo_uri: None,
        pkce: PkcePolicy::PkceOrNonce,
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
