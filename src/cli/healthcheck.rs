//! `portcullis healthcheck`: for Docker and the like, where there is no curl.

use super::failure::{Exit, Failure};
use super::run::Run;
use crate::config::Config;
use crate::outgoing::{Request, send};
use clap::Args;
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::Url;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis healthcheck                         is the process alive?
  portcullis healthcheck --ready                 can it serve? (database, keys, not stopping)")]
pub(super) struct HealthcheckArgs {
    /// Ask whether it can serve, not only whether it is alive
    #[arg(long)]
    ready: bool,
}

/// Asks the listening address itself: whether a proxy in front of it works is another question.
pub(super) async fn run(args: HealthcheckArgs, run: &Run) -> Result<(), Failure> {
    let config = run.config(Vec::new())?;
    let path = if args.ready { "/readyz" } else { "/healthz" };
    let url = address(&config, path)?;
    // A certificate is for the public name: where this process ends TLS itself, the internal address is asked.
    let Some(listen) = address_to_ask(&config) else {
        let sentence = "this server speaks TLS, and there is no internal address to ask";
        return Err(Failure::new(Exit::Failed, sentence).remedy("set", "server.internal_listen"));
    };
    let connect_to = Some(reachable(listen).to_string());
    let request = Request { method: "GET", url: &url, connect_to, authorization: None, content: None, headers: &[] };
    // Whatever is wrong, the exit code is 1: Docker knows no other.
    let answer = send(request).await.map_err(|unreachable| Failure::from(unreachable).with_exit(Exit::Failed))?;
    if answer.status == 200 {
        let console = run.console;
        return if console.json {
            console.answer_json(&json!({ "version": 1, "healthy": true, "said": answer.body.trim() }))
        } else {
            console.answer(&if console.quiet { String::new() } else { format!("{}\n", answer.body.trim()) })
        };
    }
    let sentence = format!("the server answers {} to {path}: {}", answer.status, answer.body.trim());
    Err(Failure::new(Exit::Failed, sentence).remedy("why", "the server's log"))
}

/// The address to ask without TLS, if there is one.
pub(super) fn address_to_ask(config: &Config) -> Option<SocketAddr> {
    if config.server.tls_cert.is_some() { config.server.internal_listen } else { Some(config.server.listen) }
}

fn address(config: &Config, path: &str) -> Result<Url, Failure> {
    let text = format!("{}{path}", config.public_url.as_str());
    Url::parse(&text).map_err(|error| Failure::new(Exit::Configuration, format!("{text}: {error}")))
}

/// An address to visit, for one to listen on: all addresses of the machine include its own.
pub(super) fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::reachable;

    #[test]
    fn an_address_to_listen_on_becomes_one_to_visit() {
        for (listen, visit) in
            [("0.0.0.0:8484", "127.0.0.1:8484"), ("[::]:1", "[::1]:1"), ("10.0.0.1:80", "10.0.0.1:80")]
        {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), visit);
        }
    }
}
