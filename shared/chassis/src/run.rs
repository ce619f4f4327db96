//! The loops of a running service, and how they stop: take nothing new, finish what runs, give back the rest.

use crate::transport::{BATCH, MAX_RECEIVES, Message, VISIBILITY};
use crate::{Delivered, Service, Transport, Wake, deliver, relay};
use anyhow::Context;
use axum::Router;
use chrono::{DateTime, Utc};
use futures::FutureExt;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Between two looks when nothing woke the loop. Events come by wake-up; this is for what other processes did.
const SWEEP: Duration = Duration::from_millis(1000);

/// Seconds before the next try of a message that failed for the first, second, … time.
const RETRIES: [u64; 4] = [1, 5, 30, 120];

/// Resolves when the process is asked to stop (Ctrl-C or SIGTERM).
///
/// # Errors
/// When the signals cannot be listened to.
pub async fn stop_signal() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("Ctrl-C cannot be listened to"),
        _ = terminate.recv() => Ok(()),
    }
}

/// Answers HTTP until asked to stop, then finishes the requests that run.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> anyhow::Result<()> {
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, router)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
        .context("the listener failed")
}

/// Between 75 % and 125 % of a time, so that many do not come back at once.
fn jittered(time: Duration) -> Duration {
    time.mul_f64(rand::random_range(0.75..1.25))
}

/// Waits for a hint, a while, or the end.
async fn rest(wake: Option<tokio::sync::futures::OwnedNotified>, time: Duration, stop: &CancellationToken) {
    let woken = async {
        match wake {
            Some(woken) => woken.await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = woken => {}
        () = tokio::time::sleep(jittered(time)) => {}
        () = stop.cancelled() => {}
    }
}

/// Carries a service's outbox to the bus until asked to stop. The sweep is the mechanism; the wake-up makes it quick.
pub async fn relay_forever(service: Service, transport: Transport, stop: CancellationToken) {
    let full = usize::try_from(transport.publish_batch()).unwrap_or(usize::MAX);
    let mut pause = SWEEP;
    while !stop.is_cancelled() {
        // Registered before looking, so that a write in between is not missed.
        let woken = service.database.relay.woken();
        match relay::once(&service, &transport).await {
            // A full batch: there may be more.
            Ok(relayed) if relayed.published == full => pause = SWEEP,
            Ok(relayed) if relayed.refused > 0 => rest(None, SWEEP, &stop).await,
            Ok(_) => {
                pause = SWEEP;
                rest(Some(woken), SWEEP, &stop).await;
            }
            Err(error) => {
                tracing::warn!(service = service.name, causes = ?error.causes(), "the relay will try again");
                rest(None, pause, &stop).await;
                pause = (pause * 2).min(Duration::from_secs(5));
            }
        }
    }
}

/// One look into a service's queue; answers what became of what was there.
///
/// # Errors
/// When the queue cannot be reached.
pub async fn consume_once(service: &Service, transport: &Transport) -> anyhow::Result<Consumed> {
    let batch = transport.receive(service.name, VISIBILITY).await?;
    let received = batch.len();
    if received == 0 {
        return Ok(Consumed::default());
    }
    let Delivered {
        done,
        failed,
        untried,
    } = deliver(service, batch).await;
    if !done.is_empty() {
        transport.acknowledge(service.name, &done).await?;
    }
    for message in &failed {
        transport
            .retry_after(service.name, message, delay_after(message))
            .await?;
    }
    if !untried.is_empty() {
        transport.give_back(service.name, &untried).await?;
    }
    Ok(Consumed {
        received,
        done: done.len(),
        failed: failed.len(),
        untried: untried.len(),
    })
}

/// What became of one look into a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consumed {
    /// Messages that were there.
    pub received: usize,
    /// Messages whose effects are in the database.
    pub done: usize,
    /// Messages that will come again.
    pub failed: usize,
    /// Messages that were given back because the database is away.
    pub untried: usize,
}

fn delay_after(message: &Message) -> Duration {
    if message.receive_count >= MAX_RECEIVES {
        // It will not be tried again: let the next look put it aside.
        return Duration::ZERO;
    }
    let tries = usize::try_from(message.receive_count).unwrap_or_default();
    let seconds = RETRIES
        .get(tries.saturating_sub(1))
        .or(RETRIES.last())
        .copied()
        .unwrap_or(1);
    jittered(Duration::from_secs(seconds))
}

