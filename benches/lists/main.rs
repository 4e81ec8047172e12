//! How long lists take in a tenant with 10 000 clients and 5 000 users, in the API and in the portal: the time until an
//! answer has come whole, over loopback, one request at a time. Starts the built server on a store that it fills first.
//!
//! `cargo bench --bench lists`, on PostgreSQL `scripts/with-postgres cargo bench --bench lists`

#![expect(clippy::print_stdout, reason = "a table is all it makes")]

mod fill;

use portcullis::redacted::Redacted;
use portcullis::storage::Location;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PORT: u16 = 8698;
/// Requests that count, and those before them that do not: they warm the caches of the database.
const ROUNDS: usize = 60;
const WARMING: usize = 5;
const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "a long enough password for benches";

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let output = command(folder.path()).args(arguments).output().expect("the built binary runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    std::fs::write(folder.path().join("password"), PASSWORD).expect("written");
    run(&["init", "--admin-email", EMAIL, "--password-file", "password"]);
    let env = run(&["client", "create", "lister", "--role", "Account Administrator", "--output", "env"]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (clients, users) = runtime.block_on(fill::fill(&location(folder.path())));
    let running = Server(command(folder.path()).arg("serve").stdout(Stdio::null()).spawn().expect("the server starts"));
    runtime.block_on(measure(&running, &env, &clients, &users));
    drop(running);
}

async fn measure(server: &Server, env: &str, clients: &[String], users: &[String]) {
    let http = reqwest::Client::builder().cookie_store(true).build().expect("a client");
    while !http.get(url("/readyz")).send().await.is_ok_and(|answer| answer.status().is_success()) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let token = token(&http, env).await;
    sign_in(&http).await;
    println!("{} clients, {ROUNDS} requests each", fill::CLIENTS);
    println!("| list | median, ms | p95, ms | CPU of the server, ms | KiB |");
    println!("| --- | --- | --- | --- | --- |");
    for (name, path) in lists(&token.1, clients, users) {
        let (mut times, mut bytes, before) = (Vec::new(), 0, server.cpu_ms());
        for round in 0..ROUNDS + WARMING {
            let begun = Instant::now();
            let answer = http.get(url(&path)).bearer_auth(&token.0).send().await.expect("an answer");
            assert!(answer.status().is_success(), "{path}: {}", answer.status());
            assert!(!answer.url().path().starts_with("/login"), "{path} wants a sign-in");
            bytes = answer.bytes().await.expect("a body").len();
            if round >= WARMING {
                times.push(begun.elapsed());
            }
        }
        times.sort_unstable();
        let ms = |at: usize| times[at].as_secs_f64() * 1e3;
        let cpu = (server.cpu_ms() - before) / f64::from(u32::try_from(ROUNDS + WARMING).unwrap_or(u32::MAX));
        println!("| {name} | {:.1} | {:.1} | {cpu:.1} | {} |", ms(ROUNDS / 2), ms(ROUNDS * 95 / 100), bytes / 1024);
    }
}

/// All lists: what a line of the table calls it, and its path.
fn lists(tenant: &str, clients: &[String], users: &[String]) -> Vec<(String, String)> {
    let ids = |ids: &[String]| {
        ids.iter().fold(String::new(), |mut query, id| {
            let _ = write!(query, "&id={id}");
            query
        })
    };
    let role = "00000007-0000-4000-8000-000000000000";
    let api = [
        "ClientCredentialClients".to_owned(),
        "ClientCredentialClients?skip=5900".to_owned(),
        "ClientCredentialClients?count=1000".to_owned(),
        "ClientCredentialClients?tag=gateway&tag=site-7".to_owned(),
        format!("ClientCredentialClients?count=1{}", ids(clients)),
        "AuthorizationCodeClients".to_owned(),
        "HybridClients".to_owned(),
        "Roles?count=1000".to_owned(),
        format!("Roles/{role}/Users"),
        format!("Roles/{role}/ClientCredentialClients"),
        "Users".to_owned(),
        "Users?count=1000".to_owned(),
        format!("Users?count=1{}", ids(users)),
        "Users/Status".to_owned(),
        "Users/Status?count=1000".to_owned(),
    ];
    let portal = [
        "",
        "/clients",
        "/clients?page=300",
        "/clients?q=site+7",
        "/clients?status=expiring",
        "/clients?sort=last-used&dir=desc",
        "/users",
        "/users?q=user-12",
        "/roles",
        "/audit",
        "/review",
    ];
    let name = |path: &str| match path.split_once("&id=") {
        Some((before, _)) => format!("`{}…` 100 ids", before.replace("count=1", "id=")),
        None => format!("`{}`", path.replace(role, "{role}")),
    };
    let of_api = api.iter().map(|path| (name(path), format!("/api/v1/Tenants/{tenant}/{path}")));
    let of_portal = portal.iter().map(|path| (format!("`/portal{path}`"), format!("/portal{path}")));
    of_api.chain(of_portal).collect()
}

fn url(path: &str) -> String {
    format!("http://localhost:{PORT}{path}")
}

/// An access token, and the tenant that it is for.
async fn token(http: &reqwest::Client, env: &str) -> (String, String) {
    let value = |name: &str| env.lines().find_map(|line| line.strip_prefix(name)).expect("printed").to_owned();
    let form = [
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", value("PORTCULLIS_CLIENT_ID=")),
        ("client_secret", value("PORTCULLIS_CLIENT_SECRET=")),
        ("scope", "ocsapi".to_owned()),
    ];
    let answer = http.post(url("/identity/connect/token")).form(&form).send().await.expect("an answer");
    let answer: serde_json::Value = answer.json().await.expect("JSON");
    let token = answer["access_token"].as_str().expect("a token").to_owned();
    let claims = token.split('.').nth(1).expect("claims");
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims).expect("base64");
    let claims: serde_json::Value = serde_json::from_slice(&claims).expect("JSON");
    (token, claims["tid"].as_str().expect("a tenant").to_owned())
}

