//! The discovery document (OpenID Connect Discovery 3, RFC 8414 2). It lists what works, and nothing else.

use super::Scope;
use super::claims::{CLAIM_SCOPES, PASSWORD_ACR};
use serde::Serialize;

/// What a client can learn about this server.
#[derive(Debug, Clone, Serialize)]
pub struct ProviderMetadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    end_session_endpoint: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    jwks_uri: String,
    scopes_supported: Vec<&'static str>,
    response_types_supported: Vec<&'static str>,
    response_modes_supported: Vec<&'static str>,
    grant_types_supported: Vec<&'static str>,
    subject_types_supported: Vec<&'static str>,
    acr_values_supported: Vec<&'static str>,
    id_token_signing_alg_values_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    code_challenge_methods_supported: Vec<&'static str>,
    prompt_values_supported: Vec<&'static str>,
    display_values_supported: Vec<&'static str>,
    claim_types_supported: Vec<&'static str>,
    claims_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
    service_documentation: String,
}

impl ProviderMetadata {
    /// The document of the server with this issuer and public URL.
    #[must_use]
    pub fn new(issuer: &str, public_url: &str) -> Self {
        let with_secret = vec!["client_secret_basic", "client_secret_post"];
        let with_or_without = vec!["client_secret_basic", "client_secret_post", "none"];
        let mut claims = vec!["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash"];
        claims.extend(["c_hash", "sid", "tid", "role_type"]);
        claims.extend(CLAIM_SCOPES.iter().flat_map(|(_, claims)| claims.iter().copied()));
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: format!("{issuer}/connect/authorize"),
            token_endpoint: format!("{issuer}/connect/token"),
            userinfo_endpoint: format!("{issuer}/connect/userinfo"),
            end_session_endpoint: format!("{issuer}/connect/endsession"),
            revocation_endpoint: format!("{issuer}/connect/revocation"),
            introspection_endpoint: format!("{issuer}/connect/introspect"),
            jwks_uri: format!("{issuer}/.well-known/openid-configuration/jwks"),
            scopes_supported: Scope::SUPPORTED.to_vec(),
            response_types_supported: vec!["code", "code id_token", "code token", "code id_token token"],
            response_modes_supported: vec!["query", "fragment", "form_post"],
            grant_types_supported: vec!["authorization_code", "client_credentials", "refresh_token"],
            subject_types_supported: vec!["public"],
            acr_values_supported: vec![PASSWORD_ACR],
            // ID tokens are always signed with RS256: every client can check that (OpenID Connect Core 15.1).
            id_token_signing_alg_values_supported: vec!["RS256"],
            token_endpoint_auth_methods_supported: with_or_without.clone(),
            introspection_endpoint_auth_methods_supported: with_secret,
            revocation_endpoint_auth_methods_supported: with_or_without,
            code_challenge_methods_supported: vec!["S256"],
            prompt_values_supported: vec!["none", "login", "consent", "select_account"],
            display_values_supported: vec!["page", "popup"],
            claim_types_supported: vec!["normal"],
            claims_supported: claims,
            claims_parameter_supported: true,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            authorization_response_iss_parameter_supported: true,
            service_documentation: format!("{public_url}/docs"),
        }
    }
}
