// Signs you in by hand, step by step: open the address, sign in, paste where you came out.

use openidconnect::PkceCodeChallenge;
use serde_json::Value;
use std::collections::HashMap;
use std::error::Error;

async fn read(request: reqwest::RequestBuilder) -> Result<Value, Box<dyn Error>> {
    let answer = request.send().await?;
    let good = answer.status().is_success();
    let body: Value = answer.json().await?;
    if good { Ok(body) } else { Err(body.to_string().into()) } // error_description says why
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let env = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let (issuer, id) = (env("PORTCULLIS_ISSUER")?, env("PORTCULLIS_CLIENT_ID")?);
    let (redirect_url, scope) = (env("PORTCULLIS_REDIRECT_URL")?, env("PORTCULLIS_SCOPE")?);
    let secret = env("PORTCULLIS_CLIENT_SECRET").ok(); // a browser app has none
    let http = reqwest::Client::new();
    let server = read(http.get(format!("{issuer}/.well-known/openid-configuration"))).await?;
    let endpoint = |name: &str| server[format!("{name}_endpoint")].as_str().unwrap_or_default().to_owned();

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let state = openidconnect::CsrfToken::new_random();
    let mut question = url::Url::parse(&endpoint("authorization"))?;
    question.query_pairs_mut().extend_pairs([
        ("response_type", "code"),
        ("client_id", id.as_str()),
        ("redirect_uri", redirect_url.as_str()),
        ("scope", scope.as_str()),
        ("state", state.secret().as_str()),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ]);
    println!("Open this address and sign in:\n{question}");
    println!("Then paste the address of the page where you came out, whatever it shows:");
    let mut came = String::new();
    std::io::stdin().read_line(&mut came)?;
    let answer: HashMap<_, _> = url::Url::parse(came.trim())?.query_pairs().into_owned().collect();
    if answer.get("state") != Some(state.secret()) {
        return Err("That is not the answer to this question.".into());
    }
    let Some(code) = answer.get("code") else { return Err(format!("{answer:?}").into()) };

    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", redirect_url.as_str()),
        ("client_id", id.as_str()),
        ("code_verifier", verifier.secret().as_str()),
    ];
    form.extend(secret.as_deref().map(|secret| ("client_secret", secret)));
    let tokens = read(http.post(endpoint("token")).form(&form)).await?;
    let token = tokens["access_token"].as_str().unwrap_or_default();
    println!("{:#}", read(http.get(endpoint("userinfo")).bearer_auth(token)).await?);
    Ok(())
}
