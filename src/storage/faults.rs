//! Faults on demand, to try what becomes of everybody above when a statement fails. Only in builds with debug assertions:
//! a release has none of it.
//!
//! `STORAGE_FAULTS` names a file. While it is there, the first statement that begins like the text behind its first
//! word takes the file away and suffers what that word says: `error` instead of being run, `panic`, `delay` of as many
//! seconds as a slow disk may take, or `lost`: it is run, and the answer does not arrive. With the word `record` alone
//! the file stays, and all statements are written down beside it.

use super::StorageError;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

static FILE: LazyLock<Option<PathBuf>> = LazyLock::new(|| std::env::var_os("STORAGE_FAULTS").map(PathBuf::from));

/// To be asked before a statement is run.
pub(super) async fn before(sql: &str) -> Result<(), StorageError> {
    let Some(file) = FILE.as_deref() else { return Ok(()) };
    let Some((fault, _)) = read(file) else { return Ok(()) };
    match fault.as_str() {
        "record" => record(file, sql),
        "error" if struck(file, sql) => return Err(StorageError::Unavailable("a fault that was asked for".to_owned())),
        "panic" => assert!(!struck(file, sql), "a fault that was asked for"),
        "delay" if struck(file, sql) => tokio::time::sleep(Duration::from_secs(1)).await,
        _ => {}
    }
    Ok(())
}

/// To be asked after a statement was run.
pub(super) fn after(sql: &str) -> Result<(), StorageError> {
    let Some(file) = FILE.as_deref() else { return Ok(()) };
    if read(file).is_some_and(|(fault, _)| fault == "lost") && struck(file, sql) {
        return Err(StorageError::Unavailable("an answer that was to be lost".to_owned()));
    }
    Ok(())
}

/// The fault, and the beginning of the statement that it is for.
fn read(file: &Path) -> Option<(String, String)> {
    let text = std::fs::read_to_string(file).ok()?;
    let (fault, beginning) = text.split_once(' ').unwrap_or((text.trim(), ""));
    Some((fault.to_owned(), beginning.to_owned()))
}

/// Whether this statement is meant. Of several at once only one is, for only one can take the file away.
fn struck(file: &Path, sql: &str) -> bool {
    read(file).is_some_and(|(_, beginning)| one_line(sql).starts_with(&beginning)) && std::fs::remove_file(file).is_ok()
}

fn record(file: &Path, sql: &str) {
    let seen = std::fs::OpenOptions::new().create(true).append(true).open(file.with_extension("seen"));
    let _ = seen.and_then(|mut seen| seen.write_all(format!("{}\n", one_line(sql)).as_bytes()));
}

fn one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}
