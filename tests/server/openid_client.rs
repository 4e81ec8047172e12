//! A client that others have written: it finds everything by discovery.

use crate::support::person::Person;
use crate::support::{Daemon, TestServer};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, JsonWebKey, Nonce, OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, RequestTokenError, Scope,
    TokenResponse,
};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::ClientType;
use reqwest::header::HeaderMap;

on_both_engines!(
    it_discovers_gets_a_token_and_verifies_it,
    it_understands_a_refusal,
    it_signs_a_user_in_and_keeps_them_signed_in,
);

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

async fn it_signs_a_user_in_and_keeps_them_signed_in(server: TestServer) {
    let (metadata, operator) = (discover(&server).await, server.operator().await);
    operator.add_user("uma@example.com").await;
    let callback = "https://app.example/callback".to_owned();
    let settings = ClientSettings {
        allow_offline_access: Some(true),
        redirect_urls: Some(vec![callback.clone()]),
        ..ClientSettings::default()
    };
    let app = operator.register(ClientType::Hybrid, "app", settings).await;
    let client = client(&metadata, &app).set_redirect_uri(RedirectUrl::new(callback).expect("a URL"));

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random).set_pkce_challenge(challenge);
    let scopes = ["email", "offline_access"].map(|word| Scope::new(word.to_owned()));
    let (url, state, nonce) = request.add_scopes(scopes).url();
    let callback = Person::new(&server, "uma@example.com").visit(url.as_str()).await.at_app();
    let answer: std::collections::HashMap<_, _> = callback.query.into_iter().collect();
    assert_eq!(&answer["state"], state.secret());
    server.confide(&answer["code"]);

    let exchange = client.exchange_code(AuthorizationCode::new(answer["code"].clone())).expect("a token endpoint");
    let tokens = exchange.set_pkce_verifier(verifier).request_async(&carry).await.expect("tokens");
    let (id_token, checker) = (tokens.id_token().expect("an ID token"), client.id_token_verifier());
    let claims = id_token.claims(&checker, &nonce).expect("claims that it takes");
    let (algorithm, key) =
        (id_token.signing_alg().expect("an algorithm"), id_token.signing_key(&checker).expect("a key"));
    let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).expect("a hash");
    assert_eq!(claims.access_token_hash(), Some(&hash));

    let request = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()));
    let user: CoreUserInfoClaims = request.expect("a userinfo endpoint").request_async(&carry).await.expect("claims");
    assert_eq!(user.email().map(|email| email.as_str()), Some("uma@example.com"));

    let mut refresh_token = tokens.refresh_token().expect("a refresh token").clone();
    for _ in 0..3 {
        server.confide(refresh_token.secret());
        let request = client.exchange_refresh_token(&refresh_token).expect("a token endpoint");
        let refreshed = request.request_async(&carry).await.expect("new tokens");
        let next = refreshed.refresh_token().expect("the next refresh token").clone();
        assert_ne!(next.secret(), refresh_token.secret());
        let id_token = refreshed.id_token().expect("an ID token");
        let again = id_token.claims(&checker, |_: Option<&Nonce>| Ok(())).expect("claims that it takes");
        assert_eq!(again.subject(), claims.subject());
        refresh_token = next;
    }
    server.confide(refresh_token.secret());
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
