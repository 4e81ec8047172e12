//! How the server is: what an operator looks at before anything else.

use super::{Provider, UnsentMail};
use crate::oauth::{SigningAlgorithm, UnixTime};
use crate::storage::NodeRow;
use std::fmt::Write as _;

/// How far a node's clock may be off the database's, in seconds.
pub const MOST_CLOCK_DIFFERENCE: i64 = 2;

/// A span of time in its largest unit.
fn span(seconds: i64) -> String {
    match seconds {
        86_400.. => format!("{} days", seconds / 86_400),
        3_600.. => format!("{} hours", seconds / 3_600),
        _ => format!("{} minutes", seconds.max(0) / 60),
    }
}

/// One thing, and how it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthLine {
    /// What.
    pub name: String,
    /// Whether it is well.
    pub well: bool,
    /// How it is, in a sentence; if it is not well, also what to do.
    pub sentence: String,
}

/// How the server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// When it was looked at.
    pub at: UnixTime,
    /// Line by line.
    pub lines: Vec<HealthLine>,
}

impl Health {
    /// Whether all is well.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.lines.iter().all(|line| line.well)
    }
}

impl Provider {
    /// Looks at everything that this node can see.
    pub async fn health(&self) -> Health {
        let now = self.clock.now();
        let mut lines = vec![self.database_line().await];
        for algorithm in SigningAlgorithm::ALL {
            let signs = self.keys.load().signer(algorithm).is_some();
            lines.push(HealthLine {
                name: format!("Signing key {}", algorithm.as_str()),
                well: signs,
                sentence: if signs {
                    "There is a key that signs.".to_owned()
                } else {
                    "There is no key that signs. The server makes one within a minute; if not, look into its log."
                        .to_owned()
                },
            });
        }
        lines.extend(self.node_lines(now).await);
        lines.push(self.audit_line());
        lines.extend(self.mail_line().await);
        lines.push(self.address_line());
        Health { at: now, lines }
    }

    async fn database_line(&self) -> HealthLine {
        let engine = self.database.engine_name();
        match self.database.ping().await {
            Ok(()) => HealthLine { name: "Database".to_owned(), well: true, sentence: format!("{engine} answers.") },
            Err(error) => {
                tracing::error!(event = "health.database", %error);
                let sentence = format!("{engine} does not answer. Look into the server's log, and at database.url.");
                HealthLine { name: "Database".to_owned(), well: false, sentence }
            }
        }
    }

    /// One line for each node that tells of itself.
    async fn node_lines(&self, now: UnixTime) -> Vec<HealthLine> {
        let nodes = self.list_nodes().await.unwrap_or_default();
        let version = crate::release::version();
        let (alike, several) = (nodes.iter().all(|node| node.version == version), nodes.len() > 1);
        let line = |node: &NodeRow| {
            let late = node.clock_ahead.saturating_abs() > MOST_CLOCK_DIFFERENCE;
            let mut sentence =
                format!("Version {}, up for {}.", node.version, span(now.since(UnixTime(node.started_at))));
            if late {
                let _ = write!(sentence, " Its clock is {} s off the database's: synchronise it.", node.clock_ahead);
            }
            if several && !alike {
                sentence.push_str(" The nodes run different versions: finish the upgrade.");
            }
            HealthLine { name: format!("Node {}", node.name), well: !late && (alike || !several), sentence }
        };
        nodes.iter().map(line).collect()
    }

    /// None if mail is not set up.
    async fn mail_line(&self) -> Option<HealthLine> {
        if !self.sends_mail() {
            return None;
        }
        let (unsent, waiting) = (self.unsent_mail().await.ok().flatten(), self.waiting_mails().await.ok().flatten());
        let mut told: Vec<_> =
            unsent.iter().map(UnsentMail::sentence).chain(waiting.map(|waiting| waiting.sentence())).collect();
        if told.is_empty() {
            told.push("Every mail of the last day was taken by the mail server.".to_owned());
        }
        let late = waiting.is_some_and(|waiting| waiting.are_late());
        if late || unsent.is_some() {
            told.push("Run portcullis mail test, and see the log.".to_owned());
        }
        // That somebody's address does not exist is no fault of the server.
        let well = !late && unsent.is_none_or(|unsent| unsent.refused);
        Some(HealthLine { name: "Mail".to_owned(), well, sentence: told.join(" ") })
    }

    fn audit_line(&self) -> HealthLine {
        let (well, sentence) = match self.last_audit_check() {
            None => (true, "Not checked yet: the server checks when it starts and every hour.".to_owned()),
            Some(check) => match check.faults().count() {
                0 => (true, format!("The chain is unbroken, {} entries.", check.entries())),
                _ => (false, "The chain is broken. Run portcullis audit verify to see where.".to_owned()),
            },
        };
        HealthLine { name: "Audit log".to_owned(), well, sentence }
    }

    fn address_line(&self) -> HealthLine {
        let url = &self.settings.public_url;
        let secure = url.starts_with("https:");
        let clear = self.settings.sends_in_clear();
        let sentence = match (secure, clear) {
            (true, _) => format!("{url}, over TLS."),
            (false, false) => format!("{url}, for this machine only. Set public_url for others."),
            (false, true) => format!("{url} sends passwords in clear. Put TLS in front and set public_url to https."),
        };
        HealthLine { name: "Public URL".to_owned(), well: !clear, sentence }
    }
}
