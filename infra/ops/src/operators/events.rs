//! `valine events`: follow what is published, and explain one event's whole journey.

use super::Bus;
use crate::installation::Installation;
use crate::output;
use anyhow::{Result, bail};
use chassis::{Transport, schema_of};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashSet;
use std::pin::pin;
use std::time::Duration;
use uuid::Uuid;

/// Between two looks at the outboxes.
const LOOK: Duration = Duration::from_millis(300);

/// Read and shown at a time; as long as there are as many, the next ones are read at once.
const MANY: usize = 500;

/// What to know of events.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  valine events tail
  valine events tail --type content.post-changed.v1 --json
  valine events explain 0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77")]
pub enum Command {
    /// Print events as they are decided, until Ctrl-C
    Tail {
        /// Only this type, or this service's (such as `content`)
        #[arg(long = "type", value_name = "TYPE")]
        kind: Option<String>,
        /// How many of the past to begin with
        #[arg(long, default_value_t = 10, value_name = "N")]
        last: i64,
        /// End after these, without waiting for more
        #[arg(long)]
        no_follow: bool,
        /// For machines: one envelope a line
        #[arg(long)]
        json: bool,
    },
    /// Where an event came from, who consumed it, what failed, and what followed from it
    Explain {
        /// The event's id
        event_id: Uuid,
        /// For machines
        #[arg(long)]
        json: bool,
    },
}

#[derive(QueryableByName)]
struct Published {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    envelope: String,
}

/// Runs the command.
///
/// # Errors
/// When the database cannot be reached, or there is no such event.
pub async fn run(installation: &Installation, command: Command) -> Result<bool> {
    let mut bus = Bus::connect(installation).await?;
    match command {
        Command::Tail {
            kind,
            last,
            no_follow,
            json,
        } => {
            // Events may hold people's words: who looked is kept.
            bus.audit(
                "tail",
                None,
                None,
                serde_json::json!({ "type": kind, "last": last, "whole": json }),
            )
            .await?;
            tail(&mut bus, kind.as_deref(), last, !no_follow, json).await
        }
        Command::Explain { event_id, json } => explain(&mut bus, event_id, json).await,
    }
}

/// All outboxes as one list.
fn outboxes(bus: &Bus, columns: &str) -> String {
    let one = |schema: String| format!("SELECT {columns} FROM {schema}.outbox");
    bus.services
        .iter()
        .map(|service| one(schema_of(service.name)))
        .collect::<Vec<_>>()
        .join(" UNION ALL ")
}

async fn tail(bus: &mut Bus, kind: Option<&str>, last: i64, follow: bool, json: bool) -> Result<bool> {
    let all = outboxes(bus, "id, envelope::text AS envelope, envelope ->> 'type' AS type");
    let wanted = "($1 IS NULL OR type = $1 OR type LIKE $1 || '.%')";
    let past = format!(
        "SELECT * FROM (SELECT id, envelope FROM ({all}) AS event WHERE {wanted} ORDER BY id DESC LIMIT $2) AS past ORDER BY id"
    );
    // What is known is read first: an event that is decided in between is shown as new, and never missed.
    let mut from = before(Utc::now());
    let mut known = ids_since(bus, &all, from).await?;
    let mut shown: Vec<Published> = diesel::sql_query(past)
        .bind::<Nullable<Text>, _>(kind)
        .bind::<diesel::sql_types::BigInt, _>(last)
        .load(&mut bus.conn)
        .await?;
    // An id is older than its commit: look back a little each time, and remember what was shown.
    let next = format!(
        "SELECT id, envelope FROM ({all}) AS event WHERE {wanted} AND id > $2 \
         AND id NOT IN (SELECT unnest($3)) ORDER BY id LIMIT {MANY}"
    );
    let mut stop = pin!(chassis::stop_signal());
    // Where the next look begins, and after what this one goes on, if it is not at its end.
    let (mut horizon, mut after) = (from, None);
    loop {
        for event in &shown {
            show(&event.envelope, json);
            known.insert(event.id);
        }
        if !follow {
            return Ok(true);
        }
        tokio::select! {
            biased;
            stop = &mut stop => return stop.map(|()| true),
            () = tokio::time::sleep(after.map_or(LOOK, |_| Duration::ZERO)) => {}
        }
        if after.is_none() {
            horizon = before(Utc::now());
            known.retain(|id| *id > from);
        }
        let start = after.unwrap_or(from);
        let passed: Vec<_> = known.iter().copied().filter(|id| *id > start).collect();
        shown = diesel::sql_query(&next)
            .bind::<Nullable<Text>, _>(kind)
            .bind::<SqlUuid, _>(start)
            .bind::<Array<SqlUuid>, _>(passed)
            .load(&mut bus.conn)
            .await?;
        // A look ends when all of it was shown, however much that is.
        after = shown.get(MANY - 1).map(|last| last.id);
        if after.is_none() {
            from = horizon;
        }
    }
}