async fn sign_in(http: &reqwest::Client) {
    let page = http.get(url("/login")).send().await.expect("a page").text().await.expect("text");
    let field = |name: &str| {
        let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("a field");
        rest.split('"').next().expect("a value").to_owned()
    };
    let form = [
        ("csrf", field("csrf")),
        ("request", field("request")),
        ("email", EMAIL.to_owned()),
        ("password", PASSWORD.to_owned()),
    ];
    let request = http.post(url("/login")).header("origin", url("")).form(&form);
    assert!(request.send().await.expect("an answer").status().is_success());
}

fn location(folder: &Path) -> Location {
    std::env::var("TEST_POSTGRES_URL").map_or_else(
        |_| Location::Sqlite(folder.join("portcullis-data/portcullis.db")),
        |url| Location::Postgres(Redacted::new(url)),
    )
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
    command.current_dir(folder).env_clear();
    command.env("PORTCULLIS_PUBLIC_URL", format!("http://localhost:{PORT}"));
    command.env("PORTCULLIS_SERVER__LISTEN", format!("127.0.0.1:{PORT}"));
    command.env("PORTCULLIS_API__CALLS_PER_MINUTE", "1000000");
    command.env("PORTCULLIS_SERVER__INTERNAL_LISTEN", "off").env("PORTCULLIS_LOG", "warn");
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        let key = folder.join("master.key");
        if !key.exists() {
            std::fs::write(&key, base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [7; 32]))
                .expect("written");
        }
        command.env("PORTCULLIS_DATABASE__URL", url).env("PORTCULLIS_MASTER_KEY_FILE", key);
    }
    command
}

struct Server(Child);

impl Server {
    /// User and system time so far. Linux counts it in hundredths of a second.
    fn cpu_ms(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).expect("the server runs");
        let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
        10.0 * fields[11..13].iter().map(|ticks| ticks.parse::<f64>().expect("ticks")).sum::<f64>()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
