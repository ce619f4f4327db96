//! The embedded transport: schema `bus` in the same PostgreSQL, a table for each consuming queue.
//!
//! Durable: what was decided is there after a kill -9 or a power cut. What follows from it (publishing, receiving, the
//! effects of a message, acknowledging) is committed in order instead ([`store::Lasting::InOrder`]): it stands in the same log,
//! so that a crash forgets a step only together with all that followed from it, and then the event comes again. A consumer
//! that outlives a crash of the server knows by its lease ([`super::lease`]) that it must not go on with what it has in hand.

use super::lease::{self, Lessee};
use super::{BATCH, Depth, MAX_RECEIVES, Message};
use crate::Wake;
use crate::database::Held;
use crate::service::schema_of;
use anyhow::{Context, anyhow, ensure};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;
use store::outbox::{MAX_ENVELOPE_BYTES, Pending};
use store::{Pool, PoolOptions, statement};

/// Which queues take which event types, and what wakes their consumers in this process.
#[derive(Clone, Default)]
pub struct Routes {
    queues: Arc<BTreeMap<String, Wake>>,
    by_type: Arc<BTreeMap<String, Vec<String>>>,
}

impl Routes {
    /// From each consuming service's subscriptions.
    #[must_use]
    pub fn new<'a>(subscriptions: impl IntoIterator<Item = (&'a str, Vec<&'static str>)>) -> Self {
        let mut pairs = Vec::new();
        let mut queues = BTreeMap::new();
        for (service, types) in subscriptions {
            queues.insert(schema_of(service), Wake::default());
            pairs.extend(
                types
                    .into_iter()
                    .map(|kind| (kind.to_owned(), schema_of(service))),
            );
        }
        Self::of(queues, pairs)
    }

    fn of(queues: BTreeMap<String, Wake>, pairs: Vec<(String, String)>) -> Self {
        let mut by_type = BTreeMap::<_, Vec<_>>::new();
        for (kind, queue) in pairs {
            by_type.entry(kind).or_default().push(queue);
        }
        Self {
            queues: Arc::new(queues),
            by_type: Arc::new(by_type),
        }
    }

    /// As the migrations have written it down (`subscribe`): for a process that knows no service but its own.
    ///
    /// # Errors
    /// When the database cannot be reached, or knows of no queues.
    pub async fn load(address: &str) -> anyhow::Result<Self> {
        #[derive(QueryableByName)]
        struct Subscription {
            #[diesel(sql_type = Text)]
            queue: String,
            #[diesel(sql_type = Text)]
            kind: String,
        }
        let mut conn = store::session(address, "valine-bus").await?;
        let subscriptions: Vec<Subscription> =
            diesel::sql_query("SELECT queue, type AS kind FROM bus.subscription ORDER BY type, queue")
                .load(&mut conn)
                .await
                .context("who takes which events is not written down; run: valine migrate")?;
        ensure!(
            !subscriptions.is_empty(),
            "nobody takes any event; run: valine migrate"
        );
        let queues = subscriptions
            .iter()
            .map(|it| (it.queue.clone(), Wake::default()))
            .collect();
        let pairs = subscriptions.into_iter().map(|it| (it.kind, it.queue)).collect();
        Ok(Self::of(queues, pairs))
    }

    /// One statement that puts events (`$1` ids, `$2` types, `$3` envelopes) on those of these queues that take them, all or
    /// none. There are as many texts as sets of queues that are published to together: a few for each publisher.
    fn publishing(&self, queues: &BTreeSet<&String>) -> String {
        let mut sql =
            "WITH event AS MATERIALIZED (SELECT * FROM unnest($1, $2, $3) AS event (id, type, body))"
                .to_owned();
        for queue in queues {
            let takes = self.by_type.iter().filter(|(_, takers)| takers.contains(queue));
            let kinds = takes.map(|(kind, _)| kind.as_str()).collect::<Vec<_>>().join(",");
            let _infallible = write!(
                sql,
                ", to_{queue} AS (INSERT INTO bus.{queue} (event_id, type, body) \
                 SELECT * FROM event WHERE type = ANY('{{{kinds}}}'))"
            );
        }
        sql.push_str(" SELECT set_config('synchronous_commit', 'off', true)");
        sql
    }

    /// Every queue there is.
    pub fn queues(&self) -> impl Iterator<Item = &str> {
        self.queues.keys().map(String::as_str)
    }
}

/// The embedded transport as one service sees it: its role may insert everywhere and read its own queue.
#[derive(Clone)]
pub struct Embedded {
    pub(super) pool: Pool,
    routes: Routes,
    lessee: Lessee,
}

#[derive(QueryableByName)]
struct Received {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Integer)]
    receive_count: i32,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    ready: i64,
    #[diesel(sql_type = BigInt)]
    in_flight: i64,
    #[diesel(sql_type = BigInt)]
    delayed: i64,
    #[diesel(sql_type = BigInt)]
    dead: i64,
}

