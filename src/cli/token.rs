//! `portcullis token`: gets a token as the client itself would, over HTTP.

use super::failure::{Exit, Failure};
use super::find::{find_client, quoted};
use super::run::{Run, require_store};
use super::secret_input::{SecretSource, ask_hidden};
use crate::oauth::{AuthMethodPolicy, ClientType};
use crate::outgoing::{Answer, Request, send};
use crate::redacted::Redacted;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;
use url::{Url, form_urlencoded};

/// The variable that programs read their secret from, too.
const VARIABLE: &str = "PORTCULLIS_CLIENT_SECRET";

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis token nightly-import                 the secret is in PORTCULLIS_CLIENT_SECRET
  portcullis token nightly-import --secret-file secret.txt --decode
  curl -H \"Authorization: Bearer $(portcullis token nightly-import)\" https://api.example.com/")]
pub(super) struct TokenArgs {
    /// The client, by name or id; by id alone where there is no store
    #[arg(value_name = "CLIENT")]
    client: String,
    /// What to ask for; without it, all that is allowed. May repeat
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// Show what is in the token instead: header and claims
    #[arg(long)]
    decode: bool,
    /// The file whose first line is the client secret
    #[arg(long, value_name = "FILE", conflicts_with = "secret_stdin")]
    secret_file: Option<PathBuf>,
    /// Read the client secret from the first line of standard input
    #[arg(long)]
    secret_stdin: bool,
}

pub(super) async fn run(args: TokenArgs, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    let config = run.config(Vec::new())?;
    // First what needs no secret: it would be asked for in vain of a client that gets no tokens this way.
    let (client_id, basic) = client(&args.client, run).await?;
    let secret = secret(&args, run)?;
    let text = format!("{}/connect/token", config.public_url.issuer());
    let url = Url::parse(&text).map_err(|error| Failure::new(Exit::Configuration, format!("{text}: {error}")))?;
    let answer = send(request(&url, &client_id, &secret, basic, &args.scopes)).await?;
    let body = granted(&answer)?;
    let token = body["access_token"].as_str().unwrap_or_default();
    if args.decode {
        return console.answer_json(&decoded(token)?);
    }
    if console.json {
        return console.answer_json(&body);
    }
    console.answer(&format!("{token}\n"))
}

fn secret(args: &TokenArgs, run: &Run) -> Result<Redacted<String>, Failure> {
    let source = SecretSource { flag: "--secret-file", file: args.secret_file.clone(), stdin: args.secret_stdin };
    if let Some(secret) = source.read()? {
        return Ok(secret);
    }
    match std::env::var(VARIABLE) {
        Ok(secret) if !secret.trim().is_empty() => return Ok(Redacted::new(secret.trim().to_owned())),
        _ => {}
    }
    if let Some(secret) = ask_hidden(run.console, "Client Secret: ")? {
        return Ok(secret);
    }
    Err(Failure::usage("the client secret is needed: only the client has it, the server keeps a hash")
        .remedy("in the environment", format!("{VARIABLE}=… (set -a; . ./.env; set +a)"))
        .remedy("or add", "--secret-file FILE, or --secret-stdin")
        .remedy("it is lost", format!("portcullis secret add {}", quoted(&args.client))))
}

/// The client's id, and whether it wants its credentials in the header. Without a store here, the text is the id.
async fn client(text: &str, run: &Run) -> Result<(String, bool), Failure> {
    if require_store(&run.config(Vec::new())?).is_err() {
        return Ok((text.to_owned(), false));
    }
    run.with_tenant(async |opened| {
        let client = find_client(opened, text).await?.client;
        if client.client_type != ClientType::ClientCredentials {
            let label = client.client_type.label();
            let sentence =
                format!("{} is of type {label}: its tokens are for a user who signs in with a browser", client.name);
            return Err(Failure::usage(sentence).remedy("for a program", "portcullis client create NAME"));
        }
        Ok((client.id.as_str().to_owned(), client.auth_method == AuthMethodPolicy::Basic))
    })
    .await
}