/// Consumes a service's queue until asked to stop. Run several at once for more in flight.
pub async fn consume_forever(service: Service, transport: Transport, stop: CancellationToken) {
    let wake: Option<Wake> = transport.wake(service.name);
    let mut taken_over = false;
    let mut pause = SWEEP;
    while !stop.is_cancelled() {
        if !taken_over {
            match transport.take_over(service.name).await {
                Ok(()) => taken_over = true,
                Err(error) => {
                    tracing::warn!(
                        service = service.name,
                        error = format!("{error:#}"),
                        "the queue cannot be reached"
                    );
                    rest(None, pause, &stop).await;
                    pause = (pause * 2).min(Duration::from_secs(5));
                    continue;
                }
            }
        }
        let woken = wake.as_ref().map(Wake::woken);
        match consume_once(&service, &transport).await {
            Ok(Consumed { untried: 1.., .. }) => {
                // Our database is away. Looking again would only use up receives.
                rest(None, pause, &stop).await;
                pause = (pause * 2).min(Duration::from_secs(5));
            }
            // A full batch: there may be more, for an idle colleague as well.
            Ok(Consumed {
                received: BATCH.., ..
            }) => {
                pause = SWEEP;
                if let Some(wake) = &wake {
                    wake.wake();
                }
            }
            Ok(_) => {
                pause = SWEEP;
                rest(woken, SWEEP, &stop).await;
            }
            Err(error) => {
                tracing::warn!(
                    service = service.name,
                    error = format!("{error:#}"),
                    "the queue cannot be reached"
                );
                taken_over = false;
                rest(None, pause, &stop).await;
                pause = (pause * 2).min(Duration::from_secs(5));
            }
        }
    }
}

/// Lets a service's worker do one thing, behind a boundary that no panic crosses; answers how many it did.
///
/// # Errors
/// Whatever the worker says, or that it panicked; its work comes to it again.
pub async fn work_once(service: &Service) -> crate::Result<usize> {
    let Some(work) = &service.worker else {
        return Ok(0);
    };
    AssertUnwindSafe(work())
        .catch_unwind()
        .await
        .unwrap_or_else(|_panic| Err(crate::Error::Failed(anyhow::anyhow!("the worker panicked"))))
}

/// Lets a service's worker work until asked to stop. What it does then is finished first.
pub async fn work_forever(service: Service, stop: CancellationToken) {
    let mut pause = SWEEP;
    while !stop.is_cancelled() {
        // Registered before looking, so that what is written down in between is not missed.
        let woken = service.database.worker.woken();
        match work_once(&service).await {
            Ok(0) => {
                pause = SWEEP;
                rest(Some(woken), SWEEP, &stop).await;
            }
            Ok(_) => pause = SWEEP,
            Err(error) => {
                tracing::warn!(service = service.name, causes = ?error.causes(), "the worker will try again");
                rest(None, pause, &stop).await;
                pause = (pause * 2).min(Duration::from_secs(5));
            }
        }
    }
}

/// Tidies up about once an hour, until asked to stop.
pub async fn housekeep_forever(service: Service, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = housekeep(&service, Utc::now()).await {
            tracing::warn!(service = service.name, causes = ?error.causes(), "housekeeping will try again");
        }
        rest(None, Duration::from_secs(3600), &stop).await;
    }
}

/// Makes the coming months' partitions, drops what no replay reaches, forgets old answers, and does what the service
/// itself has to tidy up. One part that fails keeps none of the others from being done.
///
/// # Errors
/// The first failure; what was done stays done, and the next time goes on.
pub async fn housekeep(service: &Service, now: DateTime<Utc>) -> crate::Result<()> {
    let mut outcome = housekeep_spine(service, now).await;
    for tidy in &service.housekeeping {
        outcome = outcome.and(tidy(now).await);
    }
    outcome
}

async fn housekeep_spine(service: &Service, now: DateTime<Utc>) -> crate::Result<()> {
    let mut conn = service.database.connection().await?;
    store::partitions::ensure(&mut conn, now).await?;
    store::partitions::drop_old(&mut conn, now).await?;
    store::replies::forget_older_than(&conn, 48).await?;
    store::allowances::forget_older_than(&conn, 48).await?;
    Ok(())
}
