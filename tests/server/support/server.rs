//! The server under test: real router, real layers, real sockets; only its clock is ours.

use super::logs::Logs;
use super::{Browser, Daemon, Http, NOW, Operator, Place, ResourceServer, USER_PASSWORD, keys, raw};
use portcullis::clock::ManualClock;
use portcullis::config::{Config, Sources};
use portcullis::flows::admin::ClientSettings;
use portcullis::flows::{NewAdministrator, OpenError, Provider, ProviderParts};
use portcullis::keys::{MasterKey, PasswordHasher};
use portcullis::oauth::audit::Origin;
use portcullis::oauth::{ClientType, SigningAlgorithm};
use portcullis::opening::settings;
use portcullis::random::Random;
use portcullis::redacted::Redacted;
use portcullis::storage::{Database, Location};
use portcullis::web::serve::{Shutdown, serve};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The first administrator.
pub(crate) const ADMIN_EMAIL: &str = "ada@example.com";
/// How she signs in.
pub(crate) const ADMIN_PASSWORD: &str = "seven-purple-otters-waltz";

/// A server with one node, or several. Clones are the same server.
#[derive(Clone)]
pub(crate) struct TestServer(Arc<Inner>);

struct Inner {
    place: Place,
    clock: Arc<ManualClock>,
    public_url: String,
    nodes: Mutex<Vec<Node>>,
    confidential: Mutex<Vec<String>>,
    destroyed: AtomicBool,
    logs: Logs,
    log_start: usize,
}

/// One process of a server, as far as the world can tell.
#[derive(Clone)]
pub(crate) struct Node {
    address: SocketAddr,
    http: Http,
    provider: Arc<Provider>,
    shutdown: Shutdown,
    served: Arc<Mutex<Option<JoinHandle<std::io::Result<()>>>>>,
}

impl TestServer {
    /// A server that is set up, with an administrator and a signing key of each algorithm.
    pub(crate) async fn start(place: Place) -> Self {
        let database = open(&place).await;
        keys::insert(&database, &keys::master_key(&place.master_key_file())).await;
        database.close().await;
        let server = Self::start_fresh(place).await;
        server.set_up().await;
        server
    }

    /// Makes the first administrator.
    pub(crate) async fn set_up(&self) {
        let made = self.provider().set_up_unattended(new_administrator(), &Origin::system()).await;
        made.expect("the first administrator");
    }

    /// A server as it is at its very first start.
    pub(crate) async fn start_fresh(place: Place) -> Self {
        let (logs, clock) = (Logs::keep(), Arc::new(ManualClock::new(NOW)));
        let log_start = logs.len();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let public_url = format!("http://localhost:{}", listener.local_addr().expect("an address").port());
        let node = Node::start(&place, listener, &public_url, &clock).await;
        let (nodes, confidential) = (Mutex::new(vec![node]), Mutex::default());
        let destroyed = AtomicBool::new(false);
        let server =
            Self(Arc::new(Inner { place, clock, public_url, nodes, confidential, destroyed, logs, log_start }));
        server.confide(ADMIN_PASSWORD);
        server.confide(USER_PASSWORD);
        if let Location::Postgres(url) = &server.0.place.location {
            let url = url::Url::parse(url.expose()).expect("a URL");
            server.confide(url.password().expect("a password"));
        }
        server
    }

    /// Another node on the same database, as behind a load balancer.
    pub(crate) async fn second_node(&self) -> Node {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let node = Node::start(&self.0.place, listener, &self.0.public_url, &self.0.clock).await;
        self.nodes().push(node.clone());
        node
    }

    /// Another node on the same database, which the world reaches by TLS that ends before it.
    pub(crate) async fn node_behind_https(&self, public_url: &str) -> Node {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let node = Node::start(&self.0.place, listener, public_url, &self.0.clock).await;
        self.nodes().push(node.clone());
        node
    }

    /// The first node.
    pub(crate) fn node(&self) -> Node {
        self.nodes()[0].clone()
    }

