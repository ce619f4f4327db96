//! What a verification can find, and how it is shown.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use crate::seed::meter::Reading;
use crate::seed::summary::table;

/// So many findings are shown; all of them are counted.
const SHOWN: usize = 50;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Fault {
    /// Acknowledged and not there.
    Lost,
    /// There more than once, or there without having been asked for.
    Doubled,
    /// There with other contents.
    Different,
}

/// One thing that is not as it was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) subject: &'static str,
    pub(super) fault: Fault,
    /// Which one.
    pub(super) what: String,
    /// What was expected and what was found.
    pub(super) detail: String,
}

impl Finding {
    pub(super) fn new(
        subject: &'static str,
        fault: Fault,
        what: impl fmt::Display,
        detail: impl fmt::Display,
    ) -> Self {
        Self {
            subject,
            fault,
            what: what.to_string(),
            detail: detail.to_string(),
        }
    }
}

/// The result of a verification.
#[derive(Debug)]
pub(in crate::seed) struct Verification {
    /// How many checks were made on each subject.
    checked: BTreeMap<&'static str, u64>,
    pub(super) findings: Vec<Finding>,
    pub(super) elapsed: Duration,
    pub(super) reading: Reading,
}

impl Verification {
    pub(super) fn new(subjects: impl Iterator<Item = &'static str>) -> Self {
        let mut checked = BTreeMap::new();
        for subject in subjects {
            *checked.entry(subject).or_insert(0) += 1;
        }
        Self {
            checked,
            findings: Vec::new(),
            elapsed: Duration::ZERO,
            reading: Reading::default(),
        }
    }

    /// Nothing is lost, doubled or different.
    pub(in crate::seed) fn success(&self) -> bool {
        self.findings.is_empty()
    }

    fn count(&self, subject: &str, fault: Fault) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.subject == subject && finding.fault == fault)
            .count()
    }

    /// For programs.
    pub(in crate::seed) fn json(&self) -> Value {
        json!({
            "ok": self.success(),
            "seconds": self.elapsed.as_secs_f64(),
            "requests": self.reading.requests,
            "retries": self.reading.retries,
            "checked": self.checked,
            "findings": self.findings,
        })
    }
}

impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counts = table(["subject", "checks", "lost", "doubled", "different"]);
        for (subject, checked) in &self.checked {
            let mut row = vec![(*subject).to_owned(), checked.to_string()];
            row.extend(
                [Fault::Lost, Fault::Doubled, Fault::Different]
                    .map(|fault| self.count(subject, fault).to_string()),
            );
            counts.add_row(row);
        }
        writeln!(f, "{counts}")?;
        for finding in self.findings.iter().take(SHOWN) {
            writeln!(f, "{:?} {}: {}", finding.fault, finding.what, finding.detail)?;
        }
        if self.findings.len() > SHOWN {
            writeln!(f, "… and {} more findings", self.findings.len() - SHOWN)?;
        }
        if self.success() {
            writeln!(
                f,
                "Everything that was acknowledged is there, once ({:.1} s).",
                self.elapsed.as_secs_f64()
            )
        } else {
            writeln!(f, "{} findings.", self.findings.len())
        }
    }
}
