//! *Quick Start*: programs to begin with, for each type of client and in seven languages.

use super::activity::Checklist;
use super::clients::TabLink;
use crate::oauth::{Client, ClientType};
use std::fmt::Write as _;

/// A language of the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// The shell, with curl.
    #[default]
    Curl,
    /// Python.
    Python,
    /// JavaScript: in Node, or in the browser for clients that live there.
    JavaScript,
    /// Rust.
    Rust,
    /// C#.
    CSharp,
    /// Java.
    Java,
    /// Go.
    Go,
}

/// A program, and what it takes to run it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Program {
    /// The name of its file.
    pub file: &'static str,
    /// What brings in what it needs; empty if that is nothing.
    pub install: &'static str,
    /// What runs it; empty if it is opened in a browser.
    pub run: &'static str,
    text: &'static str,
}

macro_rules! program {
    ($file:literal, $name:literal, $install:literal, $run:literal) => {
        Program {
            file: $name,
            install: $install,
            run: $run,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/snippets/", $file)),
        }
    };
}

impl Language {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 7] =
        [Self::Curl, Self::Python, Self::JavaScript, Self::Rust, Self::CSharp, Self::Java, Self::Go];

    /// The word in the address and in the cookie that remembers the choice.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::Rust => "rust",
            Self::CSharp => "csharp",
            Self::Java => "java",
            Self::Go => "go",
        }
    }

    /// The word on the tab.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
            Self::Rust => "Rust",
            Self::CSharp => "C#",
            Self::Java => "Java",
            Self::Go => "Go",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.as_str() == text)
    }

    /// The program for a type of client.
    #[must_use]
    pub const fn program(self, client_type: ClientType) -> Program {
        match (self, client_type) {
            (Self::Curl, ClientType::ClientCredentials) => program!("service.sh", "service.sh", "", "sh service.sh"),
            (Self::Curl, _) => program!("sign-in.sh", "sign-in.sh", "", "sh sign-in.sh"),
            (Self::Python, ClientType::ClientCredentials) => {
                program!("service.py", "service.py", "", "python3 service.py")
            }
            (Self::Python, _) => program!("sign_in.py", "sign_in.py", "", "python3 sign_in.py"),
            (Self::JavaScript, ClientType::ClientCredentials) => {
                program!("service.mjs", "service.mjs", "", "node service.mjs")
            }
            (Self::JavaScript, ClientType::AuthorizationCode) => program!("browser.html", "index.html", "", ""),
            (Self::JavaScript, ClientType::Hybrid) => program!("sign-in.mjs", "sign-in.mjs", "", "node sign-in.mjs"),
            (Self::Rust, ClientType::ClientCredentials) => program!(
                "service.rs",
                "src/main.rs",
                "cargo add reqwest --features form,json\ncargo add tokio --features full\ncargo add serde_json",
                "cargo run"
            ),
            (Self::Rust, _) => program!(
                "sign_in.rs",
                "src/main.rs",
                "cargo add reqwest --features form,json\ncargo add tokio --features full\ncargo add serde_json url openidconnect",
                "cargo run"
            ),
            (Self::CSharp, ClientType::ClientCredentials) => {
                program!("Service.cs", "Program.cs", "dotnet new console", "dotnet run")
            }
            (Self::CSharp, _) => program!("SignIn.cs", "Program.cs", "dotnet new console", "dotnet run"),
            (Self::Java, ClientType::ClientCredentials) => {
                program!("Service.java", "Service.java", "", "java Service.java")
            }
            (Self::Java, _) => program!("SignIn.java", "SignIn.java", "", "java SignIn.java"),
            (Self::Go, ClientType::ClientCredentials) => program!("service.go", "main.go", "", "go run main.go"),
            (Self::Go, _) => program!("sign-in.go", "main.go", "", "go run main.go"),
        }
    }
}

/// *Quick Start*, filled in for one client.
#[derive(Debug, Clone)]
pub struct QuickStartView {
    /// A tab for each language, with the word to remember it by.
    pub languages: Vec<(&'static str, TabLink)>,
    /// Lines for the environment of the program; a secret is never in them.
    pub settings: String,
    /// What is to be installed, and how it is run.
    pub program: Program,
    /// The program.
    pub code: String,
    /// What was seen of the app so far.
    pub checklist: Checklist,
    /// The checklist alone.
    pub check_href: String,
    /// This view, anew.
    pub refresh_href: String,
}

/// Lines of a shell that set what the programs read. Secrets are never among them.
#[must_use]
pub fn settings(client: &Client, issuer: &str) -> String {
    let mut lines =
        vec![("PORTCULLIS_ISSUER", issuer.to_owned()), ("PORTCULLIS_CLIENT_ID", client.id.as_str().to_owned())];
    if client.client_type.has_users() {
        lines.push(("PORTCULLIS_REDIRECT_URL", client.urls.redirect.first().cloned().unwrap_or_default()));
        lines.push(("PORTCULLIS_SCOPE", scope(client).to_owned()));
    }
    let mut text = String::new();
    for (name, value) in &lines {
        let _ = writeln!(text, "export {name}={}", quoted(value));
    }
    if client.client_type.has_secrets() {
        text.push_str("export PORTCULLIS_CLIENT_SECRET='the one that you saved'\n");
    }
    text
}

/// A word of a shell that means this text and nothing else.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

const fn scope(client: &Client) -> &'static str {
    if client.allow_offline_access { "openid profile email offline_access" } else { "openid profile email" }
}

/// The program with what it says about the client filled in. A redirect URL holds no double quote, backslash or `<` (the
/// door refuses them), so it can stand between double quotes.
#[must_use]
pub fn code(program: &Program, client: &Client, issuer: &str) -> String {
    let redirect_url = client.urls.redirect.first().map_or("", String::as_str);
    let filled = program.text.replace("@ISSUER@", issuer).replace("@CLIENT_ID@", client.id.as_str());
    filled.replace("@REDIRECT_URL@", redirect_url).replace("@SCOPE@", scope(client))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::test_client::client;

    #[test]
    fn every_language_has_a_program_for_every_type_with_nothing_left_to_fill_in() {
        for kind in ClientType::ALL {
            let client = client(kind);
            for language in Language::ALL {
                assert_eq!(Language::parse(language.as_str()), Some(language));
                let program = language.program(kind);
                let code = code(&program, &client, "https://id.example/identity");
                for left in ["@ISSUER@", "@CLIENT_ID@", "@REDIRECT_URL@", "@SCOPE@"] {
                    assert!(!code.contains(left), "{language:?} {kind:?}: {left}");
                }
                let told = code.contains("PORTCULLIS_ISSUER") || code.contains("\"https://id.example/identity\"");
                assert!(told && code.len() < 6_000, "{language:?} {kind:?}");
            }
        }
    }

    #[test]
    fn settings_mean_what_they_say_in_any_shell() {
        let mut app = client(ClientType::Hybrid);
        app.urls.redirect = vec!["https://app.example/$(id)'x".to_owned()];
        let settings = settings(&app, "https://id.example/identity");
        assert!(settings.contains(r"export PORTCULLIS_REDIRECT_URL='https://app.example/$(id)'\''x'"), "{settings}");
        assert!(settings.contains("PORTCULLIS_CLIENT_SECRET="));
        assert!(!super::settings(&client(ClientType::AuthorizationCode), "x").contains("SECRET"));
    }
}