    fn nodes(&self) -> std::sync::MutexGuard<'_, Vec<Node>> {
        self.0.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The use cases of the first node.
    pub(crate) fn provider(&self) -> Arc<Provider> {
        Arc::clone(&self.nodes()[0].provider)
    }

    /// The way to the first node.
    pub(crate) fn http(&self) -> Http {
        self.node().http()
    }

    /// Where the world reaches it.
    pub(crate) fn public_url(&self) -> &str {
        &self.0.public_url
    }

    /// Its issuer.
    pub(crate) fn issuer(&self) -> String {
        format!("{}/identity", self.0.public_url)
    }

    /// Its data.
    pub(crate) fn place(&self) -> &Place {
        &self.0.place
    }

    /// Its clock.
    pub(crate) fn clock(&self) -> &Arc<ManualClock> {
        &self.0.clock
    }

    /// What has been logged since it started, by it and its neighbours.
    pub(crate) fn logs(&self) -> String {
        self.0.logs.since(self.0.log_start)
    }

    /// Someone at its terminal.
    pub(crate) async fn operator(&self) -> Operator {
        Operator::of(self).await
    }

    /// A new client-credentials client with a secret that never ends.
    pub(crate) async fn daemon(&self, name: &str) -> Daemon {
        self.operator().await.register(ClientType::ClientCredentials, name, ClientSettings::default()).await
    }

    /// A new user without any role of note, and a browser of theirs in which nobody is signed in.
    pub(crate) async fn user(&self, email: &str) -> Browser {
        self.operator().await.add_user(email).await;
        Browser::new(self)
    }

    /// The link that it prints when it starts and nobody has set it up.
    pub(crate) async fn setup_link(&self) -> String {
        let link = self.provider().new_setup_code().await.expect("a code").url.expose().clone();
        self.confide(link.rsplit('=').next().expect("a code in the link"));
        link
    }

    /// The API for which it makes tokens.
    pub(crate) fn resource_server(&self) -> ResourceServer {
        ResourceServer::new(self, &format!("{}/api", self.0.public_url))
    }

    /// Opens its database once more, with this master key: whoever holds the wrong one must be told.
    pub(crate) async fn open_with(&self, master_key: MasterKey) -> Result<Arc<Provider>, OpenError> {
        let config = config(&self.0.place, &self.0.public_url);
        open_provider(&self.0.place, &config, master_key, &self.0.clock).await
    }

    /// Remembers something secret. In the end it must be nowhere to be found.
    pub(crate) fn confide(&self, secret: &str) {
        assert!(secret.len() >= 8, "too short to be searched for");
        self.0.confidential.lock().unwrap_or_else(PoisonError::into_inner).push(secret.to_owned());
    }

    /// Searches for it no more.
    pub(crate) fn forget(&self, secret: &str) {
        self.0.confidential.lock().unwrap_or_else(PoisonError::into_inner).retain(|known| known != secret);
    }

    /// Takes its database away.
    pub(crate) async fn destroy_database(&self) {
        self.0.destroyed.store(true, Ordering::SeqCst);
        raw::destroy(&self.0.place.location).await;
    }

