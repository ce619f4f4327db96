//! What a container does all the time, done each minute: publish what waits, work, tidy up, tell numbers.

use super::{Deadline, handle};
use crate::{Error, Service, Transport, housekeep, metrics, relay, work_once};
use anyhow::anyhow;
use chrono::Utc;
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What is not begun before the end.
const LAST: Duration = Duration::from_secs(15);

/// Between two times of tidying up.
const TIDY: Duration = Duration::from_secs(3600);

/// When this process has tidied up last.
type Tidied = Arc<Mutex<Option<Instant>>>;

/// Sweeps whenever it is called.
pub(in crate::process) async fn sweep(service: Service, transport: Transport) -> anyhow::Result<()> {
    let tidied = Tidied::default();
    handle(move |_event: Value, deadline| {
        let (service, transport, tidied) = (service.clone(), transport.clone(), tidied.clone());
        Box::pin(async move { sweep_once(&service, &transport, deadline, &tidied).await })
    })
    .await
}

/// Each part is done, whatever becomes of the others; the first failure is told.
async fn sweep_once(
    service: &Service,
    transport: &Transport,
    deadline: Deadline,
    tidied: &Tidied,
) -> anyhow::Result<()> {
    let mut outcome = publish(service, transport, deadline).await;
    let worked = work(service, deadline).await;
    // What follows from the work.
    outcome = outcome
        .and(worked)
        .and(publish(service, transport, deadline).await);
    if is_due(tidied) {
        let tidy = housekeep(service, Utc::now()).await;
        if tidy.is_ok() {
            *tidied.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        outcome = outcome.and(tidy);
    }
    outcome = outcome.and(metrics::measure(service).await);
    outcome.map_err(|error| match error {
        Error::Failed(error) => error,
        Error::Refused(refusal) => anyhow!("{}", refusal.message),
    })
}

fn is_due(tidied: &Tidied) -> bool {
    let last = *tidied.lock().unwrap_or_else(PoisonError::into_inner);
    last.is_none_or(|last| last.elapsed() >= TIDY)
}

async fn publish(service: &Service, transport: &Transport, deadline: Deadline) -> crate::Result<()> {
    while !deadline.left(LAST).is_zero() {
        let relayed = relay::once(service, transport).await?;
        if relayed.published == 0 {
            break;
        }
    }
    Ok(())
}

async fn work(service: &Service, deadline: Deadline) -> crate::Result<()> {
    while !deadline.left(LAST).is_zero() {
        if work_once(service).await? == 0 {
            break;
        }
    }
    Ok(())
}
