//! What is named, and what must be said.

use std::fmt;

/// Names a dead letter in an address: `search-indexer:42`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LetterId {
    /// The consumer's queue.
    pub(crate) queue: &'static str,
    /// Its number there.
    pub(crate) number: String,
}

impl LetterId {
    /// Of one of these queues; nothing when it names none.
    pub(crate) fn parse(text: &str, queue: impl Fn(&str) -> Option<&'static str>) -> Option<Self> {
        let (consumer, number) = text.split_once(':')?;
        let is_number = !number.is_empty()
            && number
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        let queue = queue(consumer).filter(|queue| is_number && *queue == consumer)?;
        Some(Self {
            queue,
            number: number.to_owned(),
        })
    }

    /// As the operators' actions name it: CONSUMER/NUMBER.
    pub(crate) fn in_actions(&self) -> String {
        format!("{}/{}", self.queue, self.number)
    }
}

impl fmt::Display for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.queue, self.number)
    }
}

/// Why something is thrown away: 1 to 200 characters without space around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason(String);

impl Reason {
    const MAX: usize = 200;

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > Self::MAX {
            return Err(format!("Reason must have 1 to {} characters", Self::MAX));
        }
        if text.chars().any(char::is_control) {
            return Err("Reason must not contain control characters".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_named_by_a_queue_that_is_there_and_its_number() {
        let parse = |text: &str| {
            LetterId::parse(text, |name| {
                ["search-indexer", "profile"]
                    .into_iter()
                    .find(|queue| *queue == name.replace('_', "-"))
            })
        };
        let id = parse("search-indexer:42").unwrap();
        assert_eq!(
            (id.to_string(), id.in_actions()),
            ("search-indexer:42".to_owned(), "search-indexer/42".to_owned())
        );
        assert!(parse("profile:6b1f6c0e-5a10-4c3e-9a55-6f3f2f9e1a77").is_some());
        // One name for one letter, or the same letter would have two histories.
        for none in [
            "",
            ":",
            "profile",
            "profile:",
            "nobody:42",
            "search_indexer:42",
            "profile:4 2",
            "profile:4:2",
            "profile:'--",
            "profile/42",
        ] {
            assert_eq!(parse(none), None, "{none}");
        }
    }

    #[test]
    fn a_reason_says_something() {
        assert_eq!(Reason::parse("  sent twice ").unwrap().as_str(), "sent twice");
        for bad in ["", " \n", "a\u{7}b", &"a".repeat(201)] {
            assert!(Reason::parse(bad).is_err(), "{bad:?}");
        }
    }
}
