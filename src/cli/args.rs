//! The command tree: what can be typed. Each command's own flags stand beside what it does.

use super::{
    audit, backup, client, completions, config_command, doctor, export, healthcheck, help, import, init, keys, mail,
    migrate, secret, serve, token,
};
use super::{man, role, user, version};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// An OAuth 2.0 and OpenID Connect identity server, and the commands that manage it.
///
/// Without a command it serves. Commands act on the store that the configuration names, also while the server runs: a
/// change is in force there within a second.
#[derive(Debug, Parser)]
#[command(
    name = "portcullis",
    version,
    disable_help_subcommand = true,
    before_help = "Examples:
  portcullis                                     start the server; it prints how to set it up
  portcullis client create nightly-import        add a client and its secret
  portcullis token nightly-import --decode       see what its tokens say"
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// When words are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// The settings file
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub config: Option<PathBuf>,
    /// The folder for the SQLite database and the master key
    #[arg(hide_short_help = true, long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub data_dir: Option<PathBuf>,
    /// Where browsers and programs reach the server
    #[arg(hide_short_help = true, long, global = true, value_name = "URL", help_heading = "Global options")]
    pub public_url: Option<String>,
    /// The tenant to manage, by id or alias; needed if there are several
    #[arg(hide_short_help = true, long, global = true, value_name = "TENANT", help_heading = "Global options")]
    pub tenant: Option<String>,
    /// Your name, for the audit log
    #[arg(hide_short_help = true, long = "as", global = true, value_name = "NAME", help_heading = "Global options")]
    pub operator: Option<String>,
    /// Answer with one JSON object
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,
    /// Answer with ids alone, without remarks
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub quiet: bool,
    /// Answer every question with yes
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub yes: bool,
    /// Never ask: fail instead
    #[arg(hide_short_help = true, long, global = true, help_heading = "Global options")]
    pub no_input: bool,
    /// Colour words
    #[arg(
        hide_short_help = true,
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        help_heading = "Global options"
    )]
    pub color: Color,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is one in a process")]
pub(super) enum Command {
    /// Run the server
    Serve(serve::ServeArgs),
    /// Make the store, its keys and the first administrator without starting
    Init(init::InitArgs),
    /// Manage clients: the programs that get tokens
    #[command(
        subcommand,
        before_help = "Examples:
  portcullis client create nightly-import
  portcullis client list
  portcullis client show nightly-import"
    )]
    Client(client::ClientCommand),
    /// Manage the secrets of a client
    #[command(
        subcommand,
        before_help = "Examples:
  portcullis secret add nightly-import
  portcullis secret list nightly-import
  portcullis secret rotate nightly-import --revoke-old-after 7d"
    )]
    Secret(secret::SecretCommand),
    /// Get a token as the client would
    Token(token::TokenArgs),
    /// Manage users, and make links to get in
    #[command(
        subcommand,
        before_help = "Examples:
  portcullis user add uma@example.com --name \"Uma Jansen\"
  portcullis user list
  portcullis user setup-link alex@example.com    the way back in"
    )]
    User(user::UserCommand),
    /// Manage roles, and who holds them
    #[command(
        subcommand,
        before_help = "Examples:
  portcullis role list
  portcullis role create \"Pump Operator\"
  portcullis role grant Viewer --user iris@example.com"
    )]
    Role(role::RoleCommand),
    /// Manage the keys that sign tokens; they rotate by themselves
    #[command(
        subcommand,
        before_help = "Examples:
  portcullis keys list
  portcullis keys rotate"
    )]
    Keys(keys::KeysCommand),
    /// Read the audit log
    #[command(
        subcommand,
        before_help = "Examples:
  portcullis audit list --since 30d"
    )]
    Audit(audit::AuditCommand),
    /// Check, show and begin the configuration
    #[command(
        subcommand,
        before_help = "Examples:
  portcullis config check
  portcullis config show --origin"
    )]
    Config(config_command::ConfigCommand),
    /// Look at the server from the inside and from the outside, and tell what to fix
    Doctor(doctor::DoctorArgs),
    /// Try the mail server
    #[command(
        subcommand,
        before_help = "Examples:
  portcullis mail test alex@example.com"
    )]
    Mail(mail::MailCommand),
    /// Ask the server on this machine whether it is well
    Healthcheck(healthcheck::HealthcheckArgs),
    /// Copy a SQLite database while the server runs, and put copies back
    #[command(
        subcommand,
        before_help = "Examples:
  portcullis backup create /backups
  portcullis backup restore /backups/portcullis-2026-11-24T03-00-00Z.db"
    )]
    Backup(backup::BackupCommand),
    /// Write roles, clients and users as one JSON document: for Git, and for another server
    Export(export::ExportArgs),
    /// Make roles, clients and users as an export has them; what is not in it is left
    Import(import::ImportArgs),
    /// Bring the database up to this version
    Migrate(migrate::MigrateArgs),
    /// Print completions for a shell
    Completions(completions::CompletionsArgs),
    /// Write the manual pages, one for each command
    Man(man::ManArgs),
    /// Print the version
    Version(version::VersionArgs),
    /// Explain a command, the exit codes, the environment or an error code
    Help(help::HelpArgs),
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::{ArgAction, Command, CommandFactory as _};

    /// Every command of the tree with its whole name.
    fn all() -> Vec<(String, Command)> {
        fn walk(command: &Command, name: &str, found: &mut Vec<(String, Command)>) {
            for sub in command.get_subcommands() {
                walk(sub, &format!("{name} {}", sub.get_name()), found);
            }
            found.push((name.to_owned(), command.clone()));
        }
        let mut root = Cli::command();
        root.build();
        let mut found = Vec::new();
        walk(&root, "portcullis", &mut found);
        found
    }

    #[test]
    fn the_tree_is_whole() {
        Cli::command().debug_assert();
        assert!(all().len() > 30, "{}", all().len());
    }

    #[test]
    fn ux_52_every_help_begins_with_an_example_of_that_very_command() {
        for (name, mut command) in all() {
            for help in [command.render_help(), command.render_long_help()] {
                let help = help.to_string();
                assert!(help.starts_with("Examples:\n  "), "{name}: {help}");
                let examples = help.split("\n\n").next().unwrap_or_default();
                assert!(examples.contains(&name), "{name} has no example: {examples}");
                assert!(help.contains("Usage: portcullis"), "{help}");
            }
            assert!(command.get_about().is_some(), "{name} does not say what it is");
        }
    }

    #[test]
    fn ux_54_no_secret_is_ever_an_argument() {
        const SECRET: [&str; 4] = ["secret", "password", "token", "key"];
        const HARMLESS: [&str; 5] = ["-file", "-description", "-lifetime", "-algorithm", "-link"];
        for (name, command) in all() {
            for arg in command.get_arguments() {
                let takes_value = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
                    && !arg.get_possible_values().iter().any(|value| value.get_name() == "true");
                let long = arg.get_long().unwrap_or(arg.get_id().as_str());
                let switch = arg.get_num_args().is_some_and(|range| range.min_values() == 0);
                let secret = SECRET.iter().any(|word| long.contains(word));
                let harmless = HARMLESS.iter().any(|end| long.ends_with(end));
                assert!(!takes_value || switch || !secret || harmless, "{name} takes a secret as --{long}");
            }
        }
    }

    #[test]
    fn every_argument_says_what_it_is() {
        for (name, command) in all() {
            for arg in command.get_arguments() {
                assert!(arg.get_help().is_some(), "{name}: {} has no help", arg.get_id());
            }
        }
    }
}
