//! Where the data of one test is, and the command line beside it.

use super::App;
use super::effort::Dice;
use futures_util::FutureExt as _;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The first administrator.
pub(crate) const EMAIL: &str = "alex@example.com";
/// How they sign in.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A folder and a database. Clones are the same place.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    folder: Arc<tempfile::TempDir>,
    pub(crate) database_url: String,
    /// What a shell does, with a file system of its own, before it becomes the program.
    inside: Option<&'static str>,
}

/// Runs a test on a SQLite file.
pub(crate) async fn sqlite<F: Future<Output = ()>>(test: impl FnOnce(Place) -> F) {
    test(Place::new(None)).await;
}

/// Runs a test on a PostgreSQL database that is made for it and dropped after it, also when it fails.
pub(crate) async fn postgres<F: Future<Output = ()>>(test: impl FnOnce(Place) -> F) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(admin) = std::env::var("TEST_POSTGRES_URL") else { return };
    let name = format!("reliability_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    run_postgres(&admin, &format!("CREATE DATABASE {name}")).await;
    let mut url = url::Url::parse(&admin).expect("TEST_POSTGRES_URL is a URL");
    url.set_path(&name);
    let outcome = AssertUnwindSafe(test(Place::new(Some(url.to_string())))).catch_unwind().await;
    run_postgres(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed);
    }
}

/// Runs statements on a PostgreSQL server.
pub(crate) async fn run_postgres(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.expect("a PostgreSQL server");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("statements that PostgreSQL takes");
    connection.close().await.expect("an end");
}

