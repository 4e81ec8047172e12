//! `portcullis serve`

use super::failure::Failure;
use super::run::Run;
use crate::config::Config;
use clap::Args;
use std::time::Instant;

#[derive(Debug, Default, Args)]
#[command(before_help = "Examples:
  portcullis serve
  portcullis serve --listen 127.0.0.1:8585 --public-url http://localhost:8585")]
pub(super) struct ServeArgs {
    /// Address and port for browsers and programs [default: 127.0.0.1:8484]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

/// `started` is when the process began, for the line that says how long it took to be ready.
pub(super) async fn run(args: ServeArgs, run: &Run, started: Instant) -> Result<(), Failure> {
    let flags = args.listen.map(|address| ("server.listen".to_owned(), address));
    let flags: Vec<_> = flags.into_iter().collect();
    let sources = run.sources(flags);
    let config = Config::load(&sources)?;
    let reload = Box::new(move || Config::load(&sources));
    Ok(crate::server::serve(config, reload, started).await?)
}
