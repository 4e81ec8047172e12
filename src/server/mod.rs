//! The server process: build, listen, run the jobs, stop in order.

mod announce;
mod browser;
mod notify;
mod private_files;
mod reload;

pub use reload::Reload;

use crate::config::{self, Config, Effective};
use crate::flows::{NewAdministrator, NodeFacts, Provider, SetupError};
use crate::jobs;
use crate::logging::{self, Output};
use crate::mail::{self, MailError, Post};
use crate::oauth::audit;
use crate::opening::{Schema, ServingLock, StoreError, look_before_serving, open_provider};
use crate::otlp::{self, TracingProblem};
use crate::random::Random;
use crate::release;
use crate::web::layers::{Edge, LiveNetworks, Origin, Spans, apply};
use crate::web::serve::{CertificateError, Certificates, Limits, Shutdown, serve as serve_connections, serve_tls};
use crate::web::{AppState, Brand, ShownSetting, SitePolicy, internal_router, router, share_refusals, starting_router};
use reload::Live;
use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address is taken, or not ours.
    #[error("cannot listen on {0}: {1}. Choose another address with --listen, and a --public-url that fits it")]
    Listen(SocketAddr, std::io::Error),
    /// The first administrator of the configuration cannot be made.
    #[error("the first administrator cannot be made: {0}")]
    Bootstrap(String),
    /// The certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The settings of mail.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// Where traces go.
    #[error(transparent)]
    Tracing(#[from] TracingProblem),
    /// The operating system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What makes trying things out easier. Nothing of it makes anything less safe.
#[derive(Debug, Clone, Copy, Default)]
pub struct Convenience {
    /// Shows the set-up link, or the portal, in a browser.
    pub open: bool,
    /// Shows mails to administrators instead of sending them.
    pub dev: bool,
}

/// Runs until it is told to stop. `started` is when the process began, for the ready line; `reload` reads the settings
/// anew.
pub async fn serve(
    config: Config,
    reload: Reload,
    started: std::time::Instant,
    convenience: Convenience,
) -> Result<(), ServeError> {
    logging::init(config.log.format, &config.log.level, std::io::stdout().is_terminal(), Output::Stdout);
    // Listening comes first: two servers on one port are found out before either touches the store.
    let address = config.server.listen;
    let listener = TcpListener::bind(address).await.map_err(|error| ServeError::Listen(address, error))?;
    let shutdown = Shutdown::on_signals(config.server.shutdown_delay)?;
    let certificates = certificates(&config)?;
    let new_store = !config.master_key_file.exists();
    // Keeps `backup restore` away while this server runs.
    let _serving = ServingLock::shared(&config)?;
    private_files::require_private(&config)?;
    // A migration may take long. Whoever asks meanwhile gets an answer, and supervisors do not end what is at work.
    let starting = Starting::serve(&listener, certificates.clone(), &config)?;
    let opened = tokio::select! {
        opened = async {
            look_before_serving(&config).await?;
            open_provider(&config, Schema::BringUp).await
        } => opened,
        () = shutdown.draining() => return Ok(()),
    };
    starting.end().await;
    let provider = opened?;
    if let Err(error) = provider.note_served(true).await {
        tracing::warn!(%error, "the database takes no changes");
    }
    bootstrap(&config, &provider).await?;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    if !provider.newer_migrations().await.map_err(StoreError::from)?.is_empty() {
        tracing::warn!("the schema is of the release after this one, which is fine until the upgrade is finished");
    }
    if let Some(warning) = clock_warning(provider.clock_ahead().await.map_err(StoreError::from)?) {
        tracing::warn!("{warning}");
    }
    let mails = match Post::open(&config.mail)? {
        _ if convenience.dev => {
            tracing::info!(event = "dev", "mails are not sent but shown at {}/dev/mail", config.public_url.as_str());
            provider.keep_mails();
            None
        }
        Some(post) => {
            provider.send_mails();
            Some(mail::start(post, &provider, &shutdown))
        }
        None => None,
    };
    let state = AppState::new(Arc::clone(&provider), site(&config), shutdown.clone());
    let internal = serve_internally(&config, &state, &shutdown).await;
    let proxies = LiveNetworks::from(config.server.trusted_proxies.clone());
    let (spans, traces) = otlp::start(|name| std::env::var(name).ok(), provider.metrics())?.unzip();
    let app = app_behind(&config, &provider, &shutdown, &proxies, spans);
    let jobs = jobs::start(&provider, &shutdown, node(&config));
    let live = Live { certificates: certificates.clone(), proxies: proxies.clone() };
    let reloader = reload::start(&config, reload, live, &provider, &shutdown)?;
    let limits = Limits { trusted_proxies: proxies, ..limits(&config, &provider) };
    let served = serve_public(listener, certificates, app, limits, shutdown.clone());
    let announced = announce::announce(&config, &provider, new_store, started, &shutdown, convenience.open);
    tokio::try_join!(announced, async { served.await.map_err(ServeError::from) })?;
    notify::stopping();
    let _ = reloader.await;
    if let Some(mails) = mails {
        let _ = mails.await;
    }
    jobs.stop().await;
    let _ = provider.forget_node().await;
    let _ = provider.note_served(false).await;
    if let Some(internal) = internal {
        let _ = internal.await;
    }
    if let Some(traces) = traces {
        let _ = tokio::time::timeout(LAST_TRACES, traces).await;
    }
    provider.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// How long the end of the server waits for a collector of traces.
const LAST_TRACES: Duration = Duration::from_secs(2);

/// A server that is not ready yet, on the same socket as the one that will be.
struct Starting {
    shutdown: Shutdown,
    served: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Starting {
    fn serve(
        listener: &TcpListener,
        certificates: Option<Arc<Certificates>>,
        config: &Config,
    ) -> std::io::Result<Self> {
        use std::os::fd::AsFd as _;
        let socket = std::net::TcpListener::from(listener.as_fd().try_clone_to_owned()?);
        let (listener, shutdown) = (TcpListener::from_std(socket)?, Shutdown::new());
        let app = apply(starting_router(brand(config)), edge(config, Arc::default()));
        let limits = connection_limits(config);
        let served = tokio::spawn(serve_public(listener, certificates, app, limits, shutdown.clone()));
        Ok(Self { shutdown, served })
    }

    async fn end(self) {
        self.shutdown.drain();
        let _ = self.served.await;
    }
}

/// Serves on the public address until it is told to stop; with certificates over TLS.
async fn serve_public(
    listener: TcpListener,
    certificates: Option<Arc<Certificates>>,
    app: axum::Router,
    limits: Limits,
    shutdown: Shutdown,
) -> std::io::Result<()> {
    match certificates {
        Some(certificates) => serve_tls(listener, certificates, app, limits, shutdown).await,
        None => serve_connections(listener, app, limits, shutdown).await,
    }
}

/// The certificate to serve, if this process is to end TLS itself.
fn certificates(config: &Config) -> Result<Option<Arc<Certificates>>, CertificateError> {
    match (&config.server.tls_cert, &config.server.tls_key) {
        (Some(chain), Some(key)) => Certificates::load(chain, key).map(|loaded| Some(Arc::new(loaded))),
        _ => Ok(None),
    }
}

/// What to say of a clock that is this many seconds ahead of the database's. Codes and tokens live for a minute: nodes that
/// disagree by more than a few seconds refuse each other's.
fn clock_warning(ahead: i64) -> Option<String> {
    let (by, way) = (ahead.saturating_abs(), if ahead > 0 { "ahead of" } else { "behind" });
    (by > CLOCK_TOLERANCE)
        .then(|| format!("the clock of this machine is {by} s {way} the database's: let NTP set both"))
}

/// Seconds that the clocks of node and database may differ without a warning at the start. `doctor` and the page about
/// the system are stricter: there somebody has come to look, while a machine that starts may have a clock that NTP is
/// just about to set.
const CLOCK_TOLERANCE: i64 = 5;

/// Everything that is served, with the layers around it.
pub fn app(config: &Config, provider: &Arc<Provider>, shutdown: &Shutdown) -> axum::Router {
    app_behind(config, provider, shutdown, &LiveNetworks::from(config.server.trusted_proxies.clone()), None)
}

fn app_behind(
    config: &Config,
    provider: &Arc<Provider>,
    shutdown: &Shutdown,
    proxies: &LiveNetworks,
    spans: Option<Spans>,
) -> axum::Router {
    let state = AppState::new(Arc::clone(provider), site(config), shutdown.clone());
    let metrics = Arc::clone(provider.metrics());
    let edge = Edge { metrics, spans, trusted_proxies: proxies.clone(), ..edge(config, provider.random()) };
    share_refusals(apply(router(state.clone()), edge), state)
}

/// Serves health on the internal address. If that is taken, the public address still has it: a warning is enough.
async fn serve_internally(
    config: &Config,
    state: &AppState,
    shutdown: &Shutdown,
) -> Option<tokio::task::JoinHandle<()>> {
    let address = config.server.internal_listen?;
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) => {
            tracing::warn!(%address, %error, "the internal address is taken; health is on the public one only");
            return None;
        }
    };
    let (router, shutdown) = (internal_router(state.clone()), shutdown.clone());
    Some(tokio::spawn(async move {
        if let Err(error) = serve_connections(listener, router, Limits::default(), shutdown).await {
            tracing::error!(%error, "the internal address stopped");
        }
    }))
}

/// Makes the first administrator of the configuration, if there is none yet.
async fn bootstrap(config: &Config, provider: &Provider) -> Result<(), ServeError> {
    let (Some(email), Some(file)) = (&config.bootstrap_admin_email, &config.bootstrap_admin_password_file) else {
        return Ok(());
    };
    if provider.is_set_up().await.map_err(StoreError::from)? {
        tracing::warn!("bootstrap_admin_email is ignored: there is an administrator");
        return Ok(());
    }
    let password = crate::config::read_secret_file(file).map_err(ServeError::Bootstrap)?;
    let name = email.split('@').next().unwrap_or_default().to_owned();
    let new = NewAdministrator { name, email: email.clone(), password, tenant_name: String::new() };
    match provider.set_up_unattended(new, &audit::Origin::system()).await {
        Ok(_) => tracing::info!("the first administrator was made from the configuration"),
        Err(SetupError::AlreadyDone) => tracing::warn!("bootstrap_admin_email is ignored: there is an administrator"),
        Err(SetupError::Invalid(errors)) => {
            let all = errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" ");
            return Err(ServeError::Bootstrap(all));
        }
        Err(other) => return Err(ServeError::Bootstrap(format!("{other:?}"))),
    }
    Ok(())
}

