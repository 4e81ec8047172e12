// Gets access tokens and keeps each until shortly before it expires.

use serde_json::Value;
use std::error::Error;
use std::time::{Duration, Instant};

struct Tokens {
    http: reqwest::Client,
    endpoint: String,
    id: String,
    secret: String,
    kept: Option<(String, Instant)>,
}

impl Tokens {
    async fn new() -> Result<Self, Box<dyn Error>> {
        let issuer = std::env::var("PORTCULLIS_ISSUER")?;
        let http = reqwest::Client::new();
        let server: Value = http.get(format!("{issuer}/.well-known/openid-configuration")).send().await?.json().await?;
        Ok(Self {
            http,
            endpoint: server["token_endpoint"].as_str().ok_or("no token endpoint")?.to_owned(),
            id: std::env::var("PORTCULLIS_CLIENT_ID")?,
            secret: std::env::var("PORTCULLIS_CLIENT_SECRET")?,
            kept: None,
        })
    }

    async fn get(&mut self) -> Result<String, Box<dyn Error>> {
        if let Some((token, good_until)) = &self.kept {
            if Instant::now() < *good_until {
                return Ok(token.clone());
            }
        }
        let asked = Instant::now();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.id.as_str()),
            ("client_secret", self.secret.as_str()),
        ];
        let answer: Value = self.http.post(&self.endpoint).form(&form).send().await?.json().await?;
        let Some(token) = answer["access_token"].as_str() else {
            return Err(answer.to_string().into()); // error_description says why
        };
        let lifetime = Duration::from_secs(answer["expires_in"].as_u64().unwrap_or(60));
        self.kept = Some((token.to_owned(), asked + lifetime * 9 / 10));
        Ok(token.to_owned())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut tokens = Tokens::new().await?;
    // Call your API with the header  Authorization: Bearer <token>
    println!("{}", tokens.get().await?);
    Ok(())
}
