//! Under which number an embedded consumer leases messages, and whether it still may.
//!
//! Each consumer has a session that holds the lock of its number. While that lock is held, the server has not come up
//! from a crash since anything was leased under the number, so whatever was committed meanwhile is in its log, before
//! whatever is committed next. Once it is gone nothing is known: effects that were only committed in order
//! ([`store::Lasting::InOrder`]) may be forgotten, and ids may mean other rows. So a message is handled and acknowledged
//! only under a lock that is held, and comes again otherwise.

use super::Message;
use anyhow::Context;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{session, statement};
use tokio::sync::Mutex;

/// Advisory locks of living consumers; the second key is the consumer.
const LOCKS: i32 = 0x6a6f_696e;

/// A message whose consumer died this often while it held it is treated as if it had failed.
const MAX_LOST: i32 = 25;

/// A consumer, and its lease if it has one. All its workers share it; whoever comes first takes it.
#[derive(Clone)]
pub(super) struct Lessee {
    address: Arc<str>,
    lease: Arc<Mutex<Option<Lease>>>,
}

struct Lease {
    number: i32,
    /// Holds the lock of the number, for as long as it lives.
    conn: AsyncPgConnection,
}

#[derive(QueryableByName)]
struct Lock {
    #[diesel(sql_type = Bool)]
    held: bool,
}

impl Lessee {
    /// Whoever logs in at this address.
    pub(super) fn new(address: &str) -> Self {
        Self {
            address: address.into(),
            lease: Arc::default(),
        }
    }

    /// The number to lease messages of this table under.
    pub(super) async fn number(&self, table: &str) -> anyhow::Result<i32> {
        if let Some(lease) = &*self.lease.lock().await {
            return Ok(lease.number);
        }
        self.take_over(table).await
    }

    /// Takes a lease if there is none, and releases what was leased under numbers whose lock is gone.
    pub(super) async fn take_over(&self, table: &str) -> anyhow::Result<i32> {
        let mut kept = self.lease.lock().await;
        let mut lease = match kept.take() {
            Some(lease) => lease,
            None => Lease::take(&self.address).await?,
        };
        let released = statement(format!(
            "UPDATE bus.{table} SET visible_at = now(), lessee = NULL, lost_leases = lost_leases + 1, \
             receive_count = receive_count - CASE WHEN lost_leases < $3 THEN 1 ELSE 0 END \
             WHERE lessee IS NOT NULL AND lessee <> $2 AND NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' \
             AND classid = $1::bigint::oid AND objid = lessee::bigint::oid AND objsubid = 2 \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        ))
        .bind::<Integer, _>(LOCKS)
        .bind::<Integer, _>(lease.number)
        .bind::<Integer, _>(MAX_LOST)
        .execute(&mut lease.conn)
        .await
        .context("the leases cannot be read")?;
        if released > 0 {
            tracing::info!(table, released, "released what a consumer that died had in hand");
        }
        let number = lease.number;
        // A connection that failed is not kept: the next try makes a new one.
        *kept = Some(lease);
        Ok(number)
    }

    /// Asks in a transaction whether what was received is still ours. If not, the next receive begins a lease anew.
    pub(super) async fn holds(&self, mut conn: &AsyncPgConnection, number: i32) -> QueryResult<bool> {
        let lock: Lock = statement("SELECT NOT pg_try_advisory_xact_lock_shared($1, $2) AS held")
            .bind::<Integer, _>(LOCKS)
            .bind::<Integer, _>(number)
            .get_result(&mut conn)
            .await?;
        self.note(number, lock.held).await;
        Ok(lock.held)
    }

    /// Deletes messages that were received under a number whose lock is held; answers whether it is.
    pub(super) async fn delete(
        &self,
        conn: &mut AsyncPgConnection,
        table: &str,
        number: i32,
        ids: &[i64],
    ) -> QueryResult<bool> {
        let lock: Lock = statement(format!(
            "WITH lease AS MATERIALIZED (SELECT NOT pg_try_advisory_xact_lock_shared($2, $3) AS held), \
             relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)), \
             gone AS (DELETE FROM bus.{table} USING lease, relaxed WHERE held AND id = ANY($1)) \
             SELECT held FROM lease"
        ))
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Integer, _>(LOCKS)
        .bind::<Integer, _>(number)
        .get_result(conn)
        .await?;
        self.note(number, lock.held).await;
        Ok(lock.held)
    }

    async fn note(&self, number: i32, held: bool) {
        if held {
            return;
        }
        tracing::warn!("the lease was lost; what was in hand comes again");
        let mut lease = self.lease.lock().await;
        if lease.as_ref().is_some_and(|lease| lease.number == number) {
            *lease = None;
        }
    }
}

impl Lease {
    /// Under a new number: what was leased under the one before was in hand when its lock was lost, and is released like
    /// a dead consumer's.
    async fn take(address: &str) -> anyhow::Result<Self> {
        let number = rand::random::<i32>() & i32::MAX;
        let mut conn = session(address, "valine-lease").await?;
        statement("SELECT pg_advisory_lock($1, $2)")
            .bind::<Integer, _>(LOCKS)
            .bind::<Integer, _>(number)
            .execute(&mut conn)
            .await?;
        Ok(Self { number, conn })
    }
}

/// What names a row that was received under this number.
pub(super) fn receipt(id: i64, number: i32) -> String {
    format!("{id}/{number}")
}

/// The rows that these receipts name, by the numbers under which they were received.
pub(super) fn rows<'a>(
    messages: impl IntoIterator<Item = &'a Message>,
) -> anyhow::Result<BTreeMap<i32, Vec<i64>>> {
    let mut rows: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
    for message in messages {
        let parts = message.receipt.split_once('/');
        let (id, number) = parts.context("a receipt of another transport")?;
        rows.entry(number.parse()?).or_default().push(id.parse()?);
    }
    Ok(rows)
}
