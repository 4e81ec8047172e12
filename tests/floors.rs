//! The walls of the house. One crate has no walls of its own, so this test reads the source and holds them:
//! who may import whom, where SQL and status codes may be, who may ask for the time, how long a file may be.

#[path = "floors/pieces.rs"]
mod pieces;

use pieces::{Piece, pieces};
use std::fs;
use std::path::{Path, PathBuf};

/// The most lines that a source file may have, its tests included.
const CEILING: usize = 400;

/// What a floor may import from this crate. `None`: everything (floor 5, which builds the rest).
fn may_import(floor: &str) -> Option<&'static [&'static str]> {
    match floor {
        "oauth" => Some(&["oauth"]),
        "clock" | "metrics" | "random" | "redacted" | "release" => {
            Some(&["oauth", "clock", "metrics", "random", "redacted", "release"])
        }
        "keys" => Some(&["keys", "oauth", "clock", "random", "redacted"]),
        "storage" => Some(&["storage", "oauth", "clock", "random", "redacted", "release"]),
        "flows" => Some(&["flows", "oauth", "keys", "storage", "clock", "metrics", "random", "redacted", "release"]),
        "web" => Some(&["web", "flows", "oauth", "clock", "metrics", "random", "redacted", "release"]),
        "opening" => Some(&["opening", "config", "flows", "keys", "oauth", "storage", "clock", "random", "redacted"]),
        _ => None,
    }
}

/// Packages that a floor must never mention, with the reason.
fn banned_packages(floor: &str) -> (&'static [&'static str], &'static str) {
    const HTTP: &[&str] =
        &["axum", "axum_extra", "axum_server", "askama", "tower", "tower_http", "http", "hyper", "hyper_util"];
    match floor {
        "oauth" => (
            &[
                "axum",
                "axum_extra",
                "axum_server",
                "askama",
                "tower",
                "tower_http",
                "tower_sessions",
                "http",
                "hyper",
                "hyper_util",
                "sqlx",
                "tokio",
                "getrandom",
                "jsonwebtoken",
                "rsa",
                "aws_lc_rs",
            ],
            "a rule is pure and synchronous, so that it can be tested with values alone",
        ),
        "keys" | "storage" => (HTTP, "floor 2 does not know that there is HTTP"),
        "flows" => (HTTP, "a use case does not know that there is HTTP"),
        "web" => (&["jsonwebtoken", "rsa", "aws_lc_rs"], "keys are reached through flows"),
        _ => (&[], ""),
    }
}

