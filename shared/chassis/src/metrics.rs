//! Numbers for whoever watches: lines in CloudWatch's embedded metric format, of which CloudWatch makes metrics by itself.
//!
//! They are told as events of `tracing`, at a level that no log asks for, so that whoever counts need not know whether anybody
//! listens; [`Lines`] does.

use crate::{Result, Service};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::fmt::Debug;
use std::io::Write;
use store::outbox;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Context;

/// Where CloudWatch keeps them.
pub const NAMESPACE: &str = "Joint";

/// By what they are told apart, in this order: which installation, and which service.
pub const DIMENSIONS: [&str; 2] = ["Stage", "Service"];

/// Whose events these are.
const TARGET: &str = "metrics";

/// A number that is told. Alarms of the templates name these and no others; a test compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Seconds that the oldest event has waited to be published.
    OutboxAge,
    /// Events that wait, and were refused by the bus at least once.
    OutboxRefused,
    /// Messages that were done.
    EventsConsumed,
    /// Tries of messages that failed.
    EventsFailed,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::OutboxAge,
        Self::OutboxRefused,
        Self::EventsConsumed,
        Self::EventsFailed,
    ];

    /// As CloudWatch, alarms and dashboards call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OutboxAge => "OutboxAge",
            Self::OutboxRefused => "OutboxRefused",
            Self::EventsConsumed => "EventsConsumed",
            Self::EventsFailed => "EventsFailed",
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::OutboxAge => "Seconds",
            Self::OutboxRefused | Self::EventsConsumed | Self::EventsFailed => "Count",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.name() == name)
    }
}

/// Tells a number of a service.
pub fn tell(service: &str, metric: Metric, value: f64) {
    tracing::trace!(target: TARGET, service, metric = metric.name(), value);
}

/// Tells how many; numbers that are too large to be counted exactly are told as the largest that is not.
pub(crate) fn count(service: &str, metric: Metric, count: usize) {
    tell(
        service,
        metric,
        f64::from(u32::try_from(count).unwrap_or(u32::MAX)),
    );
}

/// Looks how much waits in a service's outbox, and tells it. For whoever sweeps: about once a minute.
///
/// # Errors
/// When the database cannot be reached.
pub async fn measure(service: &Service) -> Result<()> {
    let conn = service.database.connection().await?;
    let backlog = outbox::backlog(&conn).await?;
    tell(service.name, Metric::OutboxAge, backlog.oldest_seconds);
    count(
        service.name,
        Metric::OutboxRefused,
        usize::try_from(backlog.refused).unwrap_or(0),
    );
    Ok(())
}

/// Writes what is told, a line each.
#[derive(Debug)]
pub struct Lines<W> {
    stage: String,
    writer: W,
}

impl<W> Lines<W>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    /// Of this installation (`STAGE`), to this writer: on Lambda standard output, which CloudWatch reads.
    #[must_use]
    pub fn new(stage: &str, writer: W) -> Self {
        Self {
            stage: stage.to_owned(),
            writer,
        }
    }

    /// As a layer that hears numbers and nothing else.
    pub(crate) fn layer<S>(self) -> impl Layer<S> + Send + Sync
    where
        S: Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    {
        self.with_filter(Targets::new().with_target(TARGET, Level::TRACE))
    }
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut told = Told::default();
        event.record(&mut told);
        let Some(metric) = told.metric else { return };
        let line = line(&self.stage, &told.service, metric, told.value, Utc::now());
        // Where nobody can be told that nobody can be told, the work goes on.
        let _unwritten = writeln!(self.writer.make_writer(), "{line}");
    }
}

/// What an event tells.
#[derive(Default)]
struct Told {
    service: String,
    metric: Option<Metric>,
    value: f64,
}

impl Visit for Told {
    fn record_f64(&mut self, _: &Field, value: f64) {
        self.value = value;
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "service" => value.clone_into(&mut self.service),
            "metric" => self.metric = Metric::named(value),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

fn line(stage: &str, service: &str, metric: Metric, value: f64, now: DateTime<Utc>) -> Value {
    json!({
        "_aws": {
            "Timestamp": now.timestamp_millis(),
            "CloudWatchMetrics": [{
                "Namespace": NAMESPACE,
                "Dimensions": [DIMENSIONS],
                "Metrics": [{ "Name": metric.name(), "Unit": metric.unit() }],
            }],
        },
        "Stage": stage,
        "Service": service,
        metric.name(): value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::layer::SubscriberExt;

    /// What was written.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Log {
        fn lines(&self) -> Vec<Value> {
            let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
            text.lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect()
        }
    }

    #[test]
    fn a_number_is_a_line_of_which_cloudwatch_makes_a_metric_and_nothing_else_is() {
        let log = Log::default();
        let writer = log.clone();
        let lines = Lines::new("joint-dev", move || writer.clone());
        let subscriber = tracing_subscriber::registry().with(lines.layer());
        tracing::subscriber::with_default(subscriber, || {
            tracing::error!(service = "bakery", "the oven is cold");
            tell("bakery", Metric::OutboxAge, 1.5);
        });
        let mut lines = log.lines();
        assert!(
            lines[0]["_aws"]["Timestamp"].take().as_i64() > Some(1_700_000_000_000),
            "in milliseconds"
        );
        assert_eq!(
            lines,
            [json!({
                "_aws": {
                    "Timestamp": null,
                    "CloudWatchMetrics": [{
                        "Namespace": "Joint",
                        "Dimensions": [["Stage", "Service"]],
                        "Metrics": [{ "Name": "OutboxAge", "Unit": "Seconds" }],
                    }],
                },
                "Stage": "joint-dev",
                "Service": "bakery",
                "OutboxAge": 1.5,
            })]
        );
    }

    #[test]
    fn every_number_has_a_name_of_its_own() {
        for metric in Metric::ALL {
            assert_eq!(Metric::named(metric.name()), Some(metric));
        }
    }
}
