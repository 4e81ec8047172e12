//! What every handler can reach.

use super::brand::Brand;
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
    /// Whether strangers may read the pages about the REST API.
    pub public_api_docs: bool,
    /// What the product calls itself, and whom to ask for help.
    pub brand: Arc<Brand>,
    /// What the operator has settled, to look at.
    pub settings: Vec<ShownSetting>,
}

/// A setting as the portal shows it: what is secret is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownSetting {
    /// Its name in the settings file: `server.listen`.
    pub path: &'static str,
    /// Its value.
    pub value: String,
    /// Where that came from: `default`, a file and line, a variable, a flag.
    pub origin: String,
    /// Whether somebody gave it.
    pub given: bool,
    /// What it does, in Markdown.
    pub about: &'static str,
}

impl AppState {
    /// The state of one server.
    #[must_use]
    pub fn new(provider: Arc<Provider>, site: SitePolicy, shutdown: Shutdown) -> Self {
        Self { provider, site: Arc::new(site), shutdown }
    }

    /// Whether the server is about to stop: it should get no new work.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        self.shutdown.is_leaving()
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