impl Place {
    /// An empty folder; its database is a file in it, or elsewhere.
    pub(crate) fn new(postgres: Option<String>) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let file = folder.path().join("portcullis.db");
        let database_url = postgres.unwrap_or_else(|| format!("sqlite:{}", file.display()));
        let place = Self { database_url, folder, inside: None };
        let dice = Dice::new();
        let key = (0..32).map(|_| u8::try_from(dice.between(0, 256)).expect("a byte")).collect::<Vec<_>>();
        let key = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, key);
        write_private(&place.path().join("master.key"), &key);
        place
    }

    /// An empty folder for a copy of this one's data, with the same master key.
    pub(crate) fn another(&self, postgres: Option<String>) -> Self {
        let other = Self::new(postgres);
        std::fs::copy(self.path().join("master.key"), other.path().join("master.key")).expect("a key");
        other
    }

    /// The same place for a program that sees another file in it, of a file system that a shell makes for it alone.
    pub(crate) fn inside(&self, file: &str, script: &'static str) -> Self {
        let database_url = format!("sqlite:{}", self.path().join(file).display());
        Self { database_url, inside: Some(script), ..self.clone() }
    }

    /// Whether this machine allows that.
    pub(crate) fn can_be_inside(&self) -> bool {
        let tried = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "none"]).arg(self.path()).output();
        tried.is_ok_and(|output| output.status.success())
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.database_url.starts_with("sqlite:")
    }

    /// The database's file.
    pub(crate) fn file(&self) -> PathBuf {
        PathBuf::from(self.database_url.trim_start_matches("sqlite:"))
    }

    /// The same data, reached another way.
    pub(crate) fn by_way_of(&self, database: SocketAddr) -> Self {
        let mut url = url::Url::parse(&self.database_url).expect("a URL");
        url.set_ip_host(database.ip()).expect("an address");
        url.set_port(Some(database.port())).expect("a port");
        Self { database_url: url.to_string(), ..self.clone() }
    }

    /// The address of the PostgreSQL server.
    pub(crate) fn database_address(&self) -> SocketAddr {
        let url = url::Url::parse(&self.database_url).expect("a URL");
        let host = url.host_str().expect("a host");
        format!("{host}:{}", url.port().unwrap_or(5432)).parse().expect("an address")
    }

    /// The program, ready to be run here, with nothing of this machine's environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.command_ahead(0, args)
    }

    /// The same of the program that is so many releases ahead.
    pub(crate) fn command_ahead(&self, ahead: usize, args: &[&str]) -> Command {
        let mut command = if ahead == 0 {
            let program = std::env::var("PORTCULLIS_BIN").ok();
            let program = program.as_deref().unwrap_or(env!("CARGO_BIN_EXE_portcullis"));
            let mut command = Command::new(if self.inside.is_some() { "unshare" } else { program });
            if let Some(script) = self.inside {
                command.args(["-rm", "sh", "-c", script, program]);
            }
            command.env_clear().args(args);
            command
        } else {
            crate::next_release::command(ahead, args)
        };
        command.current_dir(self.path()).stdin(Stdio::null());
        command.env("PORTCULLIS_DATABASE__URL", &self.database_url);
        command.env("PORTCULLIS_MASTER_KEY_FILE", self.path().join("master.key"));
        command.env("PORTCULLIS_DATA_DIR", self.path());
        command
    }

    /// Runs it and gives its JSON answer.
    pub(crate) fn run(&self, args: &[&str]) -> Value {
        let args = [args, &["--json"]].concat();
        let output = tokio::task::block_in_place(|| self.command(&args).output()).expect("the program runs");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {told}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}"))
    }

    /// Runs the program that is so many releases ahead; gives its exit code and all that it says.
    pub(crate) fn say(&self, ahead: usize, args: &[&str]) -> (i32, String) {
        let output =
            tokio::task::block_in_place(|| self.command_ahead(ahead, args).output()).expect("the program runs");
        let told = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat();
        (output.status.code().expect("an exit code"), told)
    }

    /// Schema, keys and the first administrator.
    pub(crate) fn set_up(&self) {
        write_private(&self.path().join("password.txt"), PASSWORD);
        self.run(&["init", "--admin-email", EMAIL, "--password-file", "password.txt"]);
    }

    /// Adds a client.
    pub(crate) fn client(&self, name: &str, kind: &str) -> App {
        let redirect = format!("https://{name}.example/cb");
        let mut args = vec!["client", "create", name, "--type", kind];
        if kind != "client-credentials" {
            args.extend(["--redirect-url", &redirect, "--allow-refresh-token"]);
        }
        let made = self.run(&args);
        let client = made.get("Client").unwrap_or(&made);
        let id = client["Id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        App { id, secret: made["Secret"].as_str().unwrap_or_default().to_owned(), redirect }
    }

    /// The tenant's id.
    pub(crate) async fn tenant(&self) -> String {
        self.texts("SELECT id FROM tenants").await.swap_remove(0)
    }

    /// One column of text, past the server.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        if self.is_sqlite() {
            let mut connection = self.open_file().await;
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.expect("rows")
        } else {
            let mut connection = PgConnection::connect(&self.database_url).await.expect("a PostgreSQL server");
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await.expect("rows")
        }
    }

    /// One number, past the server.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = format!("SELECT CAST(({sql}) AS TEXT)");
        self.texts(&sql).await[0].parse().expect("a number")
    }

    /// Statements, past the server.
    pub(crate) async fn execute(&self, sql: &str) {
        if self.is_sqlite() {
            let mut connection = self.open_file().await;
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("statements that SQLite takes");
        } else {
            run_postgres(&self.database_url, sql).await;
        }
    }

    /// A connection of our own to the SQLite file.
    pub(crate) async fn open_file(&self) -> SqliteConnection {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.file());
        SqliteConnection::connect_with(&options).await.expect("a SQLite file")
    }

    /// A port that nobody has. Below those that the system gives away by itself: a node must get it again after a restart.
    pub(crate) fn free_address() -> SocketAddr {
        static DICE: std::sync::LazyLock<Dice> = std::sync::LazyLock::new(Dice::new);
        (0..1_000)
            .filter_map(|_| u16::try_from(DICE.between(10_000, 20_000)).ok())
            .map(|port| SocketAddr::from(([127, 0, 0, 1], port)))
            .find(|address| TcpListener::bind(address).is_ok())
            .expect("a free port")
    }

    /// All that the nodes have logged.
    pub(crate) fn whole_log(&self) -> String {
        let files = std::fs::read_dir(self.path()).expect("a folder").flatten().map(|file| file.path());
        let logs = files.filter(|file| file.extension().is_some_and(|kind| kind == "log"));
        logs.map(|file| std::fs::read_to_string(file).unwrap_or_default()).collect()
    }

    /// The last lines of it.
    pub(crate) fn logs(&self) -> String {
        let log = self.whole_log();
        let lines: Vec<_> = log.lines().rev().take(30).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

fn write_private(path: &Path, text: &str) {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = std::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).expect("a file is written");
}
