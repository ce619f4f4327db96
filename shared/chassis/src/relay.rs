//! Carries the outbox to the bus.

use crate::{Error, Result, Service, Transport};
use anyhow::anyhow;
use diesel_async::AsyncConnection;
use std::time::{Duration, Instant};
use store::outbox::{self, Pending, Waiting};

/// For how long a batch may take; its rows are locked meanwhile.
const PUBLISH_TIMEOUT: Duration = Duration::from_secs(10);

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relayed {
    /// On the bus.
    pub published: usize,
    /// Not taken by the bus; they sink behind the others and are tried again.
    pub refused: usize,
}

/// Publishes what waits, one batch at most.
///
/// It takes no hint of what changed, so being called late, twice or by two at once is all the same: rows that
/// another relay has in hand are passed over. When it dies between publishing and marking, events are published
/// twice, and consumers know them by their ids.
///
/// # Errors
/// When the database or the bus cannot be reached; then everything still waits.
pub async fn once(service: &Service, transport: &Transport) -> Result<Relayed> {
    relay(service, transport, Waiting::All, PUBLISH_TIMEOUT).await
}

/// As [`once`], without those that the bus refused before.
pub(crate) async fn once_of_new(service: &Service, transport: &Transport) -> Result<Relayed> {
    relay(service, transport, Waiting::New, PUBLISH_TIMEOUT).await
}

/// Publishes what is new until nothing is left or the time is over, for whoever waits for its end: an invocation on Lambda.
/// What is left the sweep publishes.
pub(crate) async fn within(service: &Service, transport: &Transport, time: Duration) {
    let began = Instant::now();
    loop {
        let left = time.saturating_sub(began.elapsed());
        if left.is_zero() {
            tracing::warn!(service = service.name, "events were left to the sweep");
            return;
        }
        match relay(service, transport, Waiting::New, left.min(PUBLISH_TIMEOUT)).await {
            Ok(relayed) if relayed.published + relayed.refused < transport.publish_batch() => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(service = service.name, causes = ?error.causes(), "events were left to the sweep");
                return;
            }
        }
    }
}

async fn relay(service: &Service, transport: &Transport, which: Waiting, limit: Duration) -> Result<Relayed> {
    let mut conn = service.database.connection().await?;
    if !outbox::is_waiting(&conn, which).await? {
        return Ok(Relayed::default());
    }
    let lasting = transport.lasting();
    conn.transaction(async |conn| {
        let most = i64::try_from(transport.publish_batch()).unwrap_or(i64::MAX);
        let pending = outbox::lock_pending(conn, which, most).await?;
        if pending.is_empty() {
            return Ok(Relayed::default());
        }
        let outcomes = tokio::time::timeout(limit, transport.publish(service.name, &pending))
            .await
            .map_err(|_elapsed| Error::Failed(anyhow!("the bus did not answer in {limit:?}")))?;
        let (mut published, mut refused) = (Vec::new(), Vec::new());
        for (event, outcome) in pending.iter().zip(outcomes) {
            match outcome {
                Ok(()) => published.push(event.id),
                Err(error) => {
                    note_refusal(service.name, event, &error);
                    refused.push(event.id);
                }
            }
        }
        if !published.is_empty() {
            outbox::mark_published(conn, &published, lasting).await?;
        }
        if !refused.is_empty() {
            outbox::mark_refused(conn, &refused, lasting).await?;
        }
        Ok::<_, Error>(Relayed {
            published: published.len(),
            refused: refused.len(),
        })
    })
    .await
}

/// Says so the first, second, fourth, eighth … time.
fn note_refusal(service: &str, event: &Pending, error: &anyhow::Error) {
    let attempts = event.attempts.unsigned_abs().saturating_add(1);
    if attempts.is_power_of_two() {
        let error = format!("{error:#}");
        tracing::error!(service, event.id = %event.id, attempts, error, "an event could not be published");
    }
}
