//! What was found, for people and for programs.

use crate::args::Row;
use crate::machine::Machine;
use crate::rounds::{Sides, Values};
use ops::output;
use serde::Serialize;
use std::fmt;

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// Where.
    pub(crate) machine: Machine,
    /// What.
    pub(crate) rows: Vec<Line>,
}

/// One line of the table.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    row: String,
    what: String,
    unit: &'static str,
    /// What the goal is about.
    value: f64,
    least: f64,
    most: f64,
    goal: Option<Goal>,
    is_met: Option<bool>,
    /// The numbers behind it.
    details: String,
    sides: Option<Sides>,
}

/// What the value should be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Goal {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

impl Goal {
    fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "≥ {least}"),
            Self::AtMost(most) => write!(f, "≤ {most}"),
        }
    }
}

impl Line {
    /// Some number of each round, or of one.
    pub(crate) fn new(
        row: Row,
        what: impl Into<String>,
        values: &Values,
        unit: &'static str,
        goal: Option<Goal>,
    ) -> Self {
        let value = values.median();
        Self {
            row: format!("{row:?}"),
            what: what.into(),
            unit,
            value,
            least: values.least(),
            most: values.most(),
            goal,
            is_met: goal.map(|goal| goal.is_met(value)),
            details: String::new(),
            sides: None,
        }
    }

    /// The network's share of a baseline, in things a second.
    pub(crate) fn ratio(row: Row, what: impl Into<String>, sides: Sides, goal: Option<Goal>) -> Self {
        let mut line = Self::new(row, what, &sides.ratios(), "", goal);
        line.details = format!(
            "{:.0}/s of {:.0}/s",
            sides.network.median(),
            sides.baseline.median()
        );
        line.sides = Some(sides);
        line
    }

    /// With the numbers behind it.
    pub(crate) fn with(mut self, details: impl Into<String>) -> Self {
        self.details = details.into();
        self
    }

    fn measured(&self) -> String {
        let shown = |value: f64| match self.unit {
            "" => format!("{value:.2}"),
            "ms" => format!("{value:.1}"),
            _ => format!("{value:.0}"),
        };
        let space = if self.unit.is_empty() { "" } else { " " };
        if self.least < self.most {
            format!(
                "{}{space}{} ({}…{})",
                shown(self.value),
                self.unit,
                shown(self.least),
                shown(self.most)
            )
        } else {
            format!("{}{space}{}", shown(self.value), self.unit)
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = output::table(&["", "what", "measured", "goal", "", "numbers"]);
        for line in &self.rows {
            let goal = line.goal.map_or_else(String::new, |goal| {
                format!("{goal} {}", line.unit).trim().to_owned()
            });
            let verdict = match line.is_met {
                Some(true) => "met",
                Some(false) => "missed",
                None => "",
            };
            table.add_row([
                &line.row,
                &line.what,
                &line.measured(),
                &goal,
                verdict,
                &line.details,
            ]);
        }
        write!(
            f,
            "{table}\nMedian of the rounds, and in brackets the least and the most. Only ratios within one run mean anything.\n{}",
            self.machine
        )?;
        if self.rows.iter().any(|line| line.is_met == Some(false)) {
            write!(
                f,
                "\nGoals that are known to be missed, and why: CONTRIBUTING.md, \"Speed is measured, too\"."
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_at_its_border_and_missed_beyond_it() {
        let line = |value, goal| Line::new(Row::B3, "cost", &Values(vec![value]), "%", Some(goal));
        assert_eq!(line(20.0, Goal::AtMost(20.0)).is_met, Some(true));
        assert_eq!(line(20.1, Goal::AtMost(20.0)).is_met, Some(false));
        assert_eq!(line(0.5, Goal::AtLeast(0.5)).is_met, Some(true));
        assert_eq!(line(0.49, Goal::AtLeast(0.5)).is_met, Some(false));
        assert_eq!(line(f64::NAN, Goal::AtMost(1.0)).is_met, Some(false));
    }

    #[test]
    fn the_spread_is_shown_where_there_is_one() {
        let line =
            |values: &[f64], unit| Line::new(Row::B1, "", &Values(values.to_vec()), unit, None).measured();
        assert_eq!(line(&[0.5, 0.61, 0.7], ""), "0.61 (0.50…0.70)");
        assert_eq!(line(&[41.2], "ms"), "41.2 ms");
    }
}
