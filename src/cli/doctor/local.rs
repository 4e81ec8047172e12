//! What can be seen on this machine without asking anybody: settings, folders, limits, certificate.

use super::codes;
use super::report::Report;
use crate::cli::config::check as check_config;
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, DatabaseUrl};
use crate::oauth::UnixTime;
use crate::web::serve::Certificates;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

const DAY: i64 = 86_400;
/// Less than this many files are few: each connection is one.
const FEW_FILES: u64 = 4_096;
/// Less than this much room is little, in KiB.
const LITTLE_ROOM: u64 = 512 * 1024;

pub(super) fn check(config: &Config, report: &mut Report) {
    let checked = check_config(config);
    report.fine("Configuration", checked.summary);
    for warning in checked.warnings {
        report.warn("Configuration", codes::WARNING, warning);
    }
    if let DatabaseUrl::Sqlite(path) = &config.database.url {
        check_folder(&config.data_dir, path, report);
        check_disk(&config.data_dir, report);
    }
    check_limits(report);
    check_certificate(config, report);
}

fn check_folder(folder: &Path, database: &Path, report: &mut Report) {
    const FOLDER: &str = "Data folder";
    let Ok(found) = std::fs::metadata(folder) else { return }; // that there is no store is told below
    let probe = folder.join(".doctor");
    let written = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe));
    let writable = found.permissions().mode() & 0o200 != 0 && written.is_ok();
    let mut exposed: Vec<String> = Vec::new();
    if is_open(folder) {
        exposed.push(folder.display().to_string());
    }
    // It may be in another folder than the data. In one that is closed to others, a file needs no door of its own.
    let around = database.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if is_open(around) && is_open(database) {
        exposed.push(database.display().to_string());
    }
    if !writable {
        report.problem(FOLDER, codes::UNWRITABLE, format!("{} cannot be written", folder.display()));
    } else if exposed.is_empty() {
        report.fine(FOLDER, folder.display().to_string());
    }
    if !exposed.is_empty() {
        report.warn(FOLDER, codes::READABLE, format!("others may read {}", exposed.join(" and ")));
    }
}

/// Whether others than its owner may do something with a file or folder.
fn is_open(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

/// Asks `df`, which every machine has that runs this for others.
fn check_disk(folder: &Path, report: &mut Report) {
    let Ok(asked) = std::process::Command::new("df").arg("-Pk").arg(folder).output() else { return };
    let text = String::from_utf8_lossy(&asked.stdout).into_owned();
    let free =
        text.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)).and_then(|free| free.parse::<u64>().ok());
    match free {
        Some(free) if free < LITTLE_ROOM => {
            report.problem("Disk", codes::DISK_FULL, format!("{} MB free", free / 1024));
        }
        Some(free) => report.fine("Disk", format!("{} GB free", free / (1024 * 1024))),
        None => {}
    }
}

fn check_limits(report: &mut Report) {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let most = line.and_then(|line| line.split_whitespace().next()).and_then(|most| most.parse::<u64>().ok());
    if let Some(most) = most.filter(|most| *most < FEW_FILES) {
        report.warn(
            "Open files",
            codes::FEW_FILES,
            format!("at most {most}, as far as this terminal may; see the server's own limit"),
        );
    }
}

fn check_certificate(config: &Config, report: &mut Report) {
    let (Some(chain), Some(key)) = (&config.server.tls_cert, &config.server.tls_key) else { return };
    match Certificates::load(chain, key) {
        Ok(certificates) => tell_end(certificates.end(), report),
        Err(error) => report.problem("TLS", codes::CERTIFICATE_UNKNOWN, error.to_string()),
    }
}

/// Says how long a certificate is good for.
pub(super) fn tell_end(end: Option<UnixTime>, report: &mut Report) {
    const TLS: &str = "TLS";
    let Some(end) = end else { return };
    let left = end.since(SystemClock.now());
    let date = end.date();
    if left <= 0 {
        report.problem(TLS, codes::CERTIFICATE_OVER, format!("the certificate ended on {date}"));
    } else if left < 14 * DAY {
        report.warn(TLS, codes::CERTIFICATE_ENDS, format!("the certificate ends on {date}, in {} days", left / DAY));
    } else {
        report.fine(TLS, format!("valid until {date} ({} days)", left / DAY));
    }
}

/// Says whether a server runs here, or something else where it should be; true if anything does.
pub(super) fn check_port(config: &Config, runs: bool, report: &mut Report) -> bool {
    const SERVER: &str = "Server";
    let listen = config.server.listen;
    if runs {
        report.fine(SERVER, format!("runs on {listen}"));
        return true;
    }
    if std::net::TcpListener::bind(listen).is_err() {
        report.problem(SERVER, codes::PORT_TAKEN, format!("{listen} is taken, and not by this server"));
    } else {
        report.warn(SERVER, codes::NOT_RUNNING, format!("nothing listens on {listen}"));
        return false;
    }
    true
}
