//! Traces for those who collect them: a span for each request, by OTLP over HTTP with JSON (OpenTelemetry protocol 1.x).
//! Off unless `OTEL_EXPORTER_OTLP_ENDPOINT` is set, and nothing is done for it then.
//!
//! It is our own because it is small: one message, one direction. The crates of OpenTelemetry would be fifteen more, for
//! protobuf, propagation and metrics that nobody here needs.

mod encode;
mod settings;

pub use settings::TracingProblem;

use crate::metrics::{Metrics, SpanOutcome};
use crate::outgoing::{Request, send};
use crate::web::layers::{RequestSpan, Spans};
use settings::Settings;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;

/// Spans that may wait. Those beyond are dropped and counted.
const QUEUE: usize = 2_048;
/// Spans that are sent together.
const BATCH: usize = 512;
/// How long a collector may take for them. After that they are given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Begins to send spans, if the environment says where to. It ends when all [`Spans`] are gone, and sends the last ones
/// before.
pub fn start(
    environment: impl Fn(&str) -> Option<String>,
    metrics: &Arc<Metrics>,
) -> Result<Option<(Spans, JoinHandle<()>)>, TracingProblem> {
    let Some(settings) = Settings::read(environment)? else { return Ok(None) };
    tracing::info!(event = "tracing", endpoint = settings.endpoint.origin().ascii_serialization(), "sending traces");
    let (spans, waiting) = Spans::new(QUEUE, Arc::clone(metrics));
    let exporter = Exporter { settings, metrics: Arc::clone(metrics), failing: false };
    Ok(Some((spans, tokio::spawn(exporter.run(waiting)))))
}

struct Exporter {
    settings: Settings,
    metrics: Arc<Metrics>,
    failing: bool,
}

impl Exporter {
    async fn run(mut self, mut waiting: Receiver<RequestSpan>) {
        let mut batch = Vec::new();
        while waiting.recv_many(&mut batch, BATCH).await > 0 {
            // Others may come along.
            let deadline = tokio::time::Instant::now() + self.settings.delay;
            while batch.len() < BATCH {
                let room = BATCH - batch.len();
                let more = waiting.recv_many(&mut batch, room);
                if !matches!(tokio::time::timeout_at(deadline, more).await, Ok(1..)) {
                    break;
                }
            }
            self.export(&batch).await;
            batch.clear();
        }
    }

    async fn export(&mut self, batch: &[RequestSpan]) {
        let request = Request {
            method: "POST",
            url: &self.settings.endpoint,
            connect_to: None,
            authorization: None,
            content: Some(("application/json", encode::spans(&self.settings.service, batch))),
            headers: &self.settings.headers,
        };
        let sent = tokio::time::timeout(PATIENCE, send(request)).await;
        let wrong = match sent {
            Ok(Ok(answer)) if answer.status < 300 => None,
            Ok(Ok(answer)) => Some(format!("it answered {}", answer.status)),
            Ok(Err(unreachable)) => Some(unreachable.to_string()),
            Err(_) => Some(format!("no answer within {} seconds", PATIENCE.as_secs())),
        };
        let outcome = if wrong.is_none() { SpanOutcome::Sent } else { SpanOutcome::Failed };
        self.metrics.spans.of(outcome).add(i64::try_from(batch.len()).unwrap_or(i64::MAX));
        let failed_before = std::mem::replace(&mut self.failing, wrong.is_some());
        // Once, not every few seconds for as long as it lasts.
        if let Some(error) = wrong.filter(|_| !failed_before) {
            tracing::warn!(error, "the collector does not take our traces; they are dropped, and nothing waits for it");
        }
    }
}
