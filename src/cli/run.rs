//! One run of the program: its flags, and the store it acts on.

use super::args::Global;
use super::console::Console;
use super::failure::{Exit, Failure};
use crate::config::{Config, DatabaseUrl, Sources};
use crate::flows::admin::Administrator;
use crate::flows::{Provider, Tenant};
use crate::oauth::UnixTime;
use crate::opening::{Schema, ServingLock, StoreError, open_provider};
use crate::storage::interrupted_restore;
use std::sync::Arc;

/// What the command line said for all commands.
pub(super) struct Run {
    pub global: Global,
    pub console: Console,
}

/// An open store, and the tenant that is managed.
pub(super) struct Opened {
    pub provider: Arc<Provider>,
    pub by: Administrator,
    pub now: UnixTime,
}

impl Run {
    pub(super) fn new(global: Global) -> Self {
        Self { console: Console::of(&global), global }
    }

    /// Reads the configuration, with what flags say on top. `more` are flags of the command itself.
    pub(super) fn config(&self, more: Vec<(String, String)>) -> Result<Config, Failure> {
        Ok(Config::load(&self.sources(more))?)
    }

    /// Where the configuration is read from.
    pub(super) fn sources(&self, more: Vec<(String, String)>) -> Sources {
        let mut flags = more;
        if let Some(folder) = &self.global.data_dir {
            flags.push(("data_dir".to_owned(), folder.to_string_lossy().into_owned()));
        }
        if let Some(url) = &self.global.public_url {
            flags.push(("public_url".to_owned(), url.clone()));
        }
        Sources::from_process(flags, self.global.config.clone())
    }

    /// Opens the store, which must be there with the schema of this program, and closes it when `act` is done.
    pub(super) async fn with_provider<T>(
        &self,
        act: impl AsyncFnOnce(&Arc<Provider>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let config = self.config(Vec::new())?;
        require_store(&config)?;
        let _lock = ServingLock::shared(&config)?;
        let provider = open_provider(&config, Schema::AsItIs).await?;
        let outcome = act(&provider).await;
        provider.close().await;
        outcome
    }

    /// The same, with the tenant that is managed.
    pub(super) async fn with_tenant<T>(
        &self,
        act: impl AsyncFnOnce(&Opened) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.with_provider(async |provider| {
            let tenant = self.resolve_tenant(provider).await?;
            let by = Administrator::operator(tenant.id, self.global.operator.clone());
            act(&Opened { provider: Arc::clone(provider), by, now: provider.now() }).await
        })
        .await
    }

    async fn resolve_tenant(&self, provider: &Provider) -> Result<Tenant, Failure> {
        let mut tenants = provider.list_tenants().await?;
        let named = |tenants: &[Tenant]| {
            let names = tenants.iter().map(|tenant| format!("{} ({})", tenant.alias, tenant.id));
            names.collect::<Vec<_>>().join(", ")
        };
        if tenants.is_empty() {
            return Err(Failure::new(
                Exit::NotFound,
                "this server is not set up: it has no tenant and no administrator yet",
            )
            .remedy("in a browser", "portcullis user setup-link")
            .remedy("here", "portcullis init --admin-email EMAIL --password-file FILE"));
        }
        if let Some(asked) = &self.global.tenant {
            let found = tenants.iter().position(|tenant| tenant.id.as_str() == asked || tenant.alias == *asked);
            return found.map(|at| tenants.swap_remove(at)).ok_or_else(|| {
                Failure::new(Exit::NotFound, format!("there is no tenant \"{asked}\""))
                    .remedy("there is", named(&tenants))
            });
        }
        if tenants.len() > 1 {
            let failure = Failure::usage("there are several tenants: say which");
            return Err(failure.remedy("add", "--tenant ALIAS").remedy("there is", named(&tenants)));
        }
        Ok(tenants.swap_remove(0))
    }
}

/// A command that manages makes no store: in the wrong folder it would only hide the mistake.
pub(super) fn require_store(config: &Config) -> Result<(), Failure> {
    match &config.database.url {
        DatabaseUrl::Sqlite(path) if !path.exists() => {
            if let Some(left) = interrupted_restore(path) {
                let (database, left) = (path.display().to_string(), left.display().to_string());
                return Err(StoreError::HalfRestored { database, left }.into());
            }
            let sentence = format!("there is no store at {} yet", path.display());
            Err(Failure::new(Exit::Unreachable, sentence)
                .remedy("elsewhere", "the same command with --data-dir DIR, or in the folder of the server")
                .remedy("make one", "portcullis serve, or portcullis init"))
        }
        _ => Ok(()),
    }
}
