//! `portcullis backup restore`

use super::contents::{inspect, told};
use super::{note_in_audit, require_sqlite};
use crate::cli::console::{Console, Repeated};
use crate::cli::failure::{Exit, Failure};
use crate::cli::run::Run;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::flows::StorageError;
use crate::oauth::UnixTime;
use crate::opening::{ServingLock, StoreError, load_master_key, make_folders};
use crate::storage::{BackupContents, Database, restore_backup};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis backup restore /backups/portcullis-2026-11-24T03-00-00Z.db
  portcullis backup restore FILE --revoke-all    nobody is signed in afterwards; no app has a refresh token
  portcullis backup restore FILE --confirm portcullis-2026-11-24T03-00-00Z.db")]
pub(in crate::cli) struct RestoreArgs {
    /// The copy
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// End all sessions and revoke all grants: what was revoked since the copy was made stays revoked
    #[arg(long)]
    revoke_all: bool,
    /// The file's name once more, instead of typing it when asked
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
}

pub(super) async fn run(args: RestoreArgs, run: &Run) -> Result<(), Failure> {
    let config = run.config(Vec::new())?;
    let path = require_sqlite(&config)?;
    let console = run.console;
    let contents = inspect(&args.file).await?;
    if !contents.known {
        let sentence = format!(
            "{} was made by a newer version ({}): this binary does not know its schema. Nothing was changed",
            args.file.display(),
            contents.made_by.as_deref().unwrap_or("unknown")
        );
        return Err(Failure::new(Exit::Conflict, sentence).remedy("use", "the version that made it, or a newer one"));
    }
    require_key(&config, &contents)?;
    make_folders(&config)?;
    let Some(lock) = ServingLock::exclusive(&path)? else {
        let sentence =
            format!("a server runs on {}, or a command is at work with it; nothing was changed", path.display());
        return Err(Failure::new(Exit::Conflict, sentence).remedy("stop it first", "systemctl stop portcullis"));
    };
    console.note(told(&contents, Console { human: true, ..console }).trim_end());
    confirm(&args, &path, console)?;
    let before =
        restore_backup(&args.file, &config.database.url.location(), args.revoke_all, SystemClock.now()).await?;
    let noted = note(&args, &config, &contents, run).await;
    drop(lock);
    console.note(&format!("Restored {} to {}", args.file.display(), path.display()));
    if let Some(before) = &before {
        console.note(&format!("What was there before is in {}", before.display()));
    }
    match noted {
        Ok(true) => {}
        Ok(false) => console.note("Its audit log does not tell of this: the schema is older than this binary"),
        Err(error) => Console::warn(&format!("its audit log does not tell of this: {error}")),
    }
    if !args.revoke_all {
        let since = contents.made_at.map_or_else(|| "since then".to_owned(), |at| format!("since {}", at.rfc3339()));
        Console::warn(&format!(
            "sessions, refresh tokens, secrets, users and clients that were ended or removed {since} are alive again; \
             with --revoke-all nobody is signed in and no refresh token works"
        ));
    }
    if console.json {
        let made = contents.made_at.map(UnixTime::rfc3339);
        return console.answer_json(
            &json!({ "version": 1, "restored": args.file, "MadeAt": made, "before": before, "revokedAll": args.revoke_all }),
        );
    }
    Ok(())
}

/// Notes the restore in the audit log that was restored: between its last row and the next one there is a gap.
async fn note(args: &RestoreArgs, config: &Config, contents: &BackupContents, run: &Run) -> Result<bool, StorageError> {
    let made_at = contents.made_at.map(UnixTime::rfc3339);
    let detail = json!({ "made_at": made_at, "revoked_all": args.revoke_all });
    let store = Database::open(&config.database.url.location(), 1).await?;
    let noted = note_in_audit(&store, run, "backup.restored", &args.file, &detail).await;
    store.close().await;
    noted
}

/// The signing keys in the copy open with one master key alone.
fn require_key(config: &Config, contents: &BackupContents) -> Result<(), Failure> {
    let Some(expected) = &contents.key_fingerprint else { return Ok(()) };
    let file = &config.master_key_file;
    if !file.exists() {
        Console::warn(&format!(
            "the master key {} is missing; the server will not start until the one with the fingerprint {expected} is there",
            file.display()
        ));
        return Ok(());
    }
    let given = load_master_key(file).map_err(StoreError::from)?.fingerprint();
    if given == *expected {
        return Ok(());
    }
    let sentence = format!(
        "the master key {} has the fingerprint {given}, and this copy was made under {expected}. Nothing was changed",
        file.display()
    );
    Err(Failure::new(Exit::Configuration, sentence)
        .remedy("put", "the right key file there, or name it: master_key_file"))
}

/// This takes the place of everything that is there: the name is typed once more.
fn confirm(args: &RestoreArgs, path: &std::path::Path, console: Console) -> Result<(), Failure> {
    let name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if !path.exists() {
        return Ok(()); // nothing is lost
    }
    let wanted = Repeated {
        facts: &format!("This takes the place of {}.", path.display()),
        what: "the file's name",
        name: &name,
        act: "restore it",
        command: &format!("portcullis backup restore {}", args.file.display()),
        list: "portcullis backup list DIR",
    };
    console.confirm_name(&wanted, args.confirm.as_deref())
}
