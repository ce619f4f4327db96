//! Closed loops: so many workers, each doing one thing after the other.

use anyhow::{Context, Result};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Does one thing after the other.
pub(crate) trait Worker: Send + 'static {
    /// Does it once.
    fn step(&mut self) -> impl Future<Output = Result<()>> + Send;
}

/// How much all workers together do in a second; what they do in the warm-up and what is not done in the end does not
/// count.
pub(crate) async fn rate<W: Worker>(
    workers: &mut Vec<W>,
    warm_up: Duration,
    measured: Duration,
) -> Result<f64> {
    let begin = Instant::now() + warm_up;
    let end = begin + measured;
    let mut running = JoinSet::new();
    for mut worker in workers.drain(..) {
        running.spawn(async move {
            let mut done = 0u32;
            loop {
                worker.step().await?;
                let now = Instant::now();
                if now >= end {
                    return anyhow::Ok((worker, done));
                }
                if now >= begin {
                    done += 1;
                }
            }
        });
    }
    let mut sum = 0.0;
    while let Some(ended) = running.join_next().await {
        let (worker, done) = ended.context("a worker panicked")??;
        sum += f64::from(done);
        workers.push(worker);
    }
    Ok(sum / measured.as_secs_f64())
}