/// One thing that is not as it should be.
#[derive(Debug, PartialEq, Eq)]
struct Violation {
    file: String,
    line: usize,
    reason: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "src/{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// The modules of this crate that are named at `at`, which is the first piece after `crate::`: one, or several in braces.
fn named_after(pieces: &[(usize, Piece)], at: usize) -> Vec<(usize, String)> {
    match pieces.get(at) {
        Some((line, Piece::Word(name))) => vec![(*line, name.clone())],
        Some((_, Piece::Sign('{'))) => {
            let (mut depth, mut first, mut names) = (0, true, Vec::new());
            for (line, piece) in &pieces[at..] {
                match piece {
                    Piece::Sign('{') => depth += 1,
                    Piece::Sign('}') => depth -= 1,
                    Piece::Sign(',') if depth == 1 => first = true,
                    Piece::Word(name) if depth == 1 && first => {
                        names.push((*line, name.clone()));
                        first = false;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            names
        }
        _ => Vec::new(),
    }
}

/// `web/portal/clients.rs` is two modules below its floor's root, `web/mod.rs` none, `clock.rs` none.
fn depth_of(file: &str) -> usize {
    let steps = file.split('/').count();
    if file.ends_with("mod.rs") { steps - 1 } else { steps }
}

/// Reads one file (its path below `src/`, and its text) and tells what breaks a rule.
fn check(file: &str, source: &str) -> Vec<Violation> {
    let floor = file.split('/').next().unwrap_or(file).trim_end_matches(".rs");
    let pieces = pieces(source);
    let mut found = Vec::new();
    let mut say = |line: usize, reason: String| found.push(Violation { file: file.to_owned(), line, reason });

    let lines = source.lines().count();
    if lines > CEILING {
        say(
            CEILING + 1,
            format!("{lines} lines, the ceiling is {CEILING}: a file that grows holds two things, part them"),
        );
    }

    let (banned, why) = banned_packages(floor);
    let mut inner = vec![]; // brace depths at which inline modules began: each is one `super` more to the root
    let mut braces = 0_usize;
    for (at, (line, piece)) in pieces.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &pieces[at].1);
        let after = pieces.get(at + 1).map(|(_, piece)| piece);
        match piece {
            Piece::Sign('{') => {
                let opens_module = at >= 2 && pieces[at - 2].1 == Piece::Word("mod".to_owned());
                braces += 1;
                if opens_module {
                    inner.push(braces);
                }
            }
            Piece::Sign('}') => {
                if inner.last() == Some(&braces) {
                    inner.pop();
                }
                braces = braces.saturating_sub(1);
            }
            Piece::Text(text) if floor != "storage" && is_sql(text) => {
                say(*line, "SQL lives in src/storage and nowhere else".to_owned());
            }
            Piece::Word(word) => {
                for (line, name) in crate_paths(&pieces, at, depth_of(file) + inner.len()) {
                    let allowed = may_import(floor).map_or(
                        // Commands run what is built; nothing that is built runs a command.
                        floor == "cli" || name != "cli",
                        |allowed| allowed.contains(&name.as_str()),
                    );
                    if MODULES.contains(&name.as_str()) && !allowed {
                        say(line, format!("`{floor}` must not know `{name}`: imports go only downward"));
                    }
                }
                let continues = match before {
                    Some(Piece::Path) => at < 2 || !begins_path(&pieces[at - 2].1),
                    before => before == Some(&Piece::Sign('.')),
                };
                let is_package =
                    !continues && (after == Some(&Piece::Path) || before == Some(&Piece::Word("use".to_owned())));
                let digest = word == "aws_lc_rs" && is_word(pieces.get(at + 2), "digest"); // a hash is a pure function
                if is_package && banned.contains(&word.as_str()) && !digest {
                    say(*line, format!("`{floor}` must not mention `{word}`: {why}"));
                }
                if is_package && word == "sqlx" && floor != "storage" {
                    say(*line, "sqlx is for src/storage alone".to_owned());
                }
                if is_package && word == "getrandom" && file != "random.rs" {
                    say(*line, "only random.rs draws bytes, so that tests can seed it".to_owned());
                }
                if word == "SystemTime" && after == Some(&Piece::Path) && file != "clock.rs" {
                    say(*line, "only clock.rs reads the time; take `now` as an argument".to_owned());
                }
                if word == "StatusCode" && floor != "web" {
                    say(*line, "only src/web answers with a status".to_owned());
                }
            }
            _ => {}
        }
    }
    found
}

/// The modules of this crate that the path beginning at `at` names, by `crate::…` or by enough `super::` to reach the root.
fn crate_paths(pieces: &[(usize, Piece)], at: usize, depth: usize) -> Vec<(usize, String)> {
    let word = |at: usize, text: &str| is_word(pieces.get(at), text);
    let path = |at: usize| matches!(pieces.get(at), Some((_, Piece::Path)));
    if word(at, "crate") && path(at + 1) {
        return named_after(pieces, at + 2);
    }
    if word(at, "super") && !(at > 0 && path(at - 1)) {
        let mut next = at;
        let mut climbed = 0;
        while word(next, "super") && path(next + 1) {
            next += 2;
            climbed += 1;
        }
        if climbed >= depth {
            return named_after(pieces, next);
        }
    }
    Vec::new()
}

fn is_word(piece: Option<&(usize, Piece)>, text: &str) -> bool {
    matches!(piece, Some((_, Piece::Word(word))) if word == text)
}

/// Whether a `::` after this piece is the first of a path, as in `use ::axum::Router`.
fn begins_path(piece: &Piece) -> bool {
    match piece {
        Piece::Word(word) => word == "use",
        Piece::Sign(sign) => *sign != '>',
        Piece::Path | Piece::Text(_) => false,
    }
}

/// Everything at the top of `src/`: other names after `crate::` are macros and re-exports.
const MODULES: &[&str] = &[
    "cli", "clock", "config", "flows", "jobs", "keys", "logging", "mail", "metrics", "oauth", "opening", "otlp",
    "outgoing", "random", "redacted", "release", "server", "storage", "web",
];

fn is_sql(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        ["SELECT", rest @ ..] => rest.contains(&"FROM"),
        ["UPDATE", _, "SET", ..]
        | ["INSERT" | "MERGE", "INTO", ..]
        | ["DELETE", "FROM", ..]
        | ["CREATE" | "ALTER" | "DROP", "TABLE" | "INDEX", ..] => true,
        _ => false,
    }
}

/// Every Rust file below `folder`.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn imports_go_only_downward_and_each_thing_has_its_one_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let files = rust_files(&root);
    assert!(files.len() > 10, "the source was not found");
    for path in files {
        let name = path.strip_prefix(&root).expect("a file below src").to_string_lossy().replace('\\', "/");
        found.extend(check(&name, &fs::read_to_string(&path).expect("readable source")));
        if path.with_extension("").is_dir() {
            found.push(Violation {
                file: name,
                line: 1,
                reason: "a module with children is a folder with `mod.rs`, so that it stays in one place".to_owned(),
            });
        }
    }
    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "\n  {}\n", told.join("\n  "));
}

/// A throttled request is answered at once: whoever is kept waiting holds a connection, and so do all behind it.
#[test]
fn ds_09_no_answer_is_delayed_on_purpose() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let may_sleep = ["flows/sweep.rs", "web/serve/", "web/layers/body.rs"];
    for file in rust_files(&src.join("flows")).into_iter().chain(rust_files(&src.join("web"))) {
        let name = file.strip_prefix(&src).expect("a file of src").display().to_string();
        let source = fs::read_to_string(&file).expect("a readable file");
        let sleeps = source.contains("sleep(") || source.contains("tokio::time::interval");
        assert!(!sleeps || may_sleep.iter().any(|free| name.starts_with(free)), "{name} sleeps");
    }
}

