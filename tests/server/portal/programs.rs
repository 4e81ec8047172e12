//! The programs of *Quick Start*, run as a person would: copied from the page, with its settings. Those in Java and Go are
//! run where their tools are (`scripts/test` installs them), those in C# are only looked at: Debian has no tools for it.

use crate::support::html::text_of;
use crate::support::person::Person;
use crate::support::{Browser, Daemon, TestServer};
use portcullis::flows::admin::ClientSettings;
use portcullis::oauth::ClientType;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

on_both_engines!(
    ux_40_every_language_shows_a_program_with_the_settings_of_the_client,
    ux_40_programs_of_a_daemon_get_a_token,
    ux_40_programs_of_an_app_sign_a_user_in,
);

// The programs in Rust are compiled as they stand, and run by starting this binary once more.
#[allow(clippy::all, clippy::pedantic, clippy::print_stdout, reason = "programs for others")]
mod service {
    include!("../../../assets/snippets/service.rs");

    #[test]
    #[ignore = "is a program: the tests below start it"]
    fn program() {
        main().unwrap();
    }
}
#[allow(clippy::all, clippy::pedantic, clippy::print_stdout, reason = "programs for others")]
mod sign_in {
    include!("../../../assets/snippets/sign_in.rs");

    #[test]
    #[ignore = "is a program: the tests below start it"]
    fn program() {
        main().unwrap();
    }
}

const LANGUAGES: [&str; 7] = ["curl", "python", "javascript", "rust", "csharp", "java", "go"];

/// What runs them, as far as it is here.
fn runnable() -> Vec<&'static str> {
    let has = |tool, flag| Command::new(tool).arg(flag).output().is_ok_and(|said| said.status.success());
    let mut languages = vec!["curl", "python", "javascript", "rust"];
    languages.extend(has("javac", "--version").then_some("java"));
    languages.extend(has("go", "version").then_some("go"));
    languages
}

struct Program {
    code: String,
    file: String,
    settings: String,
    run: String,
}

async fn program(admin: &Browser, client: &Daemon, language: &str) -> Program {
    let page = admin.visit(&format!("/portal/clients/{}?tab=quick-start&lang={language}", client.id)).await;
    assert_eq!(page.status(), 200, "{}", page.text());
    let html = page.text();
    Program {
        code: text_of(&html, "quick-code"),
        file: text_of(&html, "quick-code-label"),
        settings: text_of(&html, "quick-settings"),
        run: text_of(&html, "quick-run"),
    }
}

impl Program {
    /// Starts it in a folder, the way the page says.
    fn start(&self, folder: &Path, client: &Daemon) -> Child {
        let run = match self.file.as_str() {
            "src/main.rs" => {
                let binary = std::env::current_exe().expect("this binary");
                let compiled = [
                    ("service", include_str!("../../../assets/snippets/service.rs")),
                    ("sign_in", include_str!("../../../assets/snippets/sign_in.rs")),
                ];
                let shown = compiled.iter().find(|(_, code)| code.trim() == self.code.trim());
                let (name, _) = shown.expect("the page shows what was compiled");
                format!("exec '{}' --ignored --exact --nocapture portal::programs::{name}::program", binary.display())
            }
            file => {
                std::fs::write(folder.join(file), &self.code).expect("a file");
                self.run.clone()
            }
        };
        assert!(!self.settings.contains("pc_cs_"), "{}", self.settings);
        let settings = self.settings.replace("the one that you saved", &client.secret);
        let script = format!("{settings}\n{run}");
        let mut command = Command::new("sh");
        command.args(["-c", &script]).current_dir(folder).env("NO_PROXY", "*").env("no_proxy", "*");
        for proxy in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
            command.env_remove(proxy);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell")
    }
}

async fn ux_40_every_language_shows_a_program_with_the_settings_of_the_client(server: TestServer) {
    let admin = Browser::of_administrator(&server).await;
    let daemon = server.daemon("nightly-import").await;
    for language in LANGUAGES {
        let program = program(&admin, &daemon, language).await;
        for line in
            [format!("PORTCULLIS_ISSUER='{}'", server.issuer()), format!("PORTCULLIS_CLIENT_ID='{}'", daemon.id)]
        {
            assert!(program.settings.contains(&line), "{language}: {}", program.settings);
        }
        assert!(program.code.contains("PORTCULLIS_CLIENT_SECRET") && !program.run.is_empty(), "{language}");
    }
    let settings =
        ClientSettings { redirect_urls: Some(vec!["https://app.example/cb".to_owned()]), ..ClientSettings::default() };
    let spa = server.operator().await.register(ClientType::AuthorizationCode, "app", settings).await;
    let page = program(&admin, &spa, "javascript").await;
    for value in [server.issuer(), spa.id.clone(), "https://app.example/cb".to_owned()] {
        assert!(page.code.contains(&format!("\"{value}\"")), "{value}: {}", page.code);
    }
}

async fn ux_40_programs_of_a_daemon_get_a_token(server: TestServer) {
    let (daemon, admin) = (server.daemon("nightly-import").await, Browser::of_administrator(&server).await);
    for language in runnable() {
        let program = program(&admin, &daemon, language).await;
        let client = daemon.clone();
        let folder = tempfile::tempdir().expect("a folder");
        let run = move || program.start(folder.path(), &client).wait_with_output().expect("an end");
        let output = tokio::task::spawn_blocking(run).await.expect("no panic");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{language}: {said} {}", String::from_utf8_lossy(&output.stderr));
        let token = said.split_whitespace().find(|word| word.starts_with("eyJ")).unwrap_or_default();
        server.resource_server().verify(token).await.unwrap_or_else(|why| panic!("{language}: {why:?} {said}"));
    }
}

async fn ux_40_programs_of_an_app_sign_a_user_in(server: TestServer) {
    let (admin, operator) = (Browser::of_administrator(&server).await, server.operator().await);
    operator.add_user("uma@example.com").await;
    let settings =
        ClientSettings { redirect_urls: Some(vec!["https://app.example/cb".to_owned()]), ..ClientSettings::default() };
    let spa = operator.register(ClientType::AuthorizationCode, "spa", settings.clone()).await;
    let web = operator.register(ClientType::Hybrid, "web", settings).await;
    for language in runnable() {
        for client in [&spa, &web] {
            if language == "javascript" && client.id == spa.id {
                continue; // it lives in a browser, and is tried there
            }
            signs_in(&server, &program(&admin, client, language).await, client, language).await;
        }
    }
}

async fn signs_in(server: &TestServer, program: &Program, client: &Daemon, language: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = program.start(folder.path(), client);
    let (mut stdin, stdout) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
    let ask = move || {
        let mut lines = BufReader::new(stdout).lines();
        let url = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("http"));
        (url.expect("an address"), lines)
    };
    let (url, lines) = tokio::task::spawn_blocking(ask).await.expect("no panic");
    let came = Person::new(server, "uma@example.com").visit(&url).await.at_app();
    let code = came.query.iter().find(|(name, _)| name == "code").expect("a code").1.clone();
    server.confide(&code);
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&came.query).finish();
    let address = format!("{}?{query}\n", came.uri);
    let rest = move || {
        stdin.write_all(address.as_bytes()).expect("a reader");
        drop(stdin);
        let said: Vec<String> = lines.map_while(Result::ok).collect();
        (child.wait().expect("an end").success(), said.join("\n"))
    };
    let (well, said) = tokio::task::spawn_blocking(rest).await.expect("no panic");
    assert!(well && said.contains("uma@example.com"), "{language}: {said}");
}
