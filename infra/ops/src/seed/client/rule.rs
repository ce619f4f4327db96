//! When a request is sent again, and after how long.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// A server that asks for more patience than this is asked again after this time.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Waiting times between repetitions.
#[derive(Debug, Clone, Copy)]
pub(in crate::seed) struct Backoff {
    /// The longest wait before the first repetition; doubles with each.
    pub(in crate::seed) first: Duration,
    /// Doubling ends here.
    pub(in crate::seed) most: Duration,
}

impl Backoff {
    /// The wait before repetition number `attempt` (the first is 0): somewhere between half and all of the doubled
    /// time, so that those who failed together do not come back together, and never less than the server asked for.
    ///
    /// `jitter` is from 0 to 1.
    pub(super) fn wait(&self, attempt: u32, retry_after: Option<Duration>, jitter: f64) -> Duration {
        let doubled = self
            .first
            .saturating_mul(2_u32.saturating_pow(attempt))
            .min(self.most);
        let wait = doubled.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0);
        retry_after.map_or(wait, |asked| asked.min(LONGEST_WAIT).max(wait))
    }
}

/// Which refusals may be the echo of an event that has not arrived yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::seed) enum Settling {
    /// None: every refusal is final.
    #[default]
    Nothing,
    /// The thing may not be known there yet: 404 is asked again for a while.
    Existence,
    /// The right to see it may not be known there yet: 403 and 404 are asked again for a while.
    Audience,
}

impl Settling {
    fn includes(self, status: StatusCode) -> bool {
        match self {
            Self::Nothing => false,
            Self::Existence => status == StatusCode::NOT_FOUND,
            Self::Audience => status == StatusCode::NOT_FOUND || status == StatusCode::FORBIDDEN,
        }
    }
}

/// What an answer that is no success means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The server could not now: ask again.
    Again,
    /// It may only not know yet: ask again, but not as long.
    Settles,
    /// It will not: do not ask again.
    Refused,
}

/// The rule. `code` is the stable word of the error's body.
pub(super) fn verdict(status: StatusCode, headers: &HeaderMap, code: &str, settling: Settling) -> Verdict {
    let busy = status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT
        || (status == StatusCode::CONFLICT
            && (code == "MEDIA_NOT_READY" || headers.contains_key(RETRY_AFTER)));
    if busy {
        Verdict::Again
    } else if settling.includes(status) {
        Verdict::Settles
    } else {
        Verdict::Refused
    }
}

/// How long the server asks to wait; none if it does not, or not in seconds.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};

    use super::{Backoff, Settling, Verdict, retry_after, verdict};

    #[test]
    fn the_rule_repeats_what_may_pass_and_nothing_else() {
        let none = HeaderMap::new();
        let mut later = HeaderMap::new();
        later.insert(RETRY_AFTER, HeaderValue::from_static("3"));
        let ask = |status: u16, headers: &HeaderMap, code: &str, settling| {
            verdict(StatusCode::from_u16(status).unwrap(), headers, code, settling)
        };
        for status in [408, 429, 500, 502, 503, 504] {
            assert_eq!(
                ask(status, &none, "", Settling::Nothing),
                Verdict::Again,
                "{status}"
            );
        }
        for status in [301, 400, 401, 403, 404, 409, 413, 422] {
            assert_eq!(
                ask(status, &none, "CONFLICT", Settling::Nothing),
                Verdict::Refused,
                "{status}"
            );
        }
        assert_eq!(
            ask(409, &none, "MEDIA_NOT_READY", Settling::Nothing),
            Verdict::Again
        );
        assert_eq!(ask(409, &later, "CONFLICT", Settling::Nothing), Verdict::Again);
        assert_eq!(ask(404, &none, "", Settling::Existence), Verdict::Settles);
        assert_eq!(ask(403, &none, "", Settling::Existence), Verdict::Refused);
        assert_eq!(ask(403, &none, "", Settling::Audience), Verdict::Settles);
        assert_eq!(retry_after(&later), Some(Duration::from_secs(3)));
        assert_eq!(retry_after(&none), None);
    }

    #[test]
    fn waits_double_up_to_a_limit_and_never_undercut_the_server() {
        let backoff = Backoff {
            first: Duration::from_millis(100),
            most: Duration::from_secs(2),
        };
        assert_eq!(backoff.wait(0, None, 1.0), Duration::from_millis(100));
        assert_eq!(backoff.wait(0, None, 0.0), Duration::from_millis(50));
        assert_eq!(backoff.wait(3, None, 1.0), Duration::from_millis(800));
        assert_eq!(backoff.wait(400, None, 1.0), Duration::from_secs(2));
        assert_eq!(
            backoff.wait(0, Some(Duration::from_secs(7)), 1.0),
            Duration::from_secs(7)
        );
        assert_eq!(backoff.wait(9, Some(Duration::ZERO), 1.0), Duration::from_secs(2));
        assert_eq!(
            backoff.wait(0, Some(Duration::from_secs(86_400)), 1.0),
            Duration::from_secs(60)
        );
    }
}
