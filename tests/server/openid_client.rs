//! A client that others have written: it finds everything by discovery.

use crate::support::{Daemon, TestServer};
use openidconnect::core::{CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata};
use openidconnect::{
    AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, IssuerUrl, JsonWebKey, OAuth2TokenResponse,
    RequestTokenError, Scope,
};
use reqwest::header::HeaderMap;

on_both_engines!(it_discovers_gets_a_token_and_verifies_it, it_understands_a_refusal);

/// Carries its requests; they go to the issuer's own address.
async fn carry(request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
    let (parts, body) = request.into_parts();
    let headers: HeaderMap = parts.headers;
    let response = client.request(parts.method, parts.uri.to_string()).headers(headers).body(body).send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut answer = HttpResponse::new(response.bytes().await?.to_vec());
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}

async fn discover(server: &TestServer) -> CoreProviderMetadata {
    let issuer = IssuerUrl::new(server.issuer()).expect("an issuer");
    CoreProviderMetadata::discover_async(issuer, &carry).await.expect("metadata that it takes")
}

async fn it_discovers_gets_a_token_and_verifies_it(server: TestServer) {
    let (metadata, daemon) = (discover(&server).await, server.daemon("nightly-import").await);
    for way in [AuthType::BasicAuth, AuthType::RequestBody] {
        let client = client(&metadata, &daemon).set_auth_type(way);
        let request = client.exchange_client_credentials().expect("a token endpoint");
        let answer = request.add_scope(Scope::new("ocsapi".to_owned())).request_async(&carry).await.expect("a token");
        assert_eq!(answer.expires_in().map(|lifetime| lifetime.as_secs()), Some(3600));
        let token = answer.access_token().secret();
        let (signed, signature) = token.rsplit_once('.').expect("a JWT");
        let header = crate::support::resource_server::decode(token.split('.').next().expect("a header"));
        let key =
            metadata.jwks().keys().iter().find(|key| key.key_id().map(|kid| kid.as_str()) == header["kid"].as_str());
        let signature = {
            use base64::Engine as _;
            base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(signature).expect("base64url")
        };
        let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
        let verified = key.expect("its key").verify_signature(&algorithm, signed.as_bytes(), &signature);
        verified.expect("a signature of that key");
    }
    assert_eq!(metadata.jwks().keys().len(), 3, "it reads keys of all three kinds");
}

async fn it_understands_a_refusal(server: TestServer) {
    let (metadata, daemon) = (discover(&server).await, server.daemon("nightly-import").await);
    let client = client(&metadata, &daemon.with_secret("wrong"));
    let request = client.exchange_client_credentials().expect("a token endpoint");
    match request.request_async(&carry).await {
        Err(RequestTokenError::ServerResponse(refusal)) => {
            assert_eq!(refusal.error().as_ref(), "invalid_client");
            assert_eq!(refusal.error_description().map(String::as_str), Some("Client authentication failed."));
        }
        other => panic!("{other:?}"),
    }
}

type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

fn client(metadata: &CoreProviderMetadata, daemon: &Daemon) -> Client {
    let secret = Some(ClientSecret::new(daemon.secret.clone()));
    CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(daemon.id.clone()), secret)
}
