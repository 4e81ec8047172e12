//! The page of all commands, made from the command tree.

use super::args::Cli;
use clap::{Command, CommandFactory as _};
use std::fmt::Write as _;

const HEAD: &str = "# Commands

This page is made from the command tree in `src/cli`; a test keeps it true. `portcullis COMMAND --help` says the same in the
terminal, `portcullis help exit-codes` and `portcullis help environment` the rest.

Commands act on the store that the configuration names, also while the server runs: a change is in force there within a second.
`token` and `healthcheck` ask the server. Answers go to standard output, everything else to standard error. On a terminal an
answer is a table with relative times, in a pipe it is separated by tabs with whole times, and with `--json` it is one object.
No secret is ever an argument.
";

/// The page, in Markdown.
#[must_use]
pub fn reference() -> String {
    let mut root = Cli::command();
    root.build();
    let mut page = HEAD.to_owned();
    write(&root, "portcullis", &mut page);
    page
}

fn write(command: &Command, name: &str, page: &mut String) {
    let leaf = !command.has_subcommands();
    if leaf || name == "portcullis" {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let title = if leaf { name } else { "Flags of every command" };
        let _ = write!(page, "\n## {title}\n\n{about}.\n");
        examples(command, page);
        rows(command, !leaf, page);
    }
    for sub in command.get_subcommands() {
        write(sub, &format!("{name} {}", sub.get_name()), page);
    }
}

fn examples(command: &Command, page: &mut String) {
    let text = command.get_before_help().map(ToString::to_string).unwrap_or_default();
    page.push_str("\n```sh\n");
    for line in text.lines().skip(1) {
        // Remarks behind an example are comments in a shell.
        let line = line.trim();
        let line =
            line.split_once("   ").map_or_else(|| line.to_owned(), |(say, why)| format!("{say:46} # {}", why.trim()));
        let _ = writeln!(page, "{line}");
    }
    page.push_str("```\n");
}

/// A table of arguments: those of every command, or those of this one.
fn rows(command: &Command, global: bool, page: &mut String) {
    let args: Vec<_> = command
        .get_arguments()
        .filter(|arg| arg.is_global_set() == global && !matches!(arg.get_id().as_str(), "help" | "version"))
        .collect();
    if args.is_empty() {
        return;
    }
    page.push_str("\n| | |\n| --- | --- |\n");
    for arg in args {
        let value = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string).unwrap_or_default();
        let takes = arg.get_action().takes_values();
        let flag = match (arg.get_long(), arg.get_short(), takes) {
            (None, ..) => value,
            (Some(long), Some(short), _) => format!("-{short}, --{long}"),
            (Some(long), None, true) if arg.is_require_equals_set() => format!("--{long}[={value}]"),
            (Some(long), None, true) => format!("--{long} {value}"),
            (Some(long), None, false) => format!("--{long}"),
        };
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let words: Vec<String> =
            arg.get_possible_values().iter().filter(|_| takes).map(|value| format!("`{}`", value.get_name())).collect();
        let words = if words.is_empty() { String::new() } else { format!(": {}", words.join(", ")) };
        let _ = writeln!(page, "| `{flag}` | {help}{words} |");
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_of_commands_is_what_the_tree_says() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/commands.md");
        let page = super::reference();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(written == page, "docs/reference/commands.md is old: run UPDATE_DOCS=1 cargo test --lib reference");
    }
}
