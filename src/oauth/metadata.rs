//! The discovery document (OpenID Connect Discovery 3, RFC 8414 2). It lists what works, and nothing else.

use serde::Serialize;

/// What a client can learn about this server.
#[derive(Debug, Clone, Serialize)]
pub struct ProviderMetadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    scopes_supported: Vec<&'static str>,
    response_types_supported: Vec<&'static str>,
    grant_types_supported: Vec<&'static str>,
    subject_types_supported: Vec<&'static str>,
    id_token_signing_alg_values_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    code_challenge_methods_supported: Vec<&'static str>,
    claims_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    service_documentation: String,
}

impl ProviderMetadata {
    /// The document of the server with this issuer and public URL.
    #[must_use]
    pub fn new(issuer: &str, public_url: &str, id_token_algorithms: Vec<&'static str>) -> Self {
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: format!("{issuer}/connect/authorize"),
            token_endpoint: format!("{issuer}/connect/token"),
            jwks_uri: format!("{issuer}/.well-known/openid-configuration/jwks"),
            scopes_supported: vec!["openid", "ocsapi"],
            response_types_supported: vec!["code"],
            grant_types_supported: vec!["client_credentials", "authorization_code", "refresh_token"],
            subject_types_supported: vec!["public"],
            id_token_signing_alg_values_supported: id_token_algorithms,
            token_endpoint_auth_methods_supported: vec!["client_secret_basic", "client_secret_post"],
            code_challenge_methods_supported: vec!["S256"],
            claims_supported: vec!["iss", "sub", "aud", "exp", "iat", "tid"],
            claims_parameter_supported: false,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            service_documentation: format!("{public_url}/docs"),
        }
    }
}
