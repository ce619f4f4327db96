//! The loops of a running service, and how they stop: take nothing new, finish what runs, give back the rest.

use crate::transport::{BATCH, LONGEST_WAIT, MAX_RECEIVES, Message, VISIBILITY};
use crate::{Delivered, Service, Transport, Wake, deliver, relay};
use anyhow::Context;
use chrono::{DateTime, Utc};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::{Duration, Instant};
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

/// Between 75 % and 125 % of a time, so that many do not come back at once.
fn jittered(time: Duration) -> Duration {
    time.mul_f64(rand::random_range(0.75..1.25))
}

/// The next pause, after one that did not help.
fn longer(pause: Duration) -> Duration {
    (pause * 2).min(Duration::from_secs(5))
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
///
/// What the bus refused is tried again by the sweep, after pauses that grow, and holds up nothing that is new.
pub async fn relay_forever(service: Service, transport: Transport, stop: CancellationToken) {
    let full = transport.publish_batch();
    let (mut pause, mut refusals) = (SWEEP, Pause::default());
    while !stop.is_cancelled() {
        // Registered before looking, so that a write in between is not missed.
        let woken = service.database.relay.woken();
        let is_due = refusals.is_over();
        let looked = if is_due {
            relay::once(&service, &transport).await
        } else {
            relay::once_of_new(&service, &transport).await
        };
        match looked {
            Ok(relayed) => {
                pause = SWEEP;
                if relayed.refused > 0 {
                    refusals.begin();
                } else if is_due {
                    refusals = Pause::default();
                }
                // A full batch: there may be more.
                if relayed.published + relayed.refused < full {
                    rest(Some(woken), SWEEP, &stop).await;
                }
            }
            Err(error) => {
                tracing::warn!(service = service.name, causes = ?error.causes(), "the relay will try again");
                rest(None, pause, &stop).await;
                pause = longer(pause);
            }
        }
    }
}

/// A pause that is twice as long each time it begins, up to some seconds.
#[derive(Default)]
struct Pause(Option<(Instant, Duration)>);

impl Pause {
    fn is_over(&self) -> bool {
        self.0.is_none_or(|(begun, time)| begun.elapsed() >= time)
    }

    fn begin(&mut self) {
        let time = self.0.map_or(SWEEP, |(_, time)| longer(time));
        self.0 = Some((Instant::now(), time));
    }
}

/// One look into a service's queue; answers what became of what was there.
///
/// # Errors
/// When the queue cannot be reached.
pub async fn consume_once(service: &Service, transport: &Transport) -> anyhow::Result<Consumed> {
    consume_once_leased(service, transport, VISIBILITY).await
}

/// As [`consume_once`], with another lease than [`VISIBILITY`].
///
/// # Errors
/// When the queue cannot be reached.
pub async fn consume_once_leased(
    service: &Service,
    transport: &Transport,
    lease: Duration,
) -> anyhow::Result<Consumed> {
    let batch = transport.receive(service.name, lease, Duration::ZERO).await?;
    let (consumed, untried) = handle(service, transport, batch, lease).await?;
    if !untried.is_empty() {
        transport.give_back(service.name, &untried).await?;
    }
    Ok(consumed)
}

/// Delivers a batch and tells the queue what became of it, but for what could not be tried: that is handed back.
async fn handle(
    service: &Service,
    transport: &Transport,
    batch: Vec<Message>,
    lease: Duration,
) -> anyhow::Result<(Consumed, Vec<Message>)> {
    if batch.is_empty() {
        return Ok(Default::default());
    }
    let (received, leased) = (batch.len(), batch.clone());
    let delivery = Box::pin(deliver(service, transport, batch));
    let Delivered {
        done,
        failed,
        untried,
    } = while_leased(service.name, transport, &leased, lease, delivery).await;
    if !done.is_empty() {
        let outcomes = transport.acknowledge(service.name, &done).await;
        for error in outcomes.into_iter().filter_map(Result::err) {
            let error = format!("{error:#}");
            tracing::warn!(
                service = service.name,
                error,
                "a message is done, and will come again"
            );
        }
    }
    for message in &failed {
        let later = transport
            .retry_after(service.name, message, delay_after(message))
            .await;
        if let Err(error) = later {
            let error = format!("{error:#}");
            tracing::warn!(
                service = service.name,
                error,
                "a message that failed comes again when its lease ends"
            );
        }
    }
    let consumed = Consumed {
        received,
        done: done.len(),
        failed: failed.len(),
        untried: untried.len(),
    };
    Ok((consumed, untried))
}

/// Does work, and renews the lease of its messages for as long as it takes.
async fn while_leased<T>(
    queue: &str,
    transport: &Transport,
    messages: &[Message],
    lease: Duration,
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    let renewal = async || {
        tokio::time::sleep(lease / 3).await;
        if let Err(error) = transport.extend(queue, messages, lease).await {
            tracing::warn!(
                queue,
                error = format!("{error:#}"),
                "a lease could not be renewed"
            );
        }
    };
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = renewal() => {}
        }
    }
}

