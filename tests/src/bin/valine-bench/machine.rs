//! Where it was measured: numbers of another machine are no comparison.

use crate::stage::Stage;
use serde::Serialize;
use std::fs;

/// The machine, and what ran on it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Machine {
    processor: String,
    cores: usize,
    memory_gib: u64,
    kernel: String,
    /// Of the last minute, all processes: high when others were at work, too.
    load_average: String,
    postgres: String,
    pgbench: Option<String>,
    release: &'static str,
    is_optimised: bool,
}

/// Looks.
pub(crate) fn describe(stage: &Stage) -> Machine {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let after = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':'))
            .map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let memory = after(&read("/proc/meminfo"), "MemTotal");
    let kilobytes: u64 = memory
        .split(' ')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or_default();
    Machine {
        processor: after(&read("/proc/cpuinfo"), "model name"),
        cores: std::thread::available_parallelism().map_or(0, usize::from),
        memory_gib: kilobytes.div_ceil(1024 * 1024),
        kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
        load_average: read("/proc/loadavg")
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_owned(),
        postgres: stage.postgres_version().to_owned(),
        pgbench: stage.pgbench.as_ref().map(|pgbench| pgbench.version.clone()),
        release: chassis::RELEASE,
        is_optimised: !cfg!(debug_assertions),
    }
}

impl std::fmt::Display for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let built = if self.is_optimised { "" } else { ", NOT OPTIMISED" };
        write!(
            f,
            "{}, {} cores, {} GiB, Linux {}, load {}; PostgreSQL {} (fsync on); {}; Joint {}{built}",
            self.processor,
            self.cores,
            self.memory_gib,
            self.kernel,
            self.load_average,
            self.postgres,
            self.pgbench.as_deref().unwrap_or("no pgbench"),
            self.release,
        )
    }
}
