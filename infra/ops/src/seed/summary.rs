//! What a seed did, for people and for programs.

use std::fmt;
use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

use super::client::Refusal;
use super::meter::Reading;
use super::plan::Plan;
use super::step::Step;

/// So many errors are shown; all of them are counted.
const SHOWN: usize = 20;

/// A step that the server refused.
#[derive(Debug)]
pub(super) struct Mishap {
    pub(super) step: Step,
    pub(super) refusal: Refusal,
}

/// One phase.
#[derive(Debug)]
pub(super) struct PhaseReport {
    pub(super) name: &'static str,
    /// Steps acknowledged in this run.
    pub(super) done: u64,
    /// Steps that an earlier run has done.
    pub(super) already: u64,
    /// Steps that could not be tried, because what they need is not there.
    pub(super) waits: u64,
    /// Steps that were refused.
    pub(super) errors: u64,
    pub(super) elapsed: Duration,
    pub(super) reading: Reading,
}

impl PhaseReport {
    /// Steps a second.
    fn rate(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        let done = u32::try_from(self.done).map_or(f64::MAX, f64::from);
        if seconds > 0.0 { done / seconds } else { 0.0 }
    }
}

impl fmt::Display for PhaseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} done in {:.1} s",
            self.name,
            self.done,
            self.elapsed.as_secs_f64()
        )?;
        for (number, words) in [
            (self.already, "done before"),
            (self.reading.retries, "requests repeated"),
            (self.waits, "left out"),
            (self.errors, "errors"),
        ] {
            if number > 0 {
                write!(f, ", {number} {words}")?;
            }
        }
        Ok(())
    }
}

/// The whole run.
#[derive(Debug)]
pub(super) struct Summary {
    pub(super) seed: u64,
    pub(super) members: usize,
    pub(super) posts: usize,
    pub(super) elapsed: Duration,
    pub(super) phases: Vec<PhaseReport>,
    pub(super) errors: Vec<Mishap>,
    /// Routes that the server does not have.
    pub(super) not_offered: Vec<Refusal>,
    /// Why the run ended early; none if it did not.
    pub(super) stopped: Option<String>,
}

impl Summary {
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            seed: plan.seed,
            members: plan.people.len(),
            posts: plan.posts.len(),
            elapsed: Duration::ZERO,
            phases: Vec::new(),
            errors: Vec::new(),
            not_offered: Vec::new(),
            stopped: None,
        }
    }

    /// Every step that the server offers was acknowledged.
    pub(super) fn success(&self) -> bool {
        self.errors.is_empty() && self.stopped.is_none()
    }

    fn sum(&self, of: impl Fn(&PhaseReport) -> u64) -> u64 {
        self.phases.iter().map(of).sum()
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let phase = |phase: &PhaseReport| {
            json!({
                "name": phase.name,
                "done": phase.done,
                "already": phase.already,
                "leftOut": phase.waits,
                "requests": phase.reading.requests,
                "retries": phase.reading.retries,
                "errors": phase.errors,
                "seconds": phase.elapsed.as_secs_f64(),
                "perSecond": phase.rate(),
                "p50Ms": phase.reading.p50_ms,
                "p99Ms": phase.reading.p99_ms,
            })
        };
        let mishap = |mishap: &Mishap| {
            let mut value = json!(mishap.refusal);
            if let Some(object) = value.as_object_mut() {
                object.insert("step".to_owned(), json!(mishap.step));
            }
            value
        };
        json!({
            "seed": self.seed,
            "members": self.members,
            "posts": self.posts,
            "ok": self.success(),
            "stopped": self.stopped,
            "seconds": self.elapsed.as_secs_f64(),
            "requests": self.sum(|phase| phase.reading.requests),
            "retries": self.sum(|phase| phase.reading.retries),
            "errorCount": self.errors.len(),
            "phases": self.phases.iter().map(phase).collect::<Vec<_>>(),
            "errors": self.errors.iter().map(mishap).collect::<Vec<_>>(),
            "notOffered": self.not_offered.iter().map(|refusal| format!("{} {}", refusal.method, refusal.path)).collect::<Vec<_>>(),
        })
    }

    fn table(&self) -> Table {
        let mut table = table([
            "phase", "done", "before", "requests", "retries", "errors", "seconds", "per s", "p50 ms",
            "p99 ms",
        ]);
        for phase in &self.phases {
            table.add_row([
                phase.name.to_owned(),
                phase.done.to_string(),
                phase.already.to_string(),
                phase.reading.requests.to_string(),
                phase.reading.retries.to_string(),
                phase.errors.to_string(),
                format!("{:.1}", phase.elapsed.as_secs_f64()),
                format!("{:.0}", phase.rate()),
                format!("{:.1}", phase.reading.p50_ms),
                format!("{:.1}", phase.reading.p99_ms),
            ]);
        }
        table.add_row([
            "all".to_owned(),
            self.sum(|phase| phase.done).to_string(),
            self.sum(|phase| phase.already).to_string(),
            self.sum(|phase| phase.reading.requests).to_string(),
            self.sum(|phase| phase.reading.retries).to_string(),
            self.errors.len().to_string(),
            format!("{:.1}", self.elapsed.as_secs_f64()),
        ]);
        table
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.table())?;
        for mishap in self.errors.iter().take(SHOWN) {
            writeln!(f, "error at {}: {}", mishap.step, mishap.refusal)?;
        }
        if self.errors.len() > SHOWN {
            writeln!(f, "… and {} more errors", self.errors.len() - SHOWN)?;
        }
        for refusal in &self.not_offered {
            writeln!(
                f,
                "left out, because this server does not have it: {} {}",
                refusal.method, refusal.path
            )?;
        }
        match &self.stopped {
            Some(reason) => writeln!(f, "Stopped: {reason}"),
            None if self.errors.is_empty() => {
                writeln!(
                    f,
                    "{} people and {} posts are there, without one error.",
                    self.members, self.posts
                )
            }
            None => writeln!(
                f,
                "{} errors. What was acknowledged is in the journal: run the same command again to try the rest.",
                self.errors.len()
            ),
        }
    }
}

/// An empty table in the style of all tables here: text to the left, numbers to the right.
pub(super) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_header(header);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