#[derive(QueryableByName)]
struct Sent {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    at: Option<DateTime<Utc>>,
}

impl Embedded {
    /// At this address, which names the role.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn new(address: &str, service: &str, size: usize, routes: Routes) -> anyhow::Result<Self> {
        let pool = store::pool(
            address,
            PoolOptions::new(format!("valine-bus-{service}"))
                .size(size)
                .by_index(),
        )?;
        Ok(Self {
            pool,
            routes,
            lessee: Lessee::new(address),
        })
    }

    /// The queue's table, if there is such a queue: names from outside never reach SQL.
    pub(super) fn table(&self, queue: &str) -> anyhow::Result<String> {
        let table = schema_of(queue);
        let known = self.routes.queues.contains_key(&table);
        known
            .then_some(table)
            .ok_or_else(|| anyhow!("there is no queue {queue}"))
    }

    pub(super) async fn connection(&self) -> anyhow::Result<store::Connection> {
        self.pool.get().await.context("the queues cannot be reached")
    }

    pub(super) async fn publish(&self, _source: &str, events: &[Pending]) -> Vec<anyhow::Result<()>> {
        let oversize = |event: &&Pending| event.body.len() > MAX_ENVELOPE_BYTES;
        let fitting: Vec<_> = events.iter().filter(|event| !oversize(event)).collect();
        let whole = self.insert(&fitting).await;
        let mut outcomes = Vec::with_capacity(events.len());
        for event in events {
            outcomes.push(if oversize(&event) {
                Err(anyhow!("{} bytes are more than the bus takes", event.body.len()))
            } else if whole.is_ok() || fitting.len() == 1 {
                match &whole {
                    Ok(()) => Ok(()),
                    Err(error) => Err(anyhow!("{error:#}")),
                }
            } else {
                // One that cannot be published must not keep the others back.
                self.insert(&[event]).await
            });
        }
        outcomes
    }

    async fn insert(&self, events: &[&Pending]) -> anyhow::Result<()> {
        let (mut ids, mut kinds, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
        let mut queues = BTreeSet::new();
        for event in events {
            // A body without a type is nothing that any consumer could be asked to handle.
            let kind = event.kind.as_deref().context("the envelope has no type")?;
            queues.extend(self.routes.by_type.get(kind).into_iter().flatten());
            ids.push(event.id);
            kinds.push(kind);
            bodies.push(event.body.as_str());
        }
        if queues.is_empty() {
            return Ok(());
        }
        statement(self.routes.publishing(&queues))
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<Array<Text>, _>(kinds)
            .bind::<Array<Text>, _>(bodies)
            .execute(&mut self.connection().await?)
            .await
            .context("the bus did not take the events")?;
        for queue in queues {
            if let Some(wake) = self.routes.queues.get(queue) {
                wake.wake();
            }
        }
        Ok(())
    }

    pub(super) async fn send(&self, queue: &str, body: &str, delay: Duration) -> anyhow::Result<()> {
        let table = self.table(queue)?;
        let envelope: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
        let event_id: Option<uuid::Uuid> = envelope.get("id").and_then(|id| id.as_str()?.parse().ok());
        let kind = envelope.get("type").and_then(|kind| kind.as_str());
        statement(format!(
            "INSERT INTO bus.{table} (event_id, type, body, visible_at) VALUES ($1, $2, $3, now() + $4 * interval '1 second')"
        ))
        .bind::<Nullable<SqlUuid>, _>(event_id)
        .bind::<Nullable<Text>, _>(kind)
        .bind::<Text, _>(body)
        .bind::<Double, _>(delay.as_secs_f64())
        .execute(&mut self.connection().await?)
        .await?;
        if let Some(wake) = self.wake(queue) {
            wake.wake();
        }
        Ok(())
    }

    /// Takes a lease for as long as this consumer lives, and releases the leases of those that died.
    pub(super) async fn take_over(&self, queue: &str) -> anyhow::Result<()> {
        self.lessee.take_over(&self.table(queue)?).await?;
        Ok(())
    }

    pub(super) async fn receive(&self, queue: &str, lease: Duration) -> anyhow::Result<Vec<Message>> {
        let table = self.table(queue)?;
        let lessee = self.lessee.number(&table).await?;
        let rows: Vec<Received> = statement(format!(
            "WITH due AS MATERIALIZED (SELECT id, receive_count FROM bus.{table} WHERE visible_at <= now() \
                 ORDER BY visible_at LIMIT $1 FOR UPDATE SKIP LOCKED), \
             dead AS (DELETE FROM bus.{table} q USING due WHERE q.id = due.id AND due.receive_count >= $2 \
                 RETURNING q.id, q.event_id, q.type, q.body, q.receive_count, q.sent_at), \
             buried AS (INSERT INTO bus.{table}_dead (id, event_id, type, body, receive_count, sent_at) SELECT * FROM dead) \
             UPDATE bus.{table} q SET visible_at = now() + $3 * interval '1 second', receive_count = q.receive_count + 1, \
                 lessee = $4 FROM due, (SELECT set_config('synchronous_commit', 'off', true)) relaxed \
             WHERE q.id = due.id AND due.receive_count < $2 RETURNING q.id, q.body, q.receive_count"
        ))
        .bind::<BigInt, _>(i64::try_from(BATCH)?)
        .bind::<Integer, _>(i32::try_from(MAX_RECEIVES)?)
        .bind::<Double, _>(lease.as_secs_f64())
        .bind::<Integer, _>(lessee)
        .load(&mut self.connection().await?)
        .await
        .context("the queue cannot be read")?;
        let message = |row: Received| Message {
            receipt: lease::receipt(row.id, lessee),
            body: row.body,
            receive_count: u32::try_from(row.receive_count).unwrap_or_default(),
        };
        Ok(rows.into_iter().map(message).collect())
    }

    /// Whether what was received is still this consumer's; to be asked in the transaction that handles it.
    pub(super) async fn holds<'a>(
        &self,
        conn: &AsyncPgConnection,
        messages: impl IntoIterator<Item = &'a Message>,
    ) -> anyhow::Result<bool> {
        for number in lease::rows(messages)?.into_keys() {
            if !self.lessee.holds(conn, number).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) async fn acknowledge(&self, queue: &str, messages: &[Message]) -> anyhow::Result<()> {
        let table = self.table(queue)?;
        let mut conn = self.connection().await?;
        let mut held = true;
        for (number, ids) in lease::rows(messages)? {
            held &= self.lessee.delete(&mut conn, &table, number, &ids).await?;
        }
        ensure!(held, "the lease was lost, and the effects may be, too");
        Ok(())
    }

    pub(super) async fn retry_after(
        &self,
        queue: &str,
        message: &Message,
        delay: Duration,
    ) -> anyhow::Result<()> {
        let change = "visible_at = now() + $1 * interval '1 second', lessee = NULL";
        self.change(queue, std::slice::from_ref(message), change, delay)
            .await
    }

    pub(super) async fn extend(
        &self,
        queue: &str,
        messages: &[Message],
        lease: Duration,
    ) -> anyhow::Result<()> {
        let change = "visible_at = now() + $1 * interval '1 second'";
        self.change(queue, messages, change, lease).await
    }

    pub(super) async fn give_back(&self, queue: &str, messages: &[Message]) -> anyhow::Result<()> {
        let change =
            "visible_at = now() + $1 * interval '1 second', lessee = NULL, receive_count = receive_count - 1";
        self.change(queue, messages, change, Duration::ZERO).await
    }

    /// Changes messages for as long as they are leased under the number of their receipts: once somebody else has
    /// received them, somebody else decides.
    async fn change(
        &self,
        queue: &str,
        messages: &[Message],
        change: &str,
        time: Duration,
    ) -> anyhow::Result<()> {
        let table = self.table(queue)?;
        for (number, ids) in lease::rows(messages)? {
            statement(format!(
                "UPDATE bus.{table} SET {change} WHERE id = ANY($2) AND lessee = $3"
            ))
            .bind::<Double, _>(time.as_secs_f64())
            .bind::<Array<BigInt>, _>(ids)
            .bind::<Integer, _>(number)
            .execute(&mut self.connection().await?)
            .await?;
        }
        Ok(())
    }

    pub(super) async fn depth(&self, queue: &str) -> anyhow::Result<Depth> {
        let table = self.table(queue)?;
        let counted: Counted = statement(format!(
            "SELECT count(*) FILTER (WHERE visible_at <= now()) AS ready, \
             count(*) FILTER (WHERE visible_at > now() AND lessee IS NOT NULL) AS in_flight, \
             count(*) FILTER (WHERE visible_at > now() AND lessee IS NULL) AS delayed, \
             (SELECT count(*) FROM bus.{table}_dead) AS dead FROM bus.{table}"
        ))
        .get_result(&mut self.connection().await?)
        .await?;
        let Counted {
            ready,
            in_flight,
            delayed,
            dead,
        } = counted;
        Ok(Depth {
            ready,
            in_flight,
            delayed,
            dead,
        })
    }

    pub(super) async fn answers(&self, queue: &str) -> anyhow::Result<()> {
        // Whether it is there and may be read; not a row of it is looked at.
        let look = format!("SELECT FROM bus.{} LIMIT 0", self.table(queue)?);
        let mut held = Held::new(self.connection().await?);
        held.ask(&look).await?;
        held.give_back();
        Ok(())
    }

    pub(super) async fn oldest(&self, queue: &str) -> anyhow::Result<Option<DateTime<Utc>>> {
        let table = self.table(queue)?;
        let oldest: Sent = statement(format!("SELECT min(sent_at) AS at FROM bus.{table}"))
            .get_result(&mut self.connection().await?)
            .await?;
        Ok(oldest.at)
    }

    pub(super) fn wake(&self, queue: &str) -> Option<Wake> {
        self.routes.queues.get(&schema_of(queue)).cloned()
    }
}
