//! SIGHUP: what can change while the server runs is read anew. What cannot be read leaves everything as it was.

use super::notify;
use crate::config::{Config, ConfigErrors, LIVE_SETTINGS};
use crate::flows::Provider;
use crate::logging;
use crate::web::layers::LiveNetworks;
use crate::web::serve::{Certificates, Shutdown};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;

/// Reads the settings from where they were read at the start.
pub type Reload = Box<dyn Fn() -> Result<Config, ConfigErrors> + Send + Sync>;

/// How often the certificate's files are looked at: whoever renews them need not send a signal.
const LOOK: Duration = Duration::from_mins(1);

/// What can be replaced while the server runs.
pub(super) struct Live {
    pub(super) certificates: Option<Arc<Certificates>>,
    pub(super) proxies: LiveNetworks,
}

struct Reloader {
    /// The settings in force, as far as they can be compared: path and value.
    known: Vec<(&'static str, String)>,
    read: Reload,
    live: Live,
    provider: Arc<Provider>,
}

/// Begins to listen for SIGHUP and to look at the certificate.
pub(super) fn start(
    config: &Config,
    read: Reload,
    live: Live,
    provider: &Arc<Provider>,
    shutdown: &Shutdown,
) -> std::io::Result<JoinHandle<()>> {
    let hangups = signal(SignalKind::hangup())?;
    let reloader = Reloader { known: values(config), read, live, provider: Arc::clone(provider) };
    reloader.note_certificate();
    Ok(tokio::spawn(reloader.run(hangups, shutdown.clone())))
}

impl Reloader {
    async fn run(mut self, mut hangups: Signal, shutdown: Shutdown) {
        let mut looks = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                _ = hangups.recv() => {
                    notify::reloading();
                    self.reload();
                    notify::ready();
                }
                _ = looks.tick() => self.renew_certificate(false),
                () = shutdown.draining() => return,
            }
        }
    }

    fn reload(&mut self) {
        match (self.read)() {
            Ok(config) => {
                logging::set_level(&config.log.level);
                self.live.proxies.replace(config.server.trusted_proxies.clone());
                let (live, later) = self.take_over(&config);
                tracing::info!(event = "reloaded", changed = live, "read the settings anew");
                if !later.is_empty() {
                    tracing::warn!(changed = later, "these settings have changed and take effect at the next start");
                }
            }
            Err(errors) => {
                self.provider.metrics().reload_failures.add(1);
                let told = errors.to_string().replace('\n', "; ");
                tracing::error!(error = told, "the settings cannot be read anew; the old ones stay in force");
            }
        }
        self.renew_certificate(true);
    }

    /// Remembers the settings that are in force from now on. The paths of those that have changed: in force, and at the
    /// next start.
    fn take_over(&mut self, config: &Config) -> (String, String) {
        let (mut live, mut later) = (Vec::new(), Vec::new());
        // Both are in the order of the table.
        for (old, new) in self.known.iter_mut().zip(values(config)) {
            let path = new.0;
            if *old == new {
                continue;
            }
            if LIVE_SETTINGS.contains(&path) {
                live.push(path);
                *old = new;
            } else {
                later.push(path);
            }
        }
        (live.join(" "), later.join(" "))
    }

    /// Serves the certificate that is in the files now, if they have changed. `asked`: an error is told each time.
    fn renew_certificate(&self, asked: bool) {
        let Some(certificates) = &self.live.certificates else { return };
        match certificates.reload(asked) {
            Ok(true) => tracing::info!(event = "certificate.renewed", "serving the new certificate"),
            Ok(false) => {}
            Err(error) => {
                self.provider.metrics().reload_failures.add(1);
                tracing::error!(%error, "the new certificate cannot be used; the old one stays in force");
            }
        }
        self.note_certificate();
    }

    fn note_certificate(&self) {
        let end = self.live.certificates.as_ref().and_then(|certificates| certificates.end());
        self.provider.metrics().certificate_end.set(end.map_or(0, |end| end.0));
    }
}

fn values(config: &Config) -> Vec<(&'static str, String)> {
    config.effective().iter().map(|one| (one.setting.path, one.shown.clone())).collect()
}