/// Keeps what could not be tried, and receives no more, until our own database is back: giving it back would use up
/// its receives. Told to stop, it gives back.
async fn hold(
    service: &Service,
    transport: &Transport,
    mut untried: Vec<Message>,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let mut pause = SWEEP;
    while !untried.is_empty() {
        let look = async {
            rest(None, pause, stop).await;
            !stop.is_cancelled() && service.database.connection().await.is_ok()
        };
        let is_back = while_leased(service.name, transport, &untried, VISIBILITY, look).await;
        if stop.is_cancelled() {
            return transport.give_back(service.name, &untried).await;
        }
        pause = longer(pause);
        if is_back {
            (_, untried) = handle(service, transport, untried, VISIBILITY).await?;
        }
    }
    Ok(())
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

pub(crate) fn delay_after(message: &Message) -> Duration {
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

/// Consumes a service's queue until asked to stop, one batch at a time. Run several at once for more in flight: never
/// more than [`BATCH`] messages each.
pub async fn consume_forever(service: Service, transport: Transport, stop: CancellationToken) {
    let wake: Option<Wake> = transport.wake(service.name);
    let mut taken_over = false;
    let mut pause = SWEEP;
    while !stop.is_cancelled() {
        if !taken_over {
            match transport.take_over(service.name).await {
                Ok(()) => taken_over = true,
                Err(error) => {
                    unreachable_queue(&service, &error);
                    rest(None, pause, &stop).await;
                    pause = longer(pause);
                    continue;
                }
            }
        }
        let woken = wake.as_ref().map(Wake::woken);
        let began = Instant::now();
        match consume_next(&service, &transport, &stop).await {
            Ok(Consumed { untried: 1.., .. }) => {
                // Our database is away. Looking again would only use up receives.
                rest(None, pause, &stop).await;
                pause = longer(pause);
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
            Ok(Consumed { received, .. }) => {
                pause = SWEEP;
                // A receive that waits is a rest already.
                if wake.is_some() || (received == 0 && began.elapsed() < SWEEP) {
                    rest(woken, SWEEP, &stop).await;
                }
            }
            Err(error) => {
                unreachable_queue(&service, &error);
                taken_over = false;
                rest(None, pause, &stop).await;
                pause = longer(pause);
            }
        }
    }
}

/// Waits for a batch and handles it. Told to stop while it waits, it stops waiting.
async fn consume_next(
    service: &Service,
    transport: &Transport,
    stop: &CancellationToken,
) -> anyhow::Result<Consumed> {
    let next = transport.receive(service.name, VISIBILITY, LONGEST_WAIT);
    let batch = if transport.takes_back() {
        // It does not wait. Dropped in the middle, it would leave messages leased that nobody has in hand.
        next.await?
    } else {
        tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(Consumed::default()),
            batch = next => batch?,
        }
    };
    let (consumed, untried) = handle(service, transport, batch, VISIBILITY).await?;
    if !transport.takes_back() {
        hold(service, transport, untried, stop).await?;
    } else if !untried.is_empty() {
        transport.give_back(service.name, &untried).await?;
    }
    Ok(consumed)
}

fn unreachable_queue(service: &Service, error: &anyhow::Error) {
    let error = format!("{error:#}");
    tracing::warn!(service = service.name, error, "the queue cannot be reached");
}

/// Lets each of a service's workers do one thing, behind a boundary that no panic crosses; answers how many they did. One
/// that fails keeps none of the others from working.
///
/// # Errors
/// Whatever the worker says, or that it panicked; its work comes to it again.
pub async fn work_once(service: &Service) -> crate::Result<usize> {
    let mut outcome = Ok(0);
    for work in &service.workers {
        let worked = AssertUnwindSafe(work())
            .catch_unwind()
            .await
            .unwrap_or_else(|_panic| Err(crate::Error::Failed(anyhow::anyhow!("the worker panicked"))));
        outcome = match (outcome, worked) {
            (Ok(before), Ok(now)) => Ok(before + now),
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
    }
    outcome
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

/// For how long a failure is remembered after it was last met: well beyond the 14 days of a dead letter.
const FAILURES_KEPT_DAYS: i32 = 90;

/// Tidies up about once an hour, until asked to stop.
pub async fn housekeep_forever(service: Service, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = housekeep(&service, Utc::now()).await {
            tracing::warn!(service = service.name, causes = ?error.causes(), "housekeeping will try again");
        }
        rest(None, Duration::from_secs(3600), &stop).await;
    }
}

/// Makes the coming months' partitions, drops what no replay reaches, forgets old answers and failures, and does what the service
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
    store::failures::forget_older_than(&conn, FAILURES_KEPT_DAYS).await?;
    Ok(())
}