    /// ST-01, ST-02: nothing secret is in the database, in the files next to it, or in the log.
    pub(crate) async fn search_for_traces(&self) {
        let secrets = self.0.confidential.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut haystacks = vec![("the log".to_owned(), self.logs())];
        if !self.0.destroyed.load(Ordering::SeqCst) {
            haystacks.push(("the database".to_owned(), raw::dump(&self.0.place.location).await));
        }
        for file in std::fs::read_dir(self.0.place.folder()).expect("a folder").flatten() {
            if file.file_type().is_ok_and(|kind| kind.is_file()) {
                let bytes = std::fs::read(file.path()).expect("a readable file");
                haystacks.push((file.path().display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        for (place, text) in haystacks {
            for begin in ["eyJhbGciOi", "eyJ0eXAiOi"] {
                assert!(!text.contains(begin), "a token is in {place}");
            }
            for secret in &secrets {
                let hex = secret.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
                let found = text.contains(secret.as_str()) || text.contains(&hex) || text.contains(&hex.to_uppercase());
                assert!(!found, "{secret} is in {place}");
            }
        }
    }

    /// Stops all nodes, in order.
    pub(crate) async fn stop(&self) {
        let nodes = std::mem::take(&mut *self.nodes());
        for node in nodes {
            node.stop().await;
        }
    }

    /// Stops all nodes and starts one, at the same address.
    pub(crate) async fn restart(&self) {
        let address = self.node().address;
        self.stop().await;
        let listener = TcpListener::bind(address).await.expect("the port that it had");
        let node = Node::start(&self.0.place, listener, &self.0.public_url, &self.0.clock).await;
        self.nodes().push(node);
    }
}

impl Node {
    async fn start(place: &Place, listener: TcpListener, public_url: &str, clock: &Arc<ManualClock>) -> Self {
        let config = config(place, public_url);
        let master_key = keys::master_key(&place.master_key_file());
        let provider = open_provider(place, &config, master_key, clock).await.expect("a provider");
        let (address, shutdown) = (listener.local_addr().expect("an address"), Shutdown::new());
        let app = portcullis::server::app(&config, &provider, &shutdown);
        let served = serve(listener, app, portcullis::server::limits(&config, &provider), shutdown.clone());
        let served = Arc::new(Mutex::new(Some(tokio::spawn(served))));
        let http = Http::new(address, config.public_url.authority());
        Self { address, http, provider, shutdown, served }
    }

    /// The way to it.
    pub(crate) fn http(&self) -> Http {
        self.http.clone()
    }

    /// Its use cases.
    pub(crate) fn provider(&self) -> &Arc<Provider> {
        &self.provider
    }

    /// The job that looks for changes made elsewhere, once.
    pub(crate) async fn look_for_changes(&self) {
        self.provider.look_for_changes().await.expect("a look");
    }

    /// The job that notes the use of secrets, once.
    pub(crate) async fn note_secret_uses(&self) {
        self.provider.flush_secret_uses(false).await.expect("notes");
    }

    /// Stops it as the server does at SIGTERM.
    pub(crate) async fn stop(&self) {
        self.shutdown.drain();
        let served = self.served.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(served) = served {
            served.await.expect("no panic").expect("an orderly end");
            self.provider.close().await;
        }
    }
}

fn config(place: &Place, public_url: &str) -> Config {
    let flag = |path: &str, value: String| (path.to_owned(), value);
    let flags = vec![
        flag("public_url", public_url.to_owned()),
        flag("data_dir", place.folder().display().to_string()),
        flag("master_key_file", place.master_key_file().display().to_string()),
        flag("database.url", place.database_url()),
        flag("database.max_connections", "5".to_owned()),
    ];
    Config::load(&Sources { flags, cwd: place.folder().to_owned(), ..Sources::default() }).expect("settings that fit")
}

async fn open(place: &Place) -> Database {
    let database = Database::open(&place.location, 5).await.expect("a database that opens");
    database.migrate().await.expect("a schema");
    database
}

async fn open_provider(
    place: &Place,
    config: &Config,
    master_key: MasterKey,
    clock: &Arc<ManualClock>,
) -> Result<Arc<Provider>, OpenError> {
    Provider::open(ProviderParts {
        settings: settings(config),
        database: open(place).await,
        master_key,
        hasher: PasswordHasher::new(2),
        clock: Arc::clone(clock) as Arc<dyn portcullis::clock::Clock>,
        random: Arc::new(Random::default()),
    })
    .await
}

/// The first administrator, as typed.
pub(crate) fn new_administrator() -> NewAdministrator {
    NewAdministrator {
        name: "Ada Admin".to_owned(),
        email: ADMIN_EMAIL.to_owned(),
        password: Redacted::new(ADMIN_PASSWORD.to_owned()),
        tenant_name: "Contoso".to_owned(),
    }
}

/// Settings that sign access tokens with this.
pub(crate) fn signed_with(algorithm: SigningAlgorithm) -> ClientSettings {
    ClientSettings { access_token_algorithm: Some(algorithm), ..ClientSettings::default() }
}
