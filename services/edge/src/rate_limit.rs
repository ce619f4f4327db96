//! How many requests are let in, all askers together.

use axum::response::{IntoResponse, Response};
use chassis::Refusal;
use chassis::http::Quota;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, RateLimiter};
use std::num::NonZeroU32;

/// The overall limit.
pub(crate) struct RateLimit {
    limiter: DefaultDirectRateLimiter,
    clock: DefaultClock,
    rate: NonZeroU32,
}

impl RateLimit {
    pub(crate) fn new(rate: NonZeroU32, burst: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::direct(governor::Quota::per_second(rate).allow_burst(burst)),
            clock: DefaultClock::default(),
            rate,
        }
    }

    /// Counts a request; the answer to give when it is one too many.
    pub(crate) fn exceeded(&self) -> Option<Response> {
        let until = self.limiter.check().err()?;
        let wait = until.wait_time_from(self.clock.now());
        let quota = Quota::spent(i32::try_from(self.rate.get()).unwrap_or(i32::MAX), wait);
        Some(Refusal::over(quota, "Too many requests; slow down").into_response())
    }
}