/// What has been decided since then: it belongs to the past, whether it is shown or not.
async fn ids_since(bus: &mut Bus, all: &str, from: Uuid) -> Result<HashSet<Uuid>> {
    #[derive(QueryableByName)]
    struct Decided {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    let decided: Vec<Decided> = diesel::sql_query(format!("SELECT id FROM ({all}) AS event WHERE id > $1"))
        .bind::<SqlUuid, _>(from)
        .load(&mut bus.conn)
        .await?;
    Ok(decided.into_iter().map(|event| event.id).collect())
}

/// The smallest id of half a minute before this one was made; an id begins with 48 bits of milliseconds (RFC 9562, version 7).
fn before_id(id: Uuid) -> Uuid {
    Uuid::from_u128((id.as_u128() >> 80).saturating_sub(30_000) << 80)
}

/// The smallest id of half a minute ago: no transaction that publishes runs longer.
fn before(now: DateTime<Utc>) -> Uuid {
    let millis = (now - chrono::TimeDelta::seconds(30)).timestamp_millis();
    Uuid::from_u128(u128::try_from(millis).unwrap_or_default() << 80)
}

fn show(envelope: &str, json: bool) {
    if json {
        output::data(envelope);
        return;
    }
    let value: Value = serde_json::from_str(envelope).unwrap_or_default();
    let text = |name: &str| {
        value
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let version = value.get("version").and_then(Value::as_i64).unwrap_or_default();
    output::data(format!(
        "{}  {:<44} v{version:<4} {}  {}",
        text("occurredAt"),
        text("type"),
        text("id"),
        text("subject")
    ));
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Journey {
    envelope: Value,
    outbox: Outbox,
    consumers: Vec<Consumption>,
    caused: Vec<Caused>,
    operators: Vec<Action>,
}

#[derive(Serialize, QueryableByName)]
#[serde(rename_all = "camelCase")]
struct Outbox {
    #[diesel(sql_type = Text)]
    service: String,
    #[diesel(sql_type = Text)]
    #[serde(skip)]
    envelope: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    published_at: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Consumption {
    service: &'static str,
    handler: &'static str,
    state: String,
    failure: Option<Value>,
}

#[derive(Serialize, QueryableByName)]
#[serde(rename_all = "camelCase")]
struct Caused {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    r#type: String,
    #[diesel(sql_type = Text)]
    subject: String,
}

#[derive(Serialize, QueryableByName)]
#[serde(rename_all = "camelCase")]
struct Action {
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    operator: String,
    #[diesel(sql_type = Text)]
    action: String,
    #[diesel(sql_type = Nullable<Text>)]
    queue: Option<String>,
    /// What became of a change; nothing where nobody knows, or it was only a look.
    #[diesel(sql_type = Nullable<Text>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Nullable<diesel::sql_types::Jsonb>)]
    failure: Option<Value>,
}

async fn explain(bus: &mut Bus, id: Uuid, json: bool) -> Result<bool> {
    let journey = journey(bus, id).await?;
    // An event may hold people's words: who looked is kept.
    bus.audit("explain", None, Some(id), Value::Object(serde_json::Map::new()))
        .await?;
    if json {
        output::json(&journey)?;
        return Ok(true);
    }
    output::data(serde_json::to_string_pretty(&journey.envelope)?);
    let mut table = output::table(&["where", "what", "state"]);
    let published = journey.outbox.published_at.map_or_else(
        || format!("waits in the outbox; {} tries so far", journey.outbox.attempts),
        |at| format!("published {}", at.format("%Y-%m-%d %H:%M:%S%.3f")),
    );
    table.add_row([journey.outbox.service.as_str(), "outbox", &published]);
    for consumption in &journey.consumers {
        let cause = consumption
            .failure
            .as_ref()
            .and_then(|causes| causes.get(0)?.as_str().map(str::to_owned));
        let state = cause.map_or_else(
            || consumption.state.clone(),
            |cause| format!("{}\n{cause}", consumption.state),
        );
        table.add_row([consumption.service, consumption.handler, &state]);
    }
    for caused in &journey.caused {
        table.add_row([
            "caused",
            &caused.r#type,
            &format!("{} of {}", caused.id, caused.subject),
        ]);
    }
    for action in &journey.operators {
        let when = format!("{} by {}", action.at.format("%Y-%m-%d %H:%M:%S"), action.operator);
        let became = action
            .outcome
            .as_ref()
            .map(|outcome| format!("{when}: {outcome}"));
        table.add_row(["operator", &action.action, &became.unwrap_or(when)]);
    }
    output::data(table.to_string());
    Ok(true)
}

async fn journey(bus: &mut Bus, id: Uuid) -> Result<Journey> {
    let outbox = outbox_of(bus, id).await?;
    let envelope: Value = serde_json::from_str(&outbox.envelope)?;
    let kind = envelope
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let mut consumers = Vec::new();
    for service in bus.services {
        for consumer in service
            .consumes
            .iter()
            .filter(|consumer| consumer.types.contains(&kind.as_str()))
        {
            let place = place_of(bus, service.name, consumer.handler, id).await?;
            consumers.push(Consumption {
                service: service.name,
                handler: consumer.handler,
                state: place.state,
                failure: place.failure,
            });
        }
    }
    let caused = format!(
        "SELECT id, envelope ->> 'type' AS type, envelope ->> 'subject' AS subject FROM ({}) AS event \
         WHERE id > $2 AND envelope ->> 'causationId' = $1 ORDER BY id",
        outboxes(bus, "id, envelope")
    );
    // What follows is younger, but for what clocks differ by: older days of the outboxes are not read.
    let caused = diesel::sql_query(caused)
        .bind::<Text, _>(id.to_string())
        .bind::<SqlUuid, _>(before_id(id))
        .load(&mut bus.conn)
        .await?;
    let operators = diesel::sql_query(
        "SELECT at, operator, action, queue, outcome FROM bus.operator_action WHERE event_id = $1 ORDER BY at",
    )
    .bind::<SqlUuid, _>(id)
    .load(&mut bus.conn)
    .await?;
    Ok(Journey {
        envelope,
        outbox,
        consumers,
        caused,
        operators,
    })
}

async fn outbox_of(bus: &mut Bus, id: Uuid) -> Result<Outbox> {
    for service in bus.services {
        let query = format!(
            "SELECT $1 AS service, envelope::text AS envelope, attempts, published_at FROM {}.outbox WHERE id = $2",
            schema_of(service.name)
        );
        let found: Vec<Outbox> = diesel::sql_query(query)
            .bind::<Text, _>(service.name)
            .bind::<SqlUuid, _>(id)
            .load(&mut bus.conn)
            .await?;
        if let Some(outbox) = found.into_iter().next() {
            return Ok(outbox);
        }
    }
    bail!(
        "no outbox has an event {id}; `valine events tail` shows ids, and old months are dropped after a year"
    )
}

/// Where the event stands for one handler. What failed before it was done has not failed any more: a replayed dead letter
/// comes with a fresh count, so the consumer does not know that there was a failure to close.
async fn place_of(bus: &mut Bus, service: &str, handler: &str, id: Uuid) -> Result<Place> {
    let schema = schema_of(service);
    // What SQS holds can only be received, and a look would hide it from whoever works it.
    let elsewhere = match bus.transport {
        Transport::Embedded(_) => "not there: not yet published, or discarded",
        Transport::Aws(_) => "not done: not yet published, on its queue, a dead letter, or discarded",
    };
    let query = format!(
        "SELECT CASE WHEN EXISTS (SELECT FROM {schema}.inbox WHERE handler = $1 AND event_id = $2) THEN 'done' \
         WHEN EXISTS (SELECT FROM bus.{schema}_dead WHERE event_id = $2) THEN 'dead letter' \
         WHEN EXISTS (SELECT FROM bus.{schema} WHERE event_id = $2 AND receive_count > 0) THEN 'on the queue, tried before' \
         WHEN EXISTS (SELECT FROM bus.{schema} WHERE event_id = $2) THEN 'on the queue' \
         ELSE '{elsewhere}' END AS state, \
         (SELECT causes FROM {schema}.failure WHERE handler = $1 AND event_id = $2 AND resolved_at IS NULL \
          AND NOT EXISTS (SELECT FROM {schema}.inbox WHERE handler = $1 AND event_id = $2)) AS failure"
    );
    let place = diesel::sql_query(query)
        .bind::<Text, _>(handler)
        .bind::<SqlUuid, _>(id)
        .get_result(&mut bus.conn)
        .await?;
    Ok(place)
}
