//! Names for what a seed does, one for each thing that a server acknowledges.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::plan::digest;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Deed {
    /// Person `a` signs up.
    Person,
    /// Person `a` has a session.
    Session,
    /// Person `a` fills in the profile.
    Profile,
    /// Person `a` adds credit `b`.
    Credit,
    /// Person `a` adds education `b`.
    Education,
    /// Person `a` adds link `b`.
    Link,
    /// Person `a` follows person `b`.
    Follow,
    /// Picture `b` of post `a` is uploaded and confirmed.
    Media,
    /// Post `a` is published.
    Post,
    /// Reaction `b` to post `a`.
    Reaction,
    /// Comment `b` on post `a`.
    Comment,
}

impl Deed {
    const ALL: [(Self, &'static str); 11] = [
        (Self::Person, "person"),
        (Self::Session, "session"),
        (Self::Profile, "profile"),
        (Self::Credit, "credit"),
        (Self::Education, "education"),
        (Self::Link, "link"),
        (Self::Follow, "follow"),
        (Self::Media, "media"),
        (Self::Post, "post"),
        (Self::Reaction, "reaction"),
        (Self::Comment, "comment"),
    ];

    /// The word for it in the journal and in tables.
    pub(super) fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find_map(|(deed, name)| (*deed == self).then_some(*name))
            .unwrap_or_default()
    }
}

/// One thing to do, by its place in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Step {
    pub(super) deed: Deed,
    pub(super) a: usize,
    pub(super) b: usize,
}

impl Step {
    /// `deed` number `a`.
    pub(super) fn one(deed: Deed, a: usize) -> Self {
        Self { deed, a, b: 0 }
    }

    /// `deed` number `b` of `a`.
    pub(super) fn of(deed: Deed, a: usize, b: usize) -> Self {
        Self { deed, a, b }
    }

    /// The `Idempotency-Key` of this step's request: the same whenever the same seed for the same number of members
    /// does it, after any number of crashes. `part` tells the requests of one step apart.
    pub(super) fn key(self, seed: u64, members: usize, part: &str) -> Uuid {
        let digest = digest(&format!("valine seed/{seed}/{members}/{self}/{part}"));
        let (bytes, _) = digest.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
        uuid::Builder::from_random_bytes(*bytes).into_uuid()
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.deed.as_str(), self.a, self.b)
    }
}

/// A step that this release does not know.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnknownStep(String);

impl fmt::Display for UnknownStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is no step of a seed", self.0)
    }
}

impl FromStr for Step {
    type Err = UnknownStep;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (name, numbers) = text.split_once('/')?;
            let (a, b) = numbers.split_once('/')?;
            let deed = Deed::ALL
                .iter()
                .find_map(|(deed, word)| (*word == name).then_some(*deed))?;
            Some(Self::of(deed, a.parse().ok()?, b.parse().ok()?))
        };
        parse().ok_or_else(|| UnknownStep(text.to_owned()))
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{Deed, Step, UnknownStep};

    #[test]
    fn a_step_is_written_and_read() {
        for (deed, _) in Deed::ALL {
            let step = Step::of(deed, 17, 3);
            assert_eq!(step.to_string().parse(), Ok(step));
        }
        for wrong in ["post", "post/1", "post/x/1", "dance/1/1", "post/1/1/1", ""] {
            assert_eq!(wrong.parse::<Step>(), Err(UnknownStep(wrong.to_owned())));
        }
    }

    #[test]
    fn a_key_belongs_to_seed_members_step_and_part() {
        let step = Step::one(Deed::Post, 5);
        let key = step.key(1, 300, "");
        assert_eq!(key, step.key(1, 300, ""));
        for other in [
            step.key(2, 300, ""),
            step.key(1, 301, ""),
            step.key(1, 300, "confirm"),
            Step::one(Deed::Post, 6).key(1, 300, ""),
            Step::of(Deed::Comment, 5, 0).key(1, 300, ""),
        ] {
            assert_ne!(key, other);
        }
    }
}
