//! Months of the outbox and the inbox.
//!
//! Both are partitioned on the event's own id, whose UUIDv7 carries its month: a replay of an old event finds
//! the old claim, whenever it is handled. Old months are dropped whole; deleting rows one by one would bloat
//! the hottest tables of the system.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;

/// Months that are made ahead of time.
const AHEAD: u32 = 2;

/// Months after which inbox and outbox rows are dropped. The bus's archive replays 30 days, a dead letter of SQS lives
/// 14 days: a year is longer than any replay reaches back. (On the embedded transport a dead letter stays until an
/// operator decides. After a year its claim by other handlers is gone; versions still keep it from undoing anything newer.)
pub const KEPT_MONTHS: u32 = 12;

const TABLES: [&str; 2] = ["outbox", "inbox"];

/// The smallest id that an event of this month can have.
fn first_id(month: NaiveDate) -> Uuid {
    let millis = month
        .and_time(chrono::NaiveTime::MIN)
        .and_utc()
        .timestamp_millis();
    Uuid::from_u128(u128::try_from(millis).unwrap_or_default() << 80)
}

fn month_of(now: DateTime<Utc>) -> NaiveDate {
    now.date_naive().with_day(1).unwrap_or(NaiveDate::MIN)
}

/// Makes this month's partitions and the next ones', where they are missing.
///
/// A month whose rows already lie in the default partition stays there: they are found all the same.
///
/// # Errors
/// When the database says so.
pub async fn ensure(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<()> {
    for ahead in 0..=AHEAD {
        let Some(month) = month_of(now).checked_add_months(Months::new(ahead)) else {
            continue;
        };
        let Some(next) = month.checked_add_months(Months::new(1)) else {
            continue;
        };
        for table in TABLES {
            let name = format!("{table}_{}", month.format("%Y_%m"));
            let (from, to) = (first_id(month), first_id(next));
            if exists(conn, &name).await? {
                continue;
            }
            let made = conn
                .batch_execute(&format!(
                    "CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table} FOR VALUES FROM ('{from}') TO ('{to}')"
                ))
                .await;
            if let Err(error) = made {
                tracing::warn!(partition = name, %error, "partition not made; its rows stay in the default one");
            }
        }
    }
    Ok(())
}

/// Drops the months that no replay can reach. A month with an event that was never published is kept.
///
/// # Errors
/// When the database says so.
pub async fn drop_old(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    let Some(oldest) = month_of(now).checked_sub_months(Months::new(KEPT_MONTHS)) else {
        return Ok(0);
    };
    let mut dropped = 0;
    for table in TABLES {
        for name in months_of(conn, table).await? {
            let is_old = name
                .get(table.len() + 1..)
                .is_some_and(|month| month < &*oldest.format("%Y_%m").to_string());
            if !is_old {
                continue;
            }
            if table == "outbox" && has_pending(conn, &name).await? {
                tracing::error!(
                    partition = name,
                    "an old month still has events that were never published"
                );
                continue;
            }
            conn.batch_execute(&format!("DROP TABLE {name}")).await?;
            dropped += 1;
        }
    }
    Ok(dropped)
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

async fn exists(conn: &mut AsyncPgConnection, name: &str) -> QueryResult<bool> {
    let found: Vec<Name> = diesel::sql_query("SELECT $1 AS name WHERE to_regclass($1) IS NOT NULL")
        .bind::<Text, _>(name)
        .load(conn)
        .await?;
    Ok(!found.is_empty())
}

async fn months_of(conn: &mut AsyncPgConnection, table: &str) -> QueryResult<Vec<String>> {
    let found: Vec<Name> = diesel::sql_query(
        "SELECT c.relname::text AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid \
         WHERE i.inhparent = to_regclass($1) AND c.relname ~ '_[0-9]{4}_[0-9]{2}$' ORDER BY 1",
    )
    .bind::<Text, _>(table)
    .load(conn)
    .await?;
    Ok(found.into_iter().map(|row| row.name).collect())
}

async fn has_pending(conn: &mut AsyncPgConnection, partition: &str) -> QueryResult<bool> {
    let found: Vec<Name> = diesel::sql_query(format!(
        "SELECT 'pending' AS name FROM {partition} WHERE published_at IS NULL LIMIT 1"
    ))
    .load(conn)
    .await?;
    Ok(!found.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_the_month_lies_between_its_bounds() {
        let now = Utc::now();
        let month = month_of(now);
        let id = Uuid::now_v7();
        assert!(first_id(month) <= id && id < first_id(month.checked_add_months(Months::new(1)).unwrap()));
    }
}
