//! Closed loops: so many workers, each doing one thing after the other.

use anyhow::{Context, Result};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Does one thing after the other.
pub(crate) trait Worker: Send + 'static {
    /// Does it once.
    fn step(&mut self) -> impl Future<Output = Result<()>> + Send;
}

/// How much all workers together do in a second, after a warm-up.
///
/// Each is watched from the end of one step to the end of another, so that none is counted in part; a step that takes
/// longer than `measured` is awaited, so that there is always something to tell.
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
            let mut first = None;
            let mut done = 0u32;
            loop {
                worker.step().await?;
                let now = Instant::now();
                let Some(first) = first else {
                    first = (now >= begin).then_some(now);
                    continue;
                };
                done += 1;
                if now >= end {
                    return anyhow::Ok((worker, f64::from(done) / (now - first).as_secs_f64()));
                }
            }
        });
    }
    let mut sum = 0.0;
    while let Some(ended) = running.join_next().await {
        let (worker, rate) = ended.context("a worker panicked")??;
        sum += rate;
        workers.push(worker);
    }
    Ok(sum)
}
