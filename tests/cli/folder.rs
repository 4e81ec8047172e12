//! A folder in which commands run, with nothing of this machine's environment.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A password that the policy takes.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A working folder.
pub(crate) struct Folder {
    folder: TempDir,
}

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// The answer of a command that worked.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.exit, 0, "{self:?}");
        self.out
    }

    /// The JSON answer of a command that worked.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let out = self.ok();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    /// What a command that failed with this code told; it answered nothing.
    #[track_caller]
    pub(crate) fn failed(self, exit: i32) -> String {
        assert_eq!((self.exit, self.out.as_str()), (exit, ""), "{}", self.err);
        self.err
    }
}

impl Folder {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A folder with a store that has an administrator.
    pub(crate) fn set_up() -> Self {
        let folder = Self::empty();
        folder.write("password.txt", PASSWORD);
        folder.run(&["init", "--admin-email", "alex@example.com", "--password-file", "password.txt"]).ok();
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).expect("a file is written");
    }

    /// The program, ready to be run here.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
        command.args(args).current_dir(self.path()).env_clear().stdin(Stdio::null());
        command
    }

    /// Runs it, with nobody to ask.
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, &[])
    }

    /// Runs it with these variables.
    pub(crate) fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Said {
        let output = self.command(args).envs(env.iter().copied()).output();
        said(output.expect("the program runs"))
    }

    /// Runs it with this on standard input.
    pub(crate) fn feed(&self, args: &[&str], input: &str) -> Said {
        self.write("input", input);
        let input = std::fs::File::open(self.path().join("input")).expect("the input");
        said(self.command(args).stdin(input).output().expect("the program runs"))
    }

    /// Adds a client-credentials client; its id and secret.
    pub(crate) fn client(&self, name: &str) -> (String, String) {
        let made = self.run(&["client", "create", name, "--json"]).json();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        (text(&made["Client"]["Id"]), text(&made["Secret"]))
    }
}

fn said(output: Output) -> Said {
    Said {
        exit: output.status.code().expect("an exit code"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}
