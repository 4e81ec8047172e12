//! What a program sees that comes by the public URL.

use super::codes;
use super::local::tell_end;
use super::report::Report;
use crate::cli::healthcheck::{address_to_ask, reachable};
use crate::config::Config;
use crate::outgoing::{OF_AUTHORITY, Request, certificate_end, send, speaks_tls};
use serde_json::Value;
use url::Url;

const PUBLIC: &str = "Public URL";

/// Whether this server answers on this machine.
pub(super) async fn server_runs(config: &Config) -> bool {
    let Some(listen) = address_to_ask(config) else { return false };
    ask(config, "/healthz", Some(reachable(listen).to_string())).await.is_ok_and(|answer| answer.1 == "ok")
}

pub(super) async fn check(config: &Config, report: &mut Report) {
    let base = config.public_url.as_str();
    let discovery = ask(config, "/identity/.well-known/openid-configuration", None).await;
    if config.public_url.is_https()
        && config.server.tls_cert.is_none()
        && let Ok(url) = Url::parse(base)
    {
        tell_end(certificate_end(&url).await, report);
    }
    match discovery {
        Err(why) if !config.public_url.is_https() && https_answers(base).await => {
            let sentence = format!("{base} does not answer ({why}), but https does at the same place");
            report.problem(PUBLIC, codes::PLAIN_HTTP, sentence);
        }
        Err(why) if why.contains("xpired") => report.problem("TLS", codes::CERTIFICATE_OVER, format!("{base}: {why}")),
        Err(why) if why.contains(OF_AUTHORITY) => {
            report.problem("TLS", codes::CERTIFICATE_OF_AUTHORITY, format!("{base}: {why}"));
        }
        Err(why) if why.contains("certificate") => {
            report.problem("TLS", codes::CERTIFICATE_UNKNOWN, format!("{base}: {why}"));
        }
        Err(why) => report.problem(PUBLIC, codes::UNREACHABLE, format!("{base}: {why}")),
        Ok((200, body)) => check_issuer(config, &body, report).await,
        Ok((503, _)) => report.fine(PUBLIC, format!("{base} answers; the server is not set up yet")),
        Ok((421, body)) => {
            report.problem(PUBLIC, codes::OTHER_NAME, format!("asked as {base} it says: {}", said(&body)));
        }
        Ok((status, _)) => report.problem(PUBLIC, codes::UNREACHABLE, format!("{base} answers {status}")),
    }
    check_proxies(config, report).await;
}

/// The reason in a refusal, which is JSON or text.
fn said(body: &str) -> String {
    let told = serde_json::from_str::<Value>(body).ok();
    let told = told.as_ref().and_then(|body| body["error_description"].as_str()).unwrap_or(body);
    told.lines().next().unwrap_or_default().to_owned()
}

async fn check_issuer(config: &Config, discovery: &str, report: &mut Report) {
    let expected = format!("{}/identity", config.public_url.as_str());
    let document = serde_json::from_str::<Value>(discovery).unwrap_or_default();
    let issuer = document["issuer"].as_str().unwrap_or_default();
    if issuer == expected {
        report.fine(PUBLIC, format!("{} answers, issuer matches", config.public_url.as_str()));
    } else {
        report.problem(PUBLIC, codes::OTHER_NAME, format!("discovery says {issuer:?}, expected {expected:?}"));
    }
    let keys = ask(config, "/identity/.well-known/openid-configuration/jwks", None).await;
    let count =
        keys.ok().and_then(|(_, body)| serde_json::from_str::<Value>(&body).ok()?["keys"].as_array().map(Vec::len));
    match count {
        Some(1..) => {}
        _ => report.problem(PUBLIC, codes::KEYS_UNREADABLE, "the published keys cannot be fetched"),
    }
}

/// The server remembers who sent `X-Forwarded-For` without being trusted.
async fn check_proxies(config: &Config, report: &mut Report) {
    const PROXIES: &str = "Proxies";
    let Some(internal) = config.server.internal_listen else { return };
    let Ok((_, body)) = ask(config, "/readyz?verbose", Some(reachable(internal).to_string())).await else { return };
    match body.lines().find_map(|line| line.strip_prefix("untrusted proxy: ")) {
        Some(address) => {
            let sentence = format!("{address} sends X-Forwarded-For and is not trusted");
            report.problem(PROXIES, codes::UNTRUSTED_PROXY, sentence);
        }
        None if config.server.trusted_proxies == crate::web::layers::Networks::default() => {
            report.fine(PROXIES, "none is trusted, and none has shown itself");
        }
        None => report.fine(PROXIES, "all that have shown themselves are trusted"),
    }
}

async fn ask(config: &Config, path: &str, connect_to: Option<String>) -> Result<(u16, String), String> {
    let url = Url::parse(&format!("{}{path}", config.public_url.as_str())).map_err(|error| error.to_string())?;
    let request = Request { method: "GET", url: &url, connect_to, authorization: None, content: None, headers: &[] };
    let answer = send(request).await.map_err(|unreachable| unreachable.to_string())?;
    Ok((answer.status, answer.body.trim().to_owned()))
}

/// Whether TLS is spoken where plain http was expected: at the same port, or at https' own.
async fn https_answers(base: &str) -> bool {
    let Ok(url) = Url::parse(&base.replacen("http://", "https://", 1)) else { return false };
    speaks_tls(&url).await
}
