//! Events that are decided but not yet on the bus.

use crate::{Lasting, statement};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Double, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{Cause, Envelope, Event, EventId};
use std::fmt;
use uuid::Uuid;

/// Most bytes of an envelope: EventBridge counts an entry's detail, type, source and time together, to 256 KiB.
pub const MAX_ENVELOPE_BYTES: usize = 256 * 1024 - 512;

/// An envelope that no bus would take.
#[derive(Debug)]
pub struct TooLarge {
    /// What it would have been.
    pub kind: &'static str,
    /// How much it is.
    pub bytes: usize,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} bytes; the bus takes {MAX_ENVELOPE_BYTES}",
            self.kind, self.bytes
        )
    }
}

impl std::error::Error for TooLarge {}

/// Publishes an event if, and only if, the surrounding transaction commits. There is no other way to publish.
///
/// `version` is the aggregate's after the change.
///
/// # Errors
/// `SerializationError` with [`TooLarge`] when the bus would refuse it: then nothing may commit either.
pub async fn append(
    conn: &AsyncPgConnection,
    cause: &Cause,
    version: i64,
    event: impl Into<Event>,
) -> QueryResult<EventId> {
    let ids = append_all(conn, cause, [(version, event.into())]).await?;
    ids.into_iter().next().ok_or(diesel::result::Error::NotFound)
}

/// Publishes several events in one statement; see [`append`].
///
/// # Errors
/// As [`append`]; all or none.
pub async fn append_all(
    mut conn: &AsyncPgConnection,
    cause: &Cause,
    events: impl IntoIterator<Item = (i64, Event)>,
) -> QueryResult<Vec<EventId>> {
    let (mut ids, mut bodies) = (Vec::new(), Vec::new());
    for (version, event) in events {
        let envelope = Envelope::new(version, event, cause);
        let body = serde_json::to_string(&envelope).map_err(serialization)?;
        if body.len() > MAX_ENVELOPE_BYTES {
            return Err(serialization(TooLarge {
                kind: envelope.event.kind(),
                bytes: body.len(),
            }));
        }
        ids.push(envelope.id);
        bodies.push(body);
    }
    if ids.is_empty() {
        return Ok(ids);
    }
    statement(
        "INSERT INTO outbox (id, envelope) SELECT id, body::json FROM unnest($1, $2) AS entry (id, body)",
    )
    .bind::<Array<SqlUuid>, _>(ids.iter().map(|id| id.0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(bodies)
    .execute(&mut conn)
    .await?;
    Ok(ids)
}

fn serialization(error: impl std::error::Error + Send + Sync + 'static) -> diesel::result::Error {
    diesel::result::Error::SerializationError(error.into())
}

/// An event that waits.
#[derive(Clone, Debug, QueryableByName)]
pub struct Pending {
    /// The event's id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// The envelope as it will travel.
    #[diesel(sql_type = Text)]
    pub body: String,
    /// Its type name, for routing.
    #[diesel(sql_type = Nullable<Text>)]
    pub kind: Option<String>,
    /// Failed tries so far.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
}

/// Which of the events that wait are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Every one.
    All,
    /// Those that no bus has refused.
    New,
}

impl Waiting {
    fn condition(self) -> &'static str {
        match self {
            Self::All => "published_at IS NULL",
            Self::New => "published_at IS NULL AND attempts = 0",
        }
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    waits: bool,
}

/// Whether anything waits at all: the cheap question before [`lock_pending`].
///
/// Asked in the order of the index: where statistics of a busy moment say that much waits, a plain `EXISTS` would read
/// the whole table to find that nothing does.
///
/// # Errors
/// When the database says so.
pub async fn is_waiting(mut conn: &AsyncPgConnection, which: Waiting) -> QueryResult<bool> {
    let wanted = which.condition();
    let found: Found = statement(format!(
        "SELECT count(*) > 0 AS waits FROM (SELECT FROM outbox WHERE {wanted} ORDER BY attempts, id LIMIT 1) AS first"
    ))
    .get_result(&mut conn)
    .await?;
    Ok(found.waits)
}

/// Locks the next pending events; those that keep failing sink behind the rest, and others' locks are passed over.
///
/// # Errors
/// When the database says so.
pub async fn lock_pending(
    mut conn: &AsyncPgConnection,
    which: Waiting,
    limit: i64,
) -> QueryResult<Vec<Pending>> {
    let wanted = which.condition();
    statement(format!(
        "SELECT id, envelope::text AS body, envelope ->> 'type' AS kind, attempts FROM outbox \
         WHERE {wanted} ORDER BY attempts, id LIMIT $1 FOR UPDATE SKIP LOCKED"
    ))
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}

/// Notes that these are on the bus.
///
/// # Errors
/// When the database says so.
pub async fn mark_published(conn: &AsyncPgConnection, ids: &[Uuid], lasting: Lasting) -> QueryResult<usize> {
    mark(conn, "published_at = now()", ids, lasting).await
}

/// Notes that the bus did not take these.
///
/// # Errors
/// When the database says so.
pub async fn mark_refused(conn: &AsyncPgConnection, ids: &[Uuid], lasting: Lasting) -> QueryResult<usize> {
    mark(conn, "attempts = attempts + 1", ids, lasting).await
}

async fn mark(
    mut conn: &AsyncPgConnection,
    change: &str,
    ids: &[Uuid],
    lasting: Lasting,
) -> QueryResult<usize> {
    let lasts = lasting.relation();
    statement(format!(
        "UPDATE outbox SET {change} FROM {lasts} WHERE id = ANY($1)"
    ))
    .bind::<Array<SqlUuid>, _>(ids)
    .execute(&mut conn)
    .await
}

/// How much waits, and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, QueryableByName)]
pub struct Backlog {
    /// Events that are not on the bus.
    #[diesel(sql_type = BigInt)]
    pub pending: i64,
    /// Of these, the ones that were refused at least once.
    #[diesel(sql_type = BigInt)]
    pub refused: i64,
    /// Seconds since the oldest of them was decided; 0 when none waits.
    #[diesel(sql_type = Double)]
    pub oldest_seconds: f64,
}

/// Counts what waits.
///
/// # Errors
/// When the database says so.
pub async fn backlog(mut conn: &AsyncPgConnection) -> QueryResult<Backlog> {
    statement(
        "SELECT count(*) AS pending, count(*) FILTER (WHERE attempts > 0) AS refused, \
         coalesce(extract(epoch FROM now() - min((envelope ->> 'occurredAt')::timestamptz)), 0)::float8 AS oldest_seconds \
         FROM outbox WHERE published_at IS NULL",
    )
    .get_result(&mut conn)
    .await
}
