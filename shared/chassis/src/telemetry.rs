//! Logs: structured, with request and correlation ids, never with people's words or addresses.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

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
    W: for<'w> tracing_subscriber::fmt::MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(filter)?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_span_events(FmtSpan::NONE);
    let started = match format {
        Format::Json => subscriber
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .try_init(),
        Format::Plain => subscriber.with_target(false).with_ansi(false).try_init(),
    };
    started.map_err(anyhow::Error::from_boxed)
}
