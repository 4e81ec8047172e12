//! What is counted, for monitoring. Every label has a closed set of values, so that no stranger can make a series; a
//! count is one atomic addition, so that counting costs nothing on the hot path.

mod instruments;
mod labels;
mod page;
mod process;

pub use instruments::{Counter, Family, Gauge, Histogram, InFlight, Matrix};
pub use labels::{
    Endpoint, Grant, Job, KeyUse, Label, MailOutcome, PoolState, SignInOutcome, SpanOutcome, Status, Within,
};

use crate::oauth::{REASONS, ReasonCode, UnixTime};
use page::Page;
use std::net::IpAddr;
use std::sync::Mutex;

/// All counts of one process. Shared by everything that counts.
#[derive(Debug)]
pub struct Metrics {
    /// Answers, by endpoint and class of status.
    pub requests: Matrix<Endpoint, Status>,
    /// Seconds from the head of a request to the head of its answer.
    pub request_seconds: Box<[Histogram]>,
    /// Requests that are being answered.
    pub in_flight: Gauge,
    /// Open connections.
    pub connections: Gauge,
    /// Connections closed at once because there were too many.
    pub connections_refused: Counter,
    /// Requests with X-Forwarded-For from peers that are not trusted.
    pub untrusted_forwards: Counter,
    last_untrusted: Mutex<Option<IpAddr>>,
    /// Token responses, by grant.
    pub tokens: Family<Grant>,
    /// Tries to sign in, by what came of them.
    pub sign_ins: Family<SignInOutcome>,
    /// Passwords that were hashed so far.
    pub hashes_done: Gauge,
    /// Passwords that are being hashed.
    pub hashes_running: Gauge,
    /// Passwords that wait for a thread.
    pub hashes_waiting: Gauge,
    /// Connections to the database.
    pub database: Family<PoolState>,
    /// Writes that wait for the one writer of SQLite.
    pub writes_waiting: Gauge,
    /// 1 if the database answers and there is a key to sign with.
    pub ready: Gauge,
    /// Failed runs of a job.
    pub job_failures: Family<Job>,
    /// When a job last did its work, in Unix time.
    pub job_success: Family<Job>,
    /// Signing keys by state.
    pub keys: Family<KeyUse>,
    /// When the next signing key takes over, in Unix time; 0: none is announced.
    pub next_key_at: Gauge,
    /// Client secrets that end soon.
    pub secrets_ending: Family<Within>,
    /// When the next client secret ends, in Unix time; 0: none does.
    pub next_secret_end: Gauge,
    /// When the last backup was made and checked, in Unix time; 0: never.
    pub backup_at: Gauge,
    /// When the certificate of this process ends, in Unix time; 0: there is none.
    pub certificate_end: Gauge,
    /// Failed reloads of the settings.
    pub reload_failures: Counter,
    /// Mails by what came of them.
    pub mails: Family<MailOutcome>,
    /// Mails that wait.
    pub mails_waiting: Gauge,
    /// Spans of traces by what came of them.
    pub spans: Family<SpanOutcome>,
    /// Refusals, in the order of [`REASONS`]; the last one is for what is not among them.
    refusals: Box<[Counter]>,
    started_at: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            requests: Matrix::default(),
            request_seconds: Endpoint::ALL.iter().map(|_| Histogram::default()).collect(),
            in_flight: Gauge::default(),
            connections: Gauge::default(),
            connections_refused: Counter::default(),
            untrusted_forwards: Counter::default(),
            last_untrusted: Mutex::default(),
            tokens: Family::default(),
            sign_ins: Family::default(),
            hashes_done: Gauge::default(),
            hashes_running: Gauge::default(),
            hashes_waiting: Gauge::default(),
            database: Family::default(),
            writes_waiting: Gauge::default(),
            ready: Gauge::default(),
            job_failures: Family::default(),
            job_success: Family::default(),
            keys: Family::default(),
            next_key_at: Gauge::default(),
            secrets_ending: Family::default(),
            next_secret_end: Gauge::default(),
            backup_at: Gauge::default(),
            certificate_end: Gauge::default(),
            reload_failures: Counter::default(),
            mails: Family::default(),
            mails_waiting: Gauge::default(),
            spans: Family::default(),
            refusals: (0..=REASONS.len()).map(|_| Counter::default()).collect(),
            started_at: Gauge::default(),
        }
    }
}

impl Metrics {
    /// Counts an answer.
    pub fn answered(&self, endpoint: Endpoint, status: u16, seconds: f64) {
        self.requests.of(endpoint, Status::of(status)).add(1);
        self.request_seconds[endpoint.index()].observe(seconds);
    }

