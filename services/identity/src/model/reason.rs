//! Why staff did something, in their own words.

use super::silent;
use std::fmt;

const LONGEST: usize = 500;

/// Why an account is suspended: 1 to 500 characters. Staff read it, and nobody else.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Reason(String);

impl Reason {
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let reason = text.trim();
        if reason.is_empty() {
            return Err("Reason is required");
        }
        if reason.chars().count() > LONGEST {
            return Err("Reason must have at most 500 characters");
        }
        Ok(Self(reason.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        silent(f, "Reason")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_and_not_everything() {
        assert_eq!(Reason::parse(" spam ").unwrap().as_str(), "spam");
        assert!(Reason::parse(&"é".repeat(500)).is_ok());
        for text in ["", "  ", &"x".repeat(501)] {
            assert!(Reason::parse(text).is_err(), "{text:?}");
        }
    }
}
