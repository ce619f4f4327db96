//! How much is measured, and what.

use clap::ValueEnum;
use local::postgres::Kind;
use std::collections::BTreeSet;
use std::time::Duration;

/// Measures the network against the same work without it, in one run on a private PostgreSQL with durable settings
///
/// Only ratios within one run mean anything: baseline and network ran in the same minute on the same machine, in
/// rounds that alternate. What is shown is the median ratio and, in brackets, the least and the most.
#[derive(Debug, clap::Parser)]
#[command(
    name = "valine-bench",
    version,
    max_term_width = 110,
    after_help = "\
Examples:
  make bench
  BENCH=quick make bench             about a minute
  BENCH_ONLY=B4,B5 make bench        only these rows
  make bench ARGS=--json             for machines"
)]
pub(crate) struct Args {
    /// How long to measure
    #[arg(long, env = "BENCH", value_name = "SIZE", default_value = "full")]
    pub(crate) size: Size,
    /// Only these rows, such as B4 or B1,B9
    #[arg(
        long,
        env = "BENCH_ONLY",
        value_name = "ROWS",
        value_delimiter = ',',
        ignore_case = true
    )]
    pub(crate) only: Vec<Row>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Only this kind of PostgreSQL: `system` or `npm`
    #[arg(long, env = "VALINE_POSTGRES", value_name = "KIND")]
    pub(crate) postgres: Option<Kind>,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Row {
    /// Reading a post through the edge.
    B1,
    /// Writing a post through the edge.
    B2,
    /// What the outbox costs a write.
    B3,
    /// Relay and delivery.
    B4,
    /// From the request to the search.
    B5,
    /// Memory.
    B9,
}

/// How long to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Size {
    /// About five minutes
    Full,
    /// About one minute
    Quick,
    /// A few seconds: whether the bench itself works; its numbers mean nothing
    Smoke,
}

/// The sizes of everything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Rounds; each has the baseline and the network once.
    pub(crate) rounds: usize,
    /// How long each side of a round is measured.
    pub(crate) slice: Duration,
    /// How long each side runs before it is measured.
    pub(crate) warm_up: Duration,
    /// People and posts that are there before.
    pub(crate) seed: (usize, usize),
    /// Messages of a round of B4.
    pub(crate) messages: i64,
    /// Messages that lie before them on the queue.
    pub(crate) backlog: i64,
    /// How long B5 asks.
    pub(crate) open_loop: Duration,
    /// How long the network is left alone before its idle memory is read.
    pub(crate) idle: Duration,
}

impl Size {
    /// The sizes of everything.
    pub(crate) fn plan(self) -> Plan {
        match self {
            Self::Full => Plan {
                rounds: 7,
                slice: Duration::from_secs(3),
                warm_up: Duration::from_millis(500),
                seed: (200, 2000),
                messages: 12_000,
                backlog: 1_000_000,
                open_loop: Duration::from_secs(20),
                idle: Duration::from_secs(3),
            },
            Self::Quick => Plan {
                rounds: 3,
                slice: Duration::from_millis(1200),
                warm_up: Duration::from_millis(300),
                seed: (40, 300),
                messages: 5_000,
                backlog: 100_000,
                open_loop: Duration::from_secs(5),
                idle: Duration::from_secs(1),
            },
            Self::Smoke => Plan {
                rounds: 1,
                slice: Duration::from_millis(200),
                warm_up: Duration::from_millis(50),
                seed: (4, 8),
                messages: 100,
                backlog: 500,
                open_loop: Duration::from_millis(300),
                idle: Duration::from_millis(100),
            },
        }
    }
}

impl Args {
    /// The rows that are asked for.
    pub(crate) fn rows(&self) -> BTreeSet<Row> {
        if self.only.is_empty() {
            Row::value_variants().iter().copied().collect()
        } else {
            self.only.iter().copied().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, Parser};

    #[test]
    fn the_command_line_is_consistent_and_reads_rows_as_people_write_them() {
        Args::command().debug_assert();
        let args = Args::parse_from(["bench", "--only", "b4,B5"]);
        assert_eq!(args.rows(), BTreeSet::from([Row::B4, Row::B5]));
        assert_eq!(Args::parse_from(["bench"]).rows().len(), 6);
        assert!(Args::try_parse_from(["bench", "--only", "B7"]).is_err());
    }
}
