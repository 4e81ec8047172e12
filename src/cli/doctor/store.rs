//! What the database knows: schema, nodes, keys, secrets, people, backups.

use super::codes;
use super::report::Report;
use crate::cli::console::Console;
use crate::cli::run::require_store;
use crate::cli::table::{Cell, Table};
use crate::cli::times::relative;
use crate::config::Config;
use crate::flows::{Checkup, MOST_CLOCK_DIFFERENCE, NodeRow, OpenError, StorageError, WaitingMails};
use crate::oauth::UnixTime;
use crate::opening::{Schema, ServingLock, StoreError, open_provider};
use crate::storage::{Database, look_through};
use std::time::Instant;

const DATABASE: &str = "Database";

/// Checks, and gives the table of nodes if it is wanted, for this console.
pub(super) async fn check(config: &Config, report: &mut Report, nodes: Option<Console>) -> String {
    if let Err(none) = require_store(config) {
        report.problem(DATABASE, codes::NO_STORE, none.sentence());
        return String::new();
    }
    let _lock = match ServingLock::shared(config) {
        Ok(lock) => lock,
        Err(error) => {
            report.problem(DATABASE, codes::DATABASE, error.to_string());
            return String::new();
        }
    };
    if !schema_fits(config, report).await {
        return String::new();
    }
    let asked = Instant::now();
    let provider = match open_provider(config, Schema::AsItIs).await {
        Ok(provider) => provider,
        Err(error) => {
            tell_why(&error, report);
            return String::new();
        }
    };
    let looked = async { Ok::<_, StorageError>((provider.checkup().await?, provider.is_set_up().await?)) };
    let looked = looked.await;
    provider.close().await;
    match looked {
        Ok((checkup, set_up)) => {
            let took = asked.elapsed().as_millis();
            report.fine(DATABASE, format!("{}, opened and asked in {took} ms, schema up to date", checkup.engine));
            tell(&checkup, report);
            tell_of_administrators(checkup.administrators, set_up, report);
            if let Some(unsent) = &checkup.unsent_mail {
                report.warn("Mail", codes::MAIL_UNSENT, unsent.sentence());
            }
            if let Some(waiting) = checkup.waiting_mails.filter(WaitingMails::are_late) {
                report.warn("Mail", codes::MAIL_WAITS, waiting.sentence());
            }
            if !config.database.url.is_postgres() {
                tell_of_backups(&checkup, report);
            }
            nodes.map_or_else(String::new, |console| table(&checkup, console))
        }
        Err(error) => {
            report.problem(DATABASE, codes::DATABASE, error.to_string());
            String::new()
        }
    }
}

/// Before anything opens it, to tell of each thing by its own code.
async fn schema_fits(config: &Config, report: &mut Report) -> bool {
    let looked = async {
        look_through(&config.database.url.location(), u64::MAX).await?;
        let database = Database::open(&config.database.url.location(), 1).await?;
        let looked = async { Ok((database.pending_migrations().await?, database.newer_migrations().await?)) }.await;
        database.close().await;
        looked
    };
    match looked.await {
        Ok((pending, newer)) if pending.is_empty() => {
            if let Some(first) = newer.first() {
                report.warn(
                    DATABASE,
                    codes::SCHEMA_NEXT,
                    format!("it has migration {first}, which this binary does not know"),
                );
            }
            return true;
        }
        Ok((pending, _)) => report.problem(DATABASE, codes::SCHEMA_OLDER, format!("pending: {}", pending.join(", "))),
        Err(StorageError::Schema(why)) => report.problem(DATABASE, codes::SCHEMA_NEWER, why),
        Err(error @ StorageError::Corrupt(_)) => report.problem(DATABASE, codes::DAMAGED, error.to_string()),
        Err(error) => report.problem(DATABASE, codes::DATABASE, error.to_string()),
    }
    false
}

fn tell_why(error: &StoreError, report: &mut Report) {
    let key = matches!(
        error,
        StoreError::MasterKey(_)
            | StoreError::MasterKeyGone(_)
            | StoreError::MasterKeyNeeded(_)
            | StoreError::Open(OpenError::WrongMasterKey { .. } | OpenError::DamagedKey(_))
    );
    if key {
        report.problem("Master key", codes::MASTER_KEY, error.to_string());
    } else {
        report.problem(DATABASE, codes::DATABASE, error.to_string());
    }
}

fn tell(found: &Checkup, report: &mut Report) {
    tell_of_clocks(found, report);
    tell_of_nodes(&found.nodes, report);
    let active = found.keys.iter().filter(|key| key.state == "active").count();
    if active == 0 {
        report.problem("Signing keys", codes::NO_ACTIVE_KEY, "no token can be signed");
    } else {
        let next = found.keys.iter().filter(|key| key.state == "pending").map(|key| key.activates_at).min();
        let next = next.map_or(String::new(), |at| format!(", the next signs {}", relative(at, found.now)));
        report.fine("Signing keys", format!("{active} active{next}"));
    }
    report.fine("Master key", format!("fingerprint {}", found.key_fingerprint));
    tell_of_secrets(found, report);
}