#[test]
fn every_module_at_the_top_is_known_to_the_walls() {
    let lib = include_str!("../src/lib.rs");
    for (at, (_, piece)) in pieces(lib).iter().enumerate() {
        if *piece == Piece::Word("mod".to_owned()) {
            let name = named_after(&pieces(lib), at + 1).remove(0).1;
            assert!(
                MODULES.contains(&name.as_str()),
                "`{name}` is new: say in tests/floors.rs on which floor it stands"
            );
        }
    }
}

#[test]
fn a_planted_violation_is_found() {
    let planted = [
        ("oauth/scope.rs", "\nuse crate::storage::Database;", 2, "must not know `storage`"),
        ("oauth/scope.rs", "use crate::{oauth::Scope, flows::{Provider}};", 1, "must not know `flows`"),
        ("oauth/scope.rs", "use super::super::web::router;", 1, "must not know `web`"),
        ("oauth/scope.rs", "mod tests {\n use super::super::super::web::router; }", 2, "must not know `web`"),
        ("oauth/scope.rs", "use crate::clock::Clock;", 1, "must not know `clock`"),
        ("oauth/scope.rs", "#[tokio::test]\nasync fn a() {}", 1, "must not mention `tokio`"),
        ("oauth/scope.rs", "use aws_lc_rs::rand;", 1, "must not mention `aws_lc_rs`"),
        ("oauth/scope.rs", "use axum;", 1, "must not mention `axum`"),
        ("keys/jwk.rs", "fn a(_: crate::storage::Database) {}", 1, "must not know `storage`"),
        ("storage/clients.rs", "use crate::keys::KeySet;", 1, "must not know `keys`"),
        ("flows/issue.rs", "use crate::web::error::TokenError;", 1, "must not know `web`"),
        ("flows/issue.rs", "use ::askama::Template;", 1, ""),
        ("web/pages/login.rs", "use crate::storage::users;", 1, "must not know `storage`"),
        ("web/mod.rs", "use crate::config::Config;", 1, "must not know `config`"),
        ("server/mod.rs", "use crate::cli::Failure;", 1, "must not know `cli`"),
        ("web/mod.rs", "fn a() { sqlx::query(\"x\"); }", 1, "sqlx is for src/storage alone"),
        ("cli/user.rs", "const A: &str = \"SELECT id FROM users\";", 1, "SQL lives in src/storage"),
        ("cli/user.rs", "const A: &str = r#\"\n DELETE FROM users\"#;", 1, "SQL lives in src/storage"),
        ("flows/login.rs", "// it's\nlet now = SystemTime::now();", 2, "only clock.rs reads the time"),
        ("keys/jwk.rs", "getrandom::fill(&mut a);", 1, "only random.rs draws bytes"),
        ("flows/login.rs", "use http::StatusCode;", 1, ""),
        ("server.rs", "let a = '\"'; let b = axum::http::StatusCode::OK;", 1, "only src/web answers"),
    ];
    for (file, source, line, reason) in planted {
        let found = check(file, source);
        assert!(
            found.iter().any(|one| one.line == line && one.reason.contains(reason)),
            "{file}: {source:?} was not found, only {found:?}"
        );
    }
    assert_eq!(check("oauth/scope.rs", &"\n".repeat(CEILING + 1)).len(), 1, "a long file was not found");
}

#[test]
fn what_is_allowed_is_left_alone() {
    let allowed = [
        ("oauth/scope.rs", "//! Not `crate::storage::Database`, not SystemTime::now.\nuse super::error::ErrorCode;"),
        ("oauth/scope.rs", "/* use crate::web; /* nested */ use axum; */ fn a<'a>(b: &'a str) -> char { '\\'' }"),
        ("oauth/scope.rs", "const A: &str = \"crate::storage::x says \\\" axum::\"; use std::fmt;"),
        ("oauth/scope.rs", "mod tests { use super::super::Scope; }"),
        ("oauth/scope.rs", "use aws_lc_rs::digest::{SHA256, digest};"),
        ("storage/clients.rs", "const A: &str = \"SELECT id FROM clients\"; use sqlx::Row;"),
        ("flows/mod.rs", "use crate::{clock::Clock, keys::KeySet, random::Random, storage::Database};"),
        ("web/pages/login.rs", "use crate::flows::Provider; use axum::http::StatusCode;"),
        ("web/pages/login.rs", "const A: &str = \"UPDATE your bookmarks\"; const B: &str = \"SELECT a client\";"),
        ("server.rs", "use crate::{config::Config, storage::Database, web::router};"),
        ("cli/client/mod.rs", "use crate::cli::Failure;"),
        ("clock.rs", "std::time::SystemTime::now()"),
        ("random.rs", "getrandom::fill(&mut a)"),
    ];
    for (file, source) in allowed {
        assert_eq!(check(file, source), [], "{file}: {source}");
    }
}
