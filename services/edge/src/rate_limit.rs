//! How many requests are let in, all askers together.

use axum::response::{IntoResponse, Response};
use chassis::Refusal;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use http::{HeaderName, HeaderValue, StatusCode};
use std::num::NonZeroU32;
use std::time::Duration;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// The overall limit.
pub(crate) struct RateLimit {
    limiter: DefaultDirectRateLimiter,
    clock: DefaultClock,
    rate: NonZeroU32,
}

impl RateLimit {
    pub(crate) fn new(rate: NonZeroU32, burst: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::direct(Quota::per_second(rate).allow_burst(burst)),
            clock: DefaultClock::default(),
            rate,
        }
    }

    /// Counts a request; the answer to give when it is one too many.
    pub(crate) fn exceeded(&self) -> Option<Response> {
        let until = self.limiter.check().err()?;
        let wait = until.wait_time_from(self.clock.now());
        // Whole seconds, rounded up: who comes back then is let in.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let refusal = Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            "RATE_LIMITED",
            "Too many requests; slow down",
        );
        let mut response = refusal.retry_after(Duration::from_secs(seconds)).into_response();
        let headers = response.headers_mut();
        headers.insert(LIMIT, HeaderValue::from(self.rate.get()));
        headers.insert(REMAINING, HeaderValue::from(0));
        headers.insert(RESET, HeaderValue::from(seconds.max(1)));
        Some(response)
    }
}
