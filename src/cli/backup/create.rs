//! `portcullis backup create`

use super::contents::{as_json, inspect};
use super::{list, note_in_audit, require_sqlite};
use crate::cli::failure::{Exit, Failure};
use crate::cli::run::Run;
use crate::clock::{Clock as _, SystemClock};
use crate::opening::ServingLock;
use crate::storage::{Database, key_fingerprint_of, note_backup};
use clap::Args;
use serde_json::json;
use std::io::Write as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis backup create /backups
  portcullis backup create /backups --keep 14    remove all but this store's latest 14
  portcullis backup create - | age -r KEY > portcullis.db.age")]
pub(in crate::cli) struct CreateArgs {
    /// The folder for the copy, or - for standard output
    #[arg(value_name = "DIR|-")]
    to: PathBuf,
    /// Then keep so many of this store's latest copies in the folder and remove its older ones
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    keep: Option<u32>,
}

pub(super) async fn run(args: CreateArgs, run: &Run) -> Result<(), Failure> {
    let config = run.config(Vec::new())?;
    let database = require_sqlite(&config)?;
    crate::cli::run::require_store(&config)?;
    let _lock = ServingLock::shared(&config)?;
    // As it is: before an upgrade somebody wants a copy of the schema that there was.
    let store = Database::open(&config.database.url.location(), 1).await?;
    let outcome = create(&args, &store, &database, run).await;
    store.close().await;
    outcome
}

async fn create(args: &CreateArgs, store: &Database, database: &Path, run: &Run) -> Result<(), Failure> {
    let (console, now) = (run.console, SystemClock.now());
    let to_stdout = args.to == Path::new("-");
    let folder = if to_stdout { database.parent().unwrap_or_else(|| Path::new(".")) } else { args.to.as_path() };
    let unwritable = |error: std::io::Error| {
        Failure::new(Exit::Unreachable, format!("{} cannot be written: {error}", folder.display()))
    };
    std::fs::create_dir_all(folder).map_err(unwritable)?;
    let name = list::file_name(now);
    // Only a copy that was checked gets the name by which restore and `--keep` find it.
    let (partial, file) = (folder.join(format!("{name}.partial")), folder.join(&name));
    if file.exists() {
        return Err(Failure::new(Exit::Conflict, format!("{} is there already", file.display()))
            .remedy("try again", "the same command, a second later"));
    }
    store.back_up(&partial, now, crate::release::version()).await?;
    let contents = inspect(&partial).await;
    if contents.is_err() || to_stdout {
        // What is open can be read to its end without a name: nothing is left over, however this ends.
        let copy = std::fs::File::open(&partial);
        let _ = std::fs::remove_file(&partial);
        contents?;
        write_out(copy.map_err(unwritable)?)?;
        note_backup(store, now).await?;
        note_in_audit(store, run, "backup.created", Path::new("standard output"), &json!({})).await?;
        console.note("Copied the database. Keep the master key apart from it: each is worthless without the other.");
        return Ok(());
    }
    let contents = contents?;
    std::fs::rename(&partial, &file).map_err(unwritable)?;
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)?;
    note_backup(store, now).await?;
    note_in_audit(store, run, "backup.created", &file, &json!({ "folder": folder.display().to_string() })).await?;
    console.note(&format!("Copied the database to {} and checked it", file.display()));
    if let Some(keep) = args.keep {
        for path in remove_old(folder, keep, contents.key_fingerprint.as_deref()).await.map_err(unwritable)? {
            console.note(&format!("Removed the older copy {}", path.display()));
        }
    }
    console.note("The master key is not in it. Keep that apart: each is worthless without the other.");
    if console.json { console.answer_json(&as_json(&file, &contents)) } else { console.answer_ids([file.display()]) }
}

/// Piece by piece: a database may be larger than the memory.
fn write_out(mut copy: std::fs::File) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    std::io::copy(&mut copy, &mut out).and_then(|_| out.flush()).map_err(|error| {
        Failure::new(Exit::Unreachable, format!("the copy cannot be written to standard output: {error}"))
    })
}

/// Removes all but the latest copies that were made under this master key. Another store may have its copies in the same
/// folder: they neither count nor go, and no more does a file that cannot be read.
async fn remove_old(folder: &Path, keep: u32, fingerprint: Option<&str>) -> std::io::Result<Vec<PathBuf>> {
    let mut ours = Vec::new();
    for (path, _) in list::copies(folder)? {
        if fingerprint.is_some() && key_fingerprint_of(&path).await.as_deref() == fingerprint {
            ours.push(path);
        }
    }
    let old: Vec<PathBuf> = ours.into_iter().skip(keep as usize).collect();
    for path in &old {
        std::fs::remove_file(path)?;
    }
    Ok(old)
}
