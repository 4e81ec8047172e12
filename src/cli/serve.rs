//! `portcullis serve`

use super::failure::{Exit, Failure};
use super::run::Run;
use crate::config::Config;
use crate::server::Convenience;
use clap::Args;
use std::time::Instant;

#[derive(Debug, Default, Args)]
#[command(before_help = "Examples:
  portcullis serve
  portcullis serve --open
  portcullis serve --listen 127.0.0.1:8585 --public-url http://localhost:8585")]
pub(super) struct ServeArgs {
    /// Address and port for browsers and programs [default: 127.0.0.1:8484]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Opens the set-up link in this machine's browser, or the portal once that is done
    #[arg(long)]
    open: bool,
    /// For trying things out on this machine: mails are not sent but shown to administrators at /dev/mail. Nothing is less safe
    #[arg(long)]
    dev: bool,
}

/// `started` is when the process began, for the line that says how long it took to be ready.
pub(super) async fn run(args: ServeArgs, run: &Run, started: Instant) -> Result<(), Failure> {
    let flags = args.listen.clone().map(|address| ("server.listen".to_owned(), address));
    let flags: Vec<_> = flags.into_iter().collect();
    let sources = run.sources(flags);
    let config = Config::load(&sources)?;
    if args.dev && !config.public_url.is_loopback_http() {
        let sentence = format!("--dev is for this machine alone, and {} is not", config.public_url.as_str());
        return Err(Failure::new(Exit::Configuration, sentence).remedy("leave out", "--dev, or public_url"));
    }
    let reload = Box::new(move || Config::load(&sources));
    Ok(crate::server::serve(config, reload, started, Convenience { open: args.open, dev: args.dev }).await?)
}
