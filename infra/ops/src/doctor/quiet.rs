//! Outboxes, queues, erasures and dead letters: what is under way, and whether it comes to an end.

use super::Finding;
use crate::operators::Bus;
use anyhow::Result;
use chassis::schema_of;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use std::time::{Duration, Instant};
use store::outbox::{self, Backlog};

/// Between two looks while waiting.
const LOOK: Duration = Duration::from_millis(100);

/// Waits until nothing is under way. `false` when time ran out.
pub(super) async fn wait(bus: &mut Bus, patience: Duration) -> Result<bool> {
    let began = Instant::now();
    loop {
        if is_quiet(bus).await? {
            return Ok(true);
        }
        if began.elapsed() > patience {
            return Ok(false);
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Nothing in any outbox, nothing on any queue, nobody half erased. Looked at twice, because an event leaves one just before it enters the
/// other only in the eyes of somebody who looks at both at different times.
async fn is_quiet(bus: &mut Bus) -> Result<bool> {
    for _ in 0..2 {
        for service in bus.services {
            if backlog(bus, service.name).await?.pending > 0 || is_erasing(bus, service.name).await? {
                return Ok(false);
            }
        }
        for queue in bus.queues.clone() {
            if !bus.transport.depth(queue).await?.is_quiet() {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

async fn backlog(bus: &mut Bus, service: &str) -> Result<Backlog> {
    bus.conn
        .batch_execute(&format!("SET search_path = {}", schema_of(service)))
        .await?;
    let backlog = outbox::backlog(&bus.conn).await?;
    bus.conn.batch_execute("RESET search_path").await?;
    Ok(backlog)
}

/// Whether somebody is being erased there: what is half gone differs from what is whole elsewhere.
async fn is_erasing(bus: &mut Bus, service: &str) -> Result<bool> {
    let schema = schema_of(service);
    let pending = format!("SELECT count(*) AS count FROM {schema}.erased_account WHERE erased_at IS NULL");
    let pending: Count = diesel::sql_query(pending).get_result(&mut bus.conn).await?;
    Ok(pending.count > 0)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// A line for each outbox and each queue.
pub(super) async fn look(bus: &mut Bus) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for service in bus.services {
        let Backlog {
            pending,
            refused,
            oldest_seconds,
        } = backlog(bus, service.name).await?;
        let what = format!("outbox of {}", service.name);
        // A second is a relay's pause; an event that waits much longer has something in its way.
        findings.push(if refused > 0 {
            Finding::ill(
                what,
                format!("{refused} events were refused by the bus; see `valine events explain` and the log"),
            )
        } else if oldest_seconds > 10.0 {
            Finding::ill(
                what,
                format!("{pending} wait, the oldest for {oldest_seconds:.0} s; is the network running?"),
            )
        } else {
            Finding::well(what, format!("{pending} wait"))
        });
    }
    for queue in bus.queues.clone() {
        let depth = bus.transport.depth(queue).await?;
        let schema = schema_of(queue);
        let open = format!(
            "SELECT count(*) AS count FROM {schema}.failure f WHERE resolved_at IS NULL \
             AND NOT EXISTS (SELECT FROM {schema}.inbox i WHERE i.handler = f.handler AND i.event_id = f.event_id)"
        );
        let failing = diesel::sql_query(open)
            .get_result::<Count>(&mut bus.conn)
            .await?
            .count;
        let what = format!("queue of {queue}");
        let detail = format!(
            "{} ready, {} in hand, {} wait for another try, {} dead; {failing} events fail",
            depth.ready, depth.in_flight, depth.delayed, depth.dead
        );
        findings.push(if depth.dead > 0 {
            Finding::ill(what, format!("{detail}; see `valine dead-letters list`"))
        } else {
            Finding::well(what, detail)
        });
    }
    Ok(findings)
}
