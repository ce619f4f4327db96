//! What the operators' function is asked, and what it answers.

use crate::output::Said;
use serde::{Deserialize, Serialize};

/// Bytes of the longest answer: some less than the 6 MB that Lambda hands over.
const LONGEST: usize = 6_000_000;

/// Letters of the longest name of an operator.
const LONGEST_NAME: usize = 100;

/// What stands before the name of an operator who asked by AWS: the name is what they say, and who they are CloudTrail knows.
const BY_AWS: &str = "aws:";

/// A command.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Asked {
    /// As it is typed, without the program's name: `["dead-letters", "list", "--json"]`.
    pub(super) arguments: Vec<String>,
    /// Who asks, for the audit.
    pub(super) operator: String,
    /// How wide their terminal is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) columns: Option<u16>,
}

/// What became of it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answered {
    /// The exit code.
    pub(super) code: u8,
    /// What it wrote there.
    pub(super) stdout: String,
    /// What it wrote there.
    pub(super) stderr: String,
}

impl Asked {
    /// Who asks, as the audit keeps it.
    pub(super) fn operator(&self) -> Option<String> {
        let name = self.operator.trim();
        let is_name =
            !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
        is_name.then(|| format!("{BY_AWS}{name}"))
    }
}

impl Answered {
    /// What a command said that ended with this code.
    pub(super) fn new(code: u8, said: Said) -> Self {
        let answer = Self {
            code,
            stdout: said.data,
            stderr: said.talk,
        };
        answer.or_its_length()
    }

    /// Nothing was done, and this says why.
    pub(super) fn misused(why: &str) -> Self {
        Self {
            code: 2,
            stdout: String::new(),
            stderr: format!("valine: {why}\n"),
        }
    }

    /// Itself, unless Lambda would throw it away.
    fn or_its_length(self) -> Self {
        let length = serde_json::to_string(&self).map_or(0, |text| text.len());
        if length <= LONGEST {
            return self;
        }
        Self {
            code: self.code.max(1),
            stdout: String::new(),
            stderr: format!(
                "valine: the command ended with code {}, and its answer is too large for a function: {length} bytes, of {LONGEST} \
                 at most. Ask for less of it, such as by --consumer, --type, --error, --last, or without --json.\n",
                self.code
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_too_large_says_so_instead() {
        let said = |length| Said {
            data: "\"".repeat(length),
            talk: String::new(),
        };
        let fits = Answered::new(0, said(2_900_000));
        assert_eq!((fits.code, fits.stdout.len()), (0, 2_900_000));
        // In JSON each of these takes two.
        let answer = Answered::new(0, said(3_100_000));
        assert_eq!((answer.code, answer.stdout.len()), (1, 0));
        assert!(
            answer.stderr.contains("ended with code 0") && answer.stderr.contains("too large"),
            "{}",
            answer.stderr
        );
    }

    #[test]
    fn an_operator_has_a_name_that_the_audit_can_show() {
        let named = |operator: &str| {
            Asked {
                arguments: Vec::new(),
                operator: operator.to_owned(),
                columns: None,
            }
            .operator()
        };
        assert_eq!(named(" ada "), Some("aws:ada".to_owned()));
        for none in ["", "  ", "a\nb", &"a".repeat(101)] {
            assert_eq!(named(none), None, "{none}");
        }
    }
}
