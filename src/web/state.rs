//! What every handler can reach.

use super::serve::Shutdown;
use crate::flows::Provider;
use std::sync::Arc;

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub provider: Arc<Provider>,
    /// How this site is reached, and what its cookies are like.
    pub site: Arc<SitePolicy>,
    shutdown: Shutdown,
}

/// How this site is reached.
#[derive(Debug, Clone)]
pub struct SitePolicy {
    /// Scheme, host and port, as browsers write them in `Origin`.
    pub origin: String,
    /// Whether browsers reach it over https.
    pub https: bool,
    /// Whether the session cookie travels to frames on other sites.
    pub cross_site_cookie: bool,
    /// What the product calls itself.
    pub product: String,
    /// Whom to ask for help. No page shows it yet.
    pub support: Option<String>,
}

impl AppState {
    /// The state of one server.
    #[must_use]
    pub fn new(provider: Arc<Provider>, site: SitePolicy, shutdown: Shutdown) -> Self {
        Self { provider, site: Arc::new(site), shutdown }
    }

    /// Whether the server is about to stop: it should get no new work.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.shutdown.is_draining()
    }

    /// Where the documentation of reasons is.
    pub(super) fn docs_of_errors(&self) -> String {
        format!("{}/docs/errors", self.provider.settings().public_url)
    }
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppState")
    }
}