    /// Counts a refusal of the protocol by its reason.
    pub fn refused(&self, reason: ReasonCode) {
        let at = REASONS.binary_search_by_key(&reason, |page| page.code).unwrap_or(REASONS.len());
        self.refusals[at].add(1);
    }

    /// Counts a request with X-Forwarded-For from a peer that is not trusted, and remembers the last such peer.
    pub fn forwarded_by_stranger(&self, peer: IpAddr) {
        self.untrusted_forwards.add(1);
        // Nobody waits for anybody here: whoever comes second is as good an example.
        if let Ok(mut last) = self.last_untrusted.try_lock() {
            *last = Some(peer);
        }
    }

    /// The last such peer.
    #[must_use]
    pub fn last_stranger(&self) -> Option<IpAddr> {
        self.last_untrusted.lock().map_or(None, |last| *last)
    }

    /// Notes when the process began.
    pub fn started(&self, at: UnixTime) {
        self.started_at.set(at.0);
    }

    /// Everything as text: `OpenMetrics` 1.0.
    #[must_use]
    pub fn render(&self) -> String {
        let mut page = Page::default();
        self.render_requests(&mut page);
        self.render_protocol(&mut page);
        self.render_inside(&mut page);
        self.render_dates(&mut page);
        page.info("portcullis_build", "The version that runs.", &[("version", crate::release::version())]);
        page.gauge("portcullis_start_time_seconds", "When the process began, in Unix time.", self.started_at.get());
        process::render(&mut page);
        page.end()
    }

    fn render_requests(&self, page: &mut Page) {
        page.matrix(
            "portcullis_http_requests",
            "Answers by endpoint and class of status; 499: the client hung up.",
            &self.requests,
        );
        let help = "Seconds until the head of an answer was there.";
        page.histograms::<Endpoint>("portcullis_http_request_duration_seconds", help, &self.request_seconds);
        page.gauge("portcullis_http_requests_in_flight", "Requests that are being answered.", self.in_flight.get());
        page.gauge("portcullis_connections_open", "Open connections.", self.connections.get());
        let help = "Connections closed at once because there were too many.";
        page.counter("portcullis_connections_refused", help, self.connections_refused.get());
        let help = "Requests with X-Forwarded-For from peers that are not in server.trusted_proxies.";
        page.counter("portcullis_untrusted_forwards", help, self.untrusted_forwards.get());
    }

    fn render_protocol(&self, page: &mut Page) {
        page.counters("portcullis_tokens_issued", "Answers with an access token, by grant.", &self.tokens);
        page.counters("portcullis_sign_ins", "Tries to sign in with a password.", &self.sign_ins);
        let codes: Vec<String> = REASONS.iter().map(|page| page.code.to_string()).chain(["other".to_owned()]).collect();
        let rows = codes.iter().zip(&self.refusals).map(|(code, count)| (code.as_str(), count.get()));
        let help = "Refusals by reason; /docs/errors explains each.";
        page.labelled("portcullis_refusals", help, "counter", "reason", rows);
    }

    fn render_inside(&self, page: &mut Page) {
        page.counter("portcullis_password_hashes", "Passwords that were hashed.", self.hashes_done.get());
        page.gauge("portcullis_password_hashes_running", "Passwords that are being hashed.", self.hashes_running.get());
        page.gauge(
            "portcullis_password_hashes_waiting",
            "Passwords that wait for a thread.",
            self.hashes_waiting.get(),
        );
        page.gauges("portcullis_database_connections", "Connections to the database.", &self.database);
        page.gauge(
            "portcullis_database_writes_waiting",
            "Writes that wait for SQLite's one writer.",
            self.writes_waiting.get(),
        );
        page.gauge("portcullis_ready", "1 if the database answers and there is a key to sign with.", self.ready.get());
        page.counters("portcullis_job_failures", "Failed runs of a job.", &self.job_failures);
        let help = "When a job last did its work, in Unix time; 0: not yet.";
        page.gauges("portcullis_job_last_success_timestamp_seconds", help, &self.job_success);
        page.counter("portcullis_reload_failures", "Reloads of the settings that failed.", self.reload_failures.get());
        page.counters("portcullis_mails", "Mails, by what came of them.", &self.mails);
        page.gauge("portcullis_mails_waiting", "Mails that wait to be sent, of all nodes.", self.mails_waiting.get());
        page.counters("portcullis_spans", "Spans of traces, by what came of them.", &self.spans);
    }

