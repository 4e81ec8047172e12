//! The first thing that a server says: where it is, and how to set it up.

use super::ServeError;
use crate::config::Config;
use crate::flows::Provider;
use crate::opening::StoreError;
use crate::release;
use crate::web::serve::Shutdown;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// How often it is looked whether there are keys yet.
const LOOK: Duration = Duration::from_millis(20);

/// Tells where the server is, and how to set it up if nobody has; and, once there is a key to sign with, that it is ready.
/// At the very first start that is a moment later: keys are made beside the first requests. With `open` a browser shows the
/// set-up link, or else the portal.
#[expect(clippy::print_stdout, reason = "the first thing a person sees of a server that they started")]
pub(super) async fn announce(
    config: &Config,
    provider: &Provider,
    new_store: bool,
    started: Instant,
    shutdown: &Shutdown,
    open: bool,
) -> Result<(), ServeError> {
    let code = if provider.is_set_up().await.map_err(StoreError::from)? {
        None
    } else {
        Some(provider.setup_code().await.map_err(StoreError::from)?)
    };
    let link = code.as_ref().map(|code| (code.url.expose().as_str(), code.expires_at.rfc3339()));
    let address =
        link.as_ref().map_or_else(|| format!("{}/portal", config.public_url.as_str()), |(link, _)| (*link).to_owned());
    let (url, data) = (config.public_url.as_str(), config.data_dir.display());
    if !std::io::stdout().is_terminal() {
        if let Some((link, end)) = link {
            tracing::info!(event = "setup.link", link, "set up this server: open the link before {end}");
        }
        if !becomes_ready(provider, shutdown).await {
            return Ok(());
        }
        let ready = started.elapsed().as_secs_f64();
        tracing::info!(event = "ready", public_url = url, data_dir = %data, version = release::version(), seconds = ready, "ready");
        show(&address, open);
        return Ok(());
    }
    let reach = if config.public_url.is_loopback_http() { "    only reachable from this machine" } else { "" };
    let fresh = if new_store { "  (new)    delete it to start again" } else { "" };
    let database = if config.database.url.is_postgres() { "PostgreSQL" } else { "SQLite, in the data folder" };
    println!("Portcullis {}    portcullis --help for other commands\n", release::version());
    println!("  Public URL   {url}{reach}\n  Data         {data}{fresh}\n  Database     {database}\n");
    if let Some((link, end)) = link {
        println!("  Set up Portcullis: open this link before {end}\n\n      {link}\n");
        println!("  Lost it? Run  portcullis user setup-link  at any time.\n");
    }
    if becomes_ready(provider, shutdown).await {
        println!("ready in {:.2} s", started.elapsed().as_secs_f64());
        show(&address, open);
    }
    Ok(())
}

fn show(address: &str, open: bool) {
    if open {
        super::browser::open(address);
    }
}

/// Waits for a key to sign with; false if the server is told to stop before.
async fn becomes_ready(provider: &Provider, shutdown: &Shutdown) -> bool {
    let there = async {
        let mut ticks = tokio::time::interval(LOOK);
        while !provider.can_sign() {
            ticks.tick().await;
        }
        super::notify::ready();
    };
    tokio::select! {
        () = there => true,
        () = shutdown.draining() => false,
    }
}