fn tell_of_secrets(found: &Checkup, report: &mut Report) {
    const SECRETS: &str = "Secrets";
    if found.ending_secrets.is_empty() && found.without_secret.is_empty() {
        report.fine(SECRETS, "every client has one, and none ends within 30 days");
    }
    if !found.ending_secrets.is_empty() {
        let named = found.ending_secrets.iter().map(|secret| {
            let end = relative(UnixTime(secret.expires_at), found.now);
            format!("{:?} of {} ends {end}", secret.description, secret.client_name)
        });
        report.warn(SECRETS, codes::SECRETS_END, named.collect::<Vec<_>>().join(", "));
    }
    if !found.without_secret.is_empty() {
        let (named, more) = (found.without_secret.join(", "), found.without_secret.len() >= 5);
        report.warn(
            SECRETS,
            codes::NO_SECRET,
            named + if more { " and perhaps others have none" } else { " without one" },
        );
    }
}

/// `enabled`: how many of them can sign in.
fn tell_of_administrators(enabled: i64, set_up: bool, report: &mut Report) {
    const ADMINISTRATORS: &str = "Administrators";
    match enabled {
        0 if set_up => report.warn(ADMINISTRATORS, codes::NO_ADMINISTRATOR, "all are disabled: nobody can manage this"),
        0 => {} // the first one comes with the set-up
        1 => report.warn(ADMINISTRATORS, codes::FEW_ADMINISTRATORS, "only one can manage this"),
        many => report.fine(ADMINISTRATORS, format!("{many}")),
    }
}

fn tell_of_clocks(found: &Checkup, report: &mut Report) {
    let wrong: Vec<String> = found
        .nodes
        .iter()
        .filter(|node| node.clock_ahead.abs() > MOST_CLOCK_DIFFERENCE)
        .map(|node| format!("the clock of {} differs by {} s from the database's", node.name, node.clock_ahead))
        .chain(
            (found.clock_ahead.abs() > MOST_CLOCK_DIFFERENCE)
                .then(|| format!("this machine's clock differs by {} s", found.clock_ahead)),
        )
        .collect();
    if wrong.is_empty() {
        report.fine("Clocks", "agree with the database's");
    } else {
        report.problem("Clocks", codes::CLOCK, wrong.join(", "));
    }
}

fn tell_of_nodes(nodes: &[NodeRow], report: &mut Report) {
    const CLUSTER: &str = "Cluster";
    let differs = |of: fn(&NodeRow) -> &str| {
        let mut values: Vec<String> = nodes.iter().map(|node| format!("{} {}", node.name, of(node))).collect();
        values.dedup();
        nodes.iter().any(|node| of(node) != of(&nodes[0])).then(|| values.join(", "))
    };
    let mut fine = true;
    for (code, of) in [
        (codes::VERSIONS, (|node| &node.version) as fn(&NodeRow) -> &str),
        (codes::SETTINGS_DIFFER, |node| &node.config_hash),
    ] {
        if let Some(values) = differs(of) {
            fine = false;
            report.warn(CLUSTER, code, values);
        }
    }
    if let Some(values) = differs(|node| &node.key_fingerprint) {
        fine = false;
        report.problem(CLUSTER, codes::MASTER_KEYS, values);
    }
    if fine && nodes.len() > 1 {
        report.fine(CLUSTER, format!("{} nodes with the same version, settings and master key", nodes.len()));
    }
}

fn tell_of_backups(found: &Checkup, report: &mut Report) {
    const BACKUPS: &str = "Backups";
    let Some(at) = found.last_backup else {
        return report.warn(BACKUPS, codes::NO_BACKUP, "none was ever made with portcullis backup");
    };
    let ago = relative(at, found.now);
    if found.now.since(at) >= 36 * 3_600 {
        report.problem(BACKUPS, codes::OLD_BACKUP, ago);
    } else {
        report.fine(BACKUPS, format!("{ago}, verified"));
    }
}

fn table(found: &Checkup, console: Console) -> String {
    let mut table = Table::new(&["NODE", "VERSION", "UP SINCE", "CLOCK", "MASTER KEY", "SETTINGS"]);
    for node in &found.nodes {
        table.row(vec![
            Cell::text(node.name.clone()),
            Cell::text(node.version.clone()),
            Cell::time(UnixTime(node.started_at), found.now),
            Cell::text(format!("{:+} s", node.clock_ahead)),
            Cell::text(node.key_fingerprint.clone()),
            Cell::text(node.config_hash.clone()),
        ]);
    }
    table.render(console) + "\n"
}