    fn render_dates(&self, page: &mut Page) {
        page.gauges("portcullis_signing_keys", "Signing keys by state.", &self.keys);
        let help = "When the next signing key takes over, in Unix time; 0: none is announced.";
        page.gauge("portcullis_signing_key_next_timestamp_seconds", help, self.next_key_at.get());
        page.gauges(
            "portcullis_client_secrets_expiring",
            "Client secrets that end within that time.",
            &self.secrets_ending,
        );
        let help = "When the next client secret ends, in Unix time; 0: none does.";
        page.gauge("portcullis_client_secret_expires_timestamp_seconds", help, self.next_secret_end.get());
        let help = "When the last backup was made and checked, in Unix time; 0: never.";
        page.gauge("portcullis_backup_last_success_timestamp_seconds", help, self.backup_at.get());
        let help = "When the certificate that this process serves ends, in Unix time; 0: it serves none.";
        page.gauge("portcullis_tls_certificate_expires_timestamp_seconds", help, self.certificate_end.get());
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, Grant, Metrics, REASONS};
    use crate::oauth::ReasonCode;

    #[test]
    fn what_is_counted_is_told() {
        let metrics = Metrics::default();
        metrics.answered(Endpoint::Token, 200, 0.002);
        metrics.answered(Endpoint::Token, 401, 7.0);
        metrics.tokens.of(Grant::RefreshToken).add(2);
        metrics.refused(ReasonCode(2203));
        metrics.refused(ReasonCode(7));
        let text = metrics.render();
        for line in [
            r#"portcullis_http_requests_total{endpoint="token",status="2xx"} 1"#,
            r#"portcullis_http_requests_total{endpoint="token",status="4xx"} 1"#,
            r#"portcullis_http_request_duration_seconds_bucket{endpoint="token",le="0.001"} 0"#,
            r#"portcullis_http_request_duration_seconds_bucket{endpoint="token",le="0.0025"} 1"#,
            r#"portcullis_http_request_duration_seconds_bucket{endpoint="token",le="+Inf"} 2"#,
            r#"portcullis_http_request_duration_seconds_count{endpoint="token"} 2"#,
            r#"portcullis_tokens_issued_total{grant="refresh_token"} 2"#,
            r#"portcullis_refusals_total{reason="PC-2203"} 1"#,
            r#"portcullis_refusals_total{reason="other"} 1"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in {text}");
        }
    }

    #[test]
    fn reasons_can_be_searched() {
        assert!(REASONS.is_sorted_by_key(|page| page.code));
    }

    /// A file of this repository.
    fn file(path: &str) -> String {
        std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
    }

    /// The names of metrics in a text.
    fn names(text: &str) -> std::collections::BTreeSet<&str> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.filter(|word| word.starts_with("portcullis_") || word.starts_with("process_")).collect()
    }

    #[test]
    fn dashboard_and_alerts_name_metrics_that_exist() {
        let metrics = Metrics::default();
        metrics.answered(Endpoint::Token, 200, 0.1);
        let page = metrics.render();
        let samples = page.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
        let known = names(&samples);
        for path in ["packaging/monitoring/dashboard.json", "packaging/monitoring/alerts.yml"] {
            let text = file(path);
            let asked = names(&text);
            assert!(asked.len() > 10, "{path} asks for {asked:?}");
            let unknown: Vec<_> = asked.difference(&known).collect();
            assert!(unknown.is_empty(), "{path} asks for {unknown:?}");
        }
        serde_json::from_str::<serde_json::Value>(&file("packaging/monitoring/dashboard.json")).unwrap();
    }

    #[test]
    fn every_alert_says_what_to_do_and_every_label_it_asks_for_exists() {
        let (alerts, runbook) = (file("packaging/monitoring/alerts.yml"), file("docs/how-to/monitor.md"));
        let named = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
        for alert in named {
            assert!(runbook.contains(&format!("\n### {alert}\n")), "{alert} has no section in docs/how-to/monitor.md");
        }
        let codes = alerts.split("PC-").skip(1).map(|rest| rest[..4].parse().unwrap());
        for code in codes {
            assert!(REASONS.iter().any(|page| page.code == ReasonCode(code)), "PC-{code} is no reason");
        }
    }

    #[test]
    fn the_text_is_what_openmetrics_asks_for() {
        let text = Metrics::default().render();
        assert!(text.ends_with("# EOF\n"));
        let mut family = String::new();
        for line in text.lines().filter(|line| *line != "# EOF") {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                family = rest.split(' ').next().unwrap().to_owned();
                assert_eq!(text.matches(&format!("# TYPE {family} ")).count(), 1, "{family} comes twice");
                assert!(!family.ends_with("_total"), "{family}: the suffix belongs to the sample");
            } else if let Some(rest) = line.strip_prefix("# HELP ") {
                assert!(rest.ends_with('.') && !rest.contains('\\'), "{rest}");
            } else {
                assert!(line.starts_with(&family), "{line} stands below {family}");
                let (_, value) = line.rsplit_once(' ').unwrap();
                value.parse::<f64>().unwrap();
            }
        }
    }
}
