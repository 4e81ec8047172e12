//! The first minutes at a terminal. Names begin with the number of the statement that they hold the program to (UX-01 and
//! so on).

use crate::folder::Folder;
use crate::server::Server;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

/// The path of the set-up link in a text.
fn link(text: &str) -> Option<&str> {
    let rest = &text[text.find("/setup?code=")?..];
    rest.split(|c: char| c.is_whitespace() || c == '"').next()
}

#[test]
fn ux_01_05_an_empty_folder_is_enough_and_a_lost_link_is_made_again_while_the_server_runs() {
    let folder = Folder::empty();
    let server = Server::start(&folder);
    let first = link(server.first_words()).expect("a link");
    let ready = server.get("/readyz");
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    let told = server.run(&["user", "list"], &[]).failed(4);
    assert!(told.contains("no administrator yet"), "UX-04, nobody is there who could have a password: {told}");

    let again = server.run(&["user", "setup-link"], &[]).ok();
    assert!(again.starts_with(server.url()), "{again}");
    let second = link(&again).expect("another link");
    assert_ne!(first, second);
    let page = server.get(second);
    let code = second.rsplit('=').next().expect("a code");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains(&format!("value=\"{code}\"")), "{page}");
}

#[test]
fn ux_02_a_person_at_a_terminal_is_told_in_few_lines_where_it_is_and_how_to_go_on() {
    let folder = Folder::empty();
    let free =
        || std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let (listen, internal) = (free(), free());
    let url = format!("http://localhost:{}", listen.port());
    // A terminal of its own, with the program in it.
    let run = format!("echo $$ > pid; exec {}", env!("CARGO_BIN_EXE_portcullis"));
    let mut command = Command::new("script");
    command.args(["--quiet", "--flush", "--command", &run, "/dev/null"]).current_dir(folder.path()).env_clear();
    command.env("PORTCULLIS_PUBLIC_URL", &url).env("PORTCULLIS_SERVER__LISTEN", listen.to_string());
    command.env("PORTCULLIS_SERVER__INTERNAL_LISTEN", internal.to_string()).env("SHELL", "/bin/sh");
    let mut terminal = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("script of util-linux runs");
    let mut lines = BufReader::new(terminal.stdout.take().expect("a screen")).lines().map_while(Result::ok);
    let mut shown = Vec::new();
    for line in lines.by_ref() {
        shown.push(line.trim_end().to_owned());
        if line.contains("ready in") {
            break;
        }
    }
    let pid = std::fs::read_to_string(folder.path().join("pid")).expect("its number");
    assert!(Command::new("kill").args(["-TERM", pid.trim()]).status().expect("kill runs").success());
    drop(lines);
    terminal.wait().expect("it ends");
    let text = shown.join("\n");
    assert!(shown.len() <= 15, "{} lines: {text}", shown.len());
    for told in [url.as_str(), "portcullis-data", "/setup?code=", "portcullis user setup-link", "ready in"] {
        assert!(text.contains(told), "{told} is not in {text}");
    }
}

#[test]
fn ux_04_there_is_no_link_and_no_word_of_one_once_there_is_an_administrator() {
    let folder = Folder::set_up();
    let server = Server::start(&folder);
    assert_eq!(link(server.first_words()), None, "{}", server.first_words());
    assert!(server.get("/setup").starts_with("HTTP/1.1 303"));
}

#[test]
fn ux_07_three_commands_lead_to_a_token_and_the_secret_is_nowhere_but_in_the_file() {
    let folder = Folder::set_up();
    let server = Server::start(&folder);
    let commands = [
        "portcullis client create nightly-import --output env > .env",
        "set -a; . ./.env; set +a",
        "portcullis token nightly-import",
    ];
    let programs = std::path::Path::new(env!("CARGO_BIN_EXE_portcullis")).parent().expect("a folder");
    let mut shell = Command::new("sh");
    shell.args(["-euc", &commands.join("\n")]).current_dir(folder.path()).env_clear();
    shell.env("PATH", format!("{}:/usr/bin:/bin", programs.display())).env("PORTCULLIS_PUBLIC_URL", server.url());
    let said = shell.output().expect("a shell");
    let token = String::from_utf8(said.stdout).expect("UTF-8");
    assert!(said.status.success() && token.starts_with("eyJ"), "{token} {}", String::from_utf8_lossy(&said.stderr));
    let kept = std::fs::read_to_string(folder.path().join(".env")).expect("a file");
    let secret = kept.lines().find_map(|line| line.strip_prefix("PORTCULLIS_CLIENT_SECRET=")).expect("a secret");
    assert!(secret.starts_with("pc_cs_"), "{secret}");
    let told = String::from_utf8_lossy(&said.stderr).into_owned() + &server.stop();
    assert!(!told.contains(secret), "{told}");
}

#[test]
fn ux_09_the_first_commands_of_the_readme_are_those_that_are_tested() {
    let readme = include_str!("../../README.md");
    let block = readme.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    let commands: Vec<&str> = block.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).collect();
    // The first is the program without an argument, as every test of this folder starts it; the second runs this test.
    assert_eq!(commands, ["cargo run", "scripts/test"]);
    assert!(include_str!("../../.ci/run").contains("scripts/test"));
}

#[test]
fn ux_54_no_command_waits_for_input_where_there_is_nobody_to_ask() {
    let folder = Folder::set_up();
    folder.client("billing");
    folder.run(&["man", "pages"]).ok();
    let mut all: Vec<Vec<String>> = std::fs::read_dir(folder.path().join("pages"))
        .expect("the manual")
        .map(|page| page.expect("a page").file_name().into_string().expect("UTF-8"))
        .map(|name| name.trim_end_matches(".1").split('-').skip(1).map(ToOwned::to_owned).collect())
        .filter(|words: &Vec<String>| !words.is_empty() && words[0] != "serve")
        .collect();
    assert!(all.len() > 50, "{all:?}");
    for line in [
        "client delete billing",
        "client create Billing",
        "secret revoke billing 1",
        "user add uma@example.com",
        "user delete alex@example.com",
        "token billing",
        "init --admin-email alex@example.com",
        "keys revoke x",
        "backup restore pages",
        "import pages",
    ] {
        all.push(line.split(' ').map(ToOwned::to_owned).collect());
    }
    for words in all {
        let args: Vec<&str> = words.iter().map(String::as_str).collect();
        // A pipe that is open and into which nobody writes.
        let mut child = folder.command(&args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.as_mut().expect("the program runs");
        let (id, pipe, (sender, ended)) = (child.id(), child.stdin.take(), channel());
        std::thread::scope(|scope| {
            scope.spawn(move || drop(sender.send(child.wait())));
            let over = ended.recv_timeout(Duration::from_secs(30)).is_ok();
            if !over {
                let _ = Command::new("kill").arg(id.to_string()).status();
            }
            assert!(over, "portcullis {} waits", words.join(" "));
        });
        drop(pipe);
    }
}
