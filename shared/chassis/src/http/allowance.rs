//! How often one person may do something, and what the answers say about it.

use crate::{Refusal, Result};
use diesel_async::AsyncPgConnection;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::num::NonZeroU16;
use std::time::Duration;
use store::allowances::{self, Standing};
use uuid::Uuid;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

const HOUR: Duration = Duration::from_secs(3600);

/// How often one person may do something within an hour, which begins with the first time.
///
/// A request takes its part of it by [`crate::Once::within`].
#[derive(Clone, Copy, Debug)]
pub struct Allowance(allowances::Limit);

impl Allowance {
    /// So many times an hour; `deed` names what, within one service.
    #[must_use]
    pub fn hourly(deed: &'static str, times: NonZeroU16) -> Self {
        Self(allowances::Limit {
            deed,
            times: i32::from(times.get()),
            window: HOUR,
        })
    }

    /// Counts one, in the transaction of what it is for.
    ///
    /// # Errors
    /// 429 `RATE_LIMITED` when it would be one too many.
    pub(crate) async fn take(self, conn: &AsyncPgConnection, who: Uuid) -> Result<Quota> {
        let standing = allowances::take(conn, who, self.0).await?;
        let quota = self.quota(standing);
        if standing.granted {
            Ok(quota)
        } else {
            Err(Refusal::rate_limited(quota).into())
        }
    }

    /// What is left, for an answer that costs nothing.
    pub(crate) async fn look(self, conn: &AsyncPgConnection, who: Uuid) -> Result<Quota> {
        Ok(self.quota(allowances::look(conn, who, self.0).await?))
    }

    fn quota(self, standing: Standing) -> Quota {
        Quota {
            limit: self.0.times,
            remaining: self.0.times.saturating_sub(standing.used).max(0),
            resets_in: standing.resets_in,
        }
    }
}

/// What is left of an [`Allowance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    limit: i32,
    remaining: i32,
    /// Until all of it is there again.
    pub(crate) resets_in: Duration,
}

impl Quota {
    /// Nothing is left of so many times, until this long from now.
    #[must_use]
    pub fn spent(limit: i32, resets_in: Duration) -> Self {
        Self {
            limit,
            remaining: 0,
            resets_in,
        }
    }

    /// The same when nothing came of the request after all.
    pub(crate) fn given_back(self) -> Self {
        Self {
            remaining: self.remaining.saturating_add(1).min(self.limit),
            ..self
        }
    }

    /// Says it in `X-RateLimit-Limit`, `-Remaining` and `-Reset` (seconds).
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(whole_seconds(self.resets_in)));
    }
}

/// Whole seconds, rounded up and at least one: who comes back then is let in.
pub(crate) fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}
