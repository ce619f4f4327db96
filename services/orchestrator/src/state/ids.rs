//! What things are called, and how long they last.

use chrono::{DateTime, TimeDelta, Utc};
use events::AccountId;
use std::fmt;
use uuid::Uuid;

/// The longest that anything is kept.
const LONGEST: TimeDelta = TimeDelta::days(7);

/// Names somebody or something: an account, somebody on Discord, an interaction, what is done to. It is compared and never
/// read. Names and addresses of people do not fit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Id(String);

/// What is to be done, or what came of it: `suspend`, `NOT_FOUND`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code(String);

/// Under which a processor has an interaction to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease(pub(crate) Uuid);

/// Which state of a conversation somebody saw. Each change makes another, and none comes twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(pub(crate) Uuid);

/// From when on something is not there any more, in whole seconds, as DynamoDB counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Until(DateTime<Utc>);

/// Letters, digits and these, 64 at most. What separates the parts of a key in DynamoDB is not among them.
fn is_fit(text: &str, besides: &[u8]) -> bool {
    let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || besides.contains(&letter);
    (1..=64).contains(&text.len()) && text.bytes().all(is_letter)
}

impl Id {
    /// Takes an id.
    ///
    /// # Errors
    /// When it has not 1 to 64 letters, digits, hyphens, underscores, colons or slashes.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if is_fit(text, b"-_:/") {
            Ok(Self(text.to_owned()))
        } else {
            Err("An id must have 1 to 64 letters, digits, hyphens, underscores, colons or slashes")
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<AccountId> for Id {
    fn from(account: AccountId) -> Self {
        Self(account.to_string())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Code {
    /// Takes a code.
    ///
    /// # Errors
    /// When it has not 1 to 64 letters, digits, hyphens or underscores.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if is_fit(text, b"-_") {
            Ok(Self(text.to_owned()))
        } else {
            Err("A code must have 1 to 64 letters, digits, hyphens or underscores")
        }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Until {
    /// So long from now on.
    ///
    /// # Errors
    /// When that is no time, or more than a week.
    pub fn after(now: DateTime<Utc>, time: TimeDelta) -> Result<Self, &'static str> {
        if time <= TimeDelta::zero() || time > LONGEST {
            return Err("Something is kept for a week at most, and longer than no time");
        }
        let at = now + time;
        let whole = at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0);
        Self::from_seconds(whole).ok_or("There is no such time")
    }

    /// Later than anything that is kept now.
    pub(crate) fn last(now: DateTime<Utc>) -> Self {
        Self(now + LONGEST + TimeDelta::days(1))
    }

    pub(crate) fn from_seconds(seconds: i64) -> Option<Self> {
        DateTime::from_timestamp(seconds, 0).map(Self)
    }

    pub(crate) fn seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// That moment.
    #[must_use]
    pub fn at(self) -> DateTime<Utc> {
        self.0
    }

    /// Whether that is over.
    #[must_use]
    pub fn is_over(self, now: DateTime<Utc>) -> bool {
        self.0 <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_people_or_is_too_long_is_no_id_and_no_code() {
        for good in [
            "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77",
            "112233445566778899",
            "profile:42",
            "profile/42",
            &"a".repeat(64),
        ] {
            assert_eq!(Id::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            " ",
            "Ada Lovelace",
            "ada@mail.example",
            "a#b",
            "é",
            &"a".repeat(65),
        ] {
            assert!(Id::parse(bad).is_err() && Code::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Code::parse("NOT_FOUND").is_ok() && Code::parse("a:b").is_err());
    }

    #[test]
    fn everything_is_kept_for_whole_seconds_and_a_week_at_most() {
        let now = DateTime::from_timestamp_millis(1_770_000_000_500).unwrap();
        let until = Until::after(now, TimeDelta::seconds(1)).unwrap();
        assert_eq!(until.seconds(), 1_770_000_002, "never sooner than asked");
        assert!(!until.is_over(now) && until.is_over(until.at()));
        assert_eq!(Until::from_seconds(until.seconds()), Some(until));
        let week = Until::after(now, LONGEST).unwrap();
        assert!(week.at() < Until::last(now).at());
        for wrong in [
            TimeDelta::zero(),
            -TimeDelta::seconds(1),
            LONGEST + TimeDelta::nanoseconds(1),
            TimeDelta::MAX,
        ] {
            assert!(Until::after(now, wrong).is_err(), "{wrong}");
        }
    }
}
