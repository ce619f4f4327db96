//! Logs: structured, with request and correlation ids, never with people's words or addresses. And numbers beside them.

use crate::metrics::Lines;
use tracing::Subscriber;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON object a line: for machines.
    Json,
    /// A line a person reads.
    Plain,
}

/// Starts logging to a writer; once in a process.
///
/// `filter` is tracing's own form: `info`, or `warn,chassis=debug`.
///
/// # Errors
/// When the filter cannot be read, or logging was started before.
pub fn start<W>(format: Format, filter: &str, writer: W) -> anyhow::Result<()>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    start_with::<_, fn() -> std::io::Stdout>(format, filter, writer, None)
}

/// As [`start`], with numbers where somebody makes metrics of them.
///
/// # Errors
/// As [`start`].
pub fn start_with<W, N>(
    format: Format,
    filter: &str,
    writer: W,
    numbers: Option<Lines<N>>,
) -> anyhow::Result<()>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
    N: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(filter)?;
    tracing_subscriber::registry()
        .with(log(format, writer).with_filter(filter))
        .with(numbers.map(Lines::layer))
        .try_init()?;
    Ok(())
}

fn log<S, W>(format: Format, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(writer)
        .with_span_events(FmtSpan::NONE);
    match format {
        Format::Json => layer.json().flatten_event(true).with_current_span(true).boxed(),
        Format::Plain => layer.with_target(false).with_ansi(false).boxed(),
    }
}