/// What this node tells the others of itself.
fn node(config: &Config) -> NodeFacts {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    NodeFacts {
        name: name.trim().to_owned(),
        version: release::version().to_owned(),
        config_hash: config.fingerprint(),
    }
}

/// What the product is called here, and whom people ask.
fn brand(config: &Config) -> Arc<Brand> {
    Arc::new(Brand { product: config.branding.name.clone(), support: config.support.contact.clone() })
}

fn site(config: &Config) -> SitePolicy {
    SitePolicy {
        origin: config.public_url.origin().to_owned(),
        https: config.public_url.is_https(),
        cross_site_cookie: config.login.cross_site_cookie,
        public_api_docs: config.api.public_docs,
        brand: brand(config),
        settings: config.effective().iter().map(shown).collect(),
    }
}

fn shown(one: &Effective) -> ShownSetting {
    ShownSetting {
        path: one.setting.path,
        value: one.shown.clone(),
        origin: one.origin.to_string(),
        given: one.origin != config::Origin::Default,
        about: one.setting.doc,
    }
}

fn edge(config: &Config, random: Arc<Random>) -> Edge {
    let home = url::Url::parse(config.public_url.as_str()).ok().and_then(|url| Origin::of(&url));
    let mut edge = Edge::new(home.expect("a public URL is http or https"), random);
    edge.trusted_proxies = config.server.trusted_proxies.clone().into();
    edge.request_timeout = config.server.request_timeout;
    edge
}

/// What one connection may cost, by the configuration.
#[must_use]
pub fn limits(config: &Config, provider: &Provider) -> Limits {
    Limits { metrics: Arc::clone(provider.metrics()), ..connection_limits(config) }
}

fn connection_limits(config: &Config) -> Limits {
    Limits {
        header_read: config.server.header_timeout,
        drain: config.server.drain,
        connections: config.server.max_connections,
        connections_per_address: config.server.max_connections_per_address,
        trusted_proxies: config.server.trusted_proxies.clone().into(),
        ..Limits::default()
    }
}

#[cfg(test)]
mod tests {
    use super::clock_warning;

    #[test]
    fn rel_13_a_clock_that_differs_by_more_than_five_seconds_is_told() {
        for (ahead, told) in
            [(0, ""), (5, ""), (-5, ""), (6, "6 s ahead of"), (-7200, "7200 s behind"), (i64::MAX, "ahead")]
        {
            assert_eq!(clock_warning(ahead).is_some(), !told.is_empty(), "{ahead}");
            assert!(clock_warning(ahead).unwrap_or_default().contains(told), "{ahead}");
        }
    }
}
