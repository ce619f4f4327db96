//! How long ago something was.

use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// A moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    counted: Instant,
    told: Option<SystemTime>,
}

/// How a process takes a moment down.
pub(crate) type Now = fn() -> Moment;

impl Moment {
    /// In a process that runs all the time.
    pub(crate) fn now() -> Self {
        Self {
            counted: Instant::now(),
            told: None,
        }
    }

    /// In a function of Lambda, by two clocks: it is frozen between invocations, and nobody promises that the clock which only
    /// counts goes on meanwhile; the one that tells the time is right again afterwards.
    pub(crate) fn now_in_function() -> Self {
        Self {
            told: Some(SystemTime::now()),
            ..Self::now()
        }
    }

    /// How long ago it was, by the clock that says longer.
    pub(crate) fn age(&self) -> Duration {
        let told = self.told.and_then(|told| told.elapsed().ok());
        self.counted.elapsed().max(told.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_one_clock_stands_still_the_other_counts() {
        let long = Duration::from_secs(3600);
        let now = Moment::now_in_function();
        let told = now.told.unwrap();
        let frozen = Moment {
            told: Some(told - long),
            ..now
        };
        assert!(frozen.age() >= long);
        // Somebody has set the clock back.
        let ahead = Moment {
            told: Some(told + long),
            ..now
        };
        assert!(ahead.age() < long);
    }
}
