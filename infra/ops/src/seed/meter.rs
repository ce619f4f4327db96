//! Counts what happens, one meter for each phase.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;

/// The counters of one phase. All methods may be called from many tasks at once.
pub(super) struct Meter {
    requests: AtomicU64,
    retries: AtomicU64,
    /// Microseconds from sending to the last byte, of requests that were answered with success.
    latency: Mutex<Option<Histogram<u64>>>,
}

/// What a meter showed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Reading {
    /// Requests sent, repeated ones included.
    pub(super) requests: u64,
    /// Requests that had to be repeated.
    pub(super) retries: u64,
    /// Milliseconds: half of the successful requests were answered within this time.
    pub(super) p50_ms: f64,
    /// Milliseconds: 99 of 100 were.
    pub(super) p99_ms: f64,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self {
            requests: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            latency: Mutex::new(Histogram::new(3).ok()),
        }
    }

    pub(super) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn retry(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn answered_in(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        if let Some(histogram) = self
            .latency
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_mut()
        {
            // Grows as needed, so nothing is out of its range.
            histogram.record(micros).ok();
        }
    }

    pub(super) fn read(&self) -> Reading {
        let latency = self.latency.lock().unwrap_or_else(PoisonError::into_inner);
        let at = |quantile| {
            latency.as_ref().map_or(0.0, |histogram| {
                u32::try_from(histogram.value_at_quantile(quantile))
                    .map_or(f64::MAX, |micros| f64::from(micros) / 1000.0)
            })
        };
        Reading {
            requests: self.requests.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            p50_ms: at(0.5),
            p99_ms: at(0.99),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Meter;

    #[test]
    fn a_meter_shows_what_it_was_told() {
        let meter = Meter::new();
        for millis in 1..=100 {
            meter.request();
            meter.answered_in(Duration::from_millis(millis));
        }
        meter.retry();
        let reading = meter.read();
        assert_eq!((reading.requests, reading.retries), (100, 1));
        assert!((49.9..50.2).contains(&reading.p50_ms), "{reading:?}");
        assert!((98.9..99.3).contains(&reading.p99_ms), "{reading:?}");
    }
}
