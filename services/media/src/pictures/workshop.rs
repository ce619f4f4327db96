//! Where pictures are cleaned: away from the threads that answer, and few at a time.

use super::{Cleaned, Flaw, clean};
use crate::model::Format;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// How long one is waited for, by the time of day. A picture looks in between only at what it has cost, and on a machine
/// that is busy that takes a while.
const WAIT: Duration = Duration::from_secs(40);

/// One seat: what one picture may cost is what all of them cost.
#[derive(Clone)]
pub(crate) struct Workshop {
    seat: Arc<Semaphore>,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        Self {
            seat: Arc::new(Semaphore::new(1)),
        }
    }

    /// Cleans a picture. A decoder that panics has met a picture that is damaged.
    pub(crate) async fn clean(&self, bytes: Vec<u8>, format: &'static Format) -> Result<Cleaned, Flaw> {
        let Ok(seat) = self.seat.clone().acquire_owned().await else {
            return Err(Flaw::TooSlow);
        };
        let work = spawn_blocking(move || {
            // Given back when the work has ended, also when nobody waits for it any more.
            let _seat = seat;
            clean(&bytes, format)
        });
        match timeout(WAIT, work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_panic)) => Err(Flaw::Damaged),
            Err(_elapsed) => Err(Flaw::TooSlow),
        }
    }
}
