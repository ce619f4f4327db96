//! Logs: structured, with request and correlation ids, never with people's words or addresses. And numbers beside them.

use crate::metrics::Lines;
use std::path::Path;
use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Filter, SubscriberExt};
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
/// `filter` is tracing's own form: `info`, or `warn,chassis=debug`. Whatever it asks for, of others than us nothing below `info`
/// is written.
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
    tracing_subscriber::registry()
        .with(log(format, writer).with_filter(wanted(filter)?))
        .with(numbers.map(Lines::layer))
        .try_init()?;
    Ok(())
}

/// What is asked for, and may be written.
fn wanted<S>(filter: &str) -> anyhow::Result<impl Filter<S> + use<S>> {
    // Without its hint the whole would have none, and libraries would put every one of their details together to have it thrown away.
    let limit = filter_fn(may_be_written).with_max_level_hint(LevelFilter::TRACE);
    Ok(EnvFilter::try_new(filter)?.and(limit))
}

/// What libraries note below `info` may quote what passes through them: statements with people's words and passwords, headers, bodies.
///
/// Ours are the files of this workspace, which cargo names from its root; those of a registry it names from `/` (unless it is told to
/// trim paths, which no build of ours does).
fn may_be_written(line: &Metadata<'_>) -> bool {
    let is_ours = line.file().is_some_and(|file| Path::new(file).is_relative());
    is_ours || *line.level() <= Level::INFO
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

#[cfg(test)]
mod tests {
    use super::*;
    use tracing_subscriber::Registry;

    #[test]
    fn nothing_is_put_together_that_nobody_asked_for() {
        for (filter, most) in [
            ("info", LevelFilter::INFO),
            ("warn,chassis=debug", LevelFilter::DEBUG),
        ] {
            let hint = Filter::<Registry>::max_level_hint(&wanted::<Registry>(filter).unwrap());
            assert_eq!(hint, Some(most), "{filter}");
        }
    }
}