fn request<'a>(url: &'a Url, id: &str, secret: &Redacted<String>, basic: bool, scopes: &[String]) -> Request<'a> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    if !scopes.is_empty() {
        form.append_pair("scope", &scopes.join(" "));
    }
    let mut authorization = None;
    if basic {
        // RFC 6749 2.3.1: each half is form-encoded before they are joined.
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = Redacted::new(format!("{}:{}", encode(id), encode(secret.expose())));
        authorization = Some(format!("Basic {}", STANDARD.encode(pair.expose())));
    } else {
        form.append_pair("client_id", id).append_pair("client_secret", secret.expose());
    }
    Request {
        method: "POST",
        url,
        connect_to: None,
        authorization,
        content: Some(("application/x-www-form-urlencoded", form.finish())),
        headers: &[],
    }
}

/// The token answer, or the refusal in words.
fn granted(answer: &Answer) -> Result<Value, Failure> {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
    if answer.status == 200 && body["access_token"].is_string() {
        return Ok(body);
    }
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    if answer.status >= 500 || text("error").is_empty() {
        let sentence = format!("the server answers {}: {}", answer.status, text("error_description"));
        return Err(Failure::new(Exit::Unreachable, sentence.trim_end_matches([':', ' ']))
            .remedy("is it ready", "portcullis healthcheck --ready")
            .remedy("its address", "portcullis config show --origin (public_url)"));
    }
    let failure = Failure::new(Exit::NotAllowed, format!("{}: {}", text("error"), text("error_description")));
    Err(match reason(&answer.body) {
        Some(code) => failure.remedy("what to do", format!("portcullis help errors {code}")),
        None => failure.remedy("what to do", "portcullis help errors"),
    })
}

/// The first `PC-nnnn` in the answer.
fn reason(text: &str) -> Option<&str> {
    let code = text.match_indices("PC-").map(|(at, _)| text.get(at..at + 7));
    code.flatten().find(|code| code[3..].bytes().all(|byte| byte.is_ascii_digit()))
}

/// Header and claims. Nothing is verified: the token came from where it would be verified.
fn decoded(token: &str) -> Result<Value, Failure> {
    let part =
        |text: Option<&str>| -> Option<Value> { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text?).ok()?).ok() };
    let mut parts = token.split('.');
    match (part(parts.next()), part(parts.next())) {
        (Some(header), Some(claims)) => Ok(json!({ "header": header, "claims": claims })),
        _ => {
            Err(Failure::new(Exit::Failed, "the token is not a JWT")
                .remedy("see it", "the same command without --decode"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_with_its_page() {
        let body = r#"{"error":"invalid_client","error_description":"Failed.","error_uri":"https://x/PC-2202"}"#;
        let refused = granted(&Answer { status: 401, body: body.to_owned() }).unwrap_err();
        assert_eq!(refused.exit(), Exit::NotAllowed);
        assert_eq!(refused.to_string(), "invalid_client: Failed.\n  what to do: portcullis help errors PC-2202");
        let down = granted(&Answer { status: 503, body: "not set up yet".to_owned() }).unwrap_err();
        assert_eq!(down.exit(), Exit::Unreachable);
        assert_eq!(reason("PC-12 PC-é202 PC-2203"), Some("PC-2203"));
    }

    #[test]
    fn credentials_go_where_the_client_wants_them() {
        let url = Url::parse("http://localhost/").unwrap();
        let secret = Redacted::new("s+1".to_owned());
        let form = request(&url, "c", &secret, false, &["ocsapi".to_owned()]);
        let expected = "grant_type=client_credentials&scope=ocsapi&client_id=c&client_secret=s%2B1";
        assert_eq!((form.content.as_ref().map(|(_, form)| form.as_str()), form.authorization), (Some(expected), None));
        let basic = request(&url, "c", &secret, true, &[]);
        assert_eq!(basic.content.as_ref().map(|(_, form)| form.as_str()), Some("grant_type=client_credentials"));
        assert_eq!(basic.authorization, Some(format!("Basic {}", STANDARD.encode("c:s%2B1"))));
    }

    #[test]
    fn a_token_is_taken_apart() {
        let token =
            format!("{}.{}.x", URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#), URL_SAFE_NO_PAD.encode(r#"{"sub":"c"}"#));
        assert_eq!(decoded(&token).unwrap(), json!({"header": {"alg": "RS256"}, "claims": {"sub": "c"}}));
        assert!(decoded("opaque").is_err());
    }
}
