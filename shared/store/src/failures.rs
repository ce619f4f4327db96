//! The last failure of each event that could not be consumed.

use crate::statement;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

/// What is known of a failure when it happens.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    /// Who could not do it.
    pub handler: &'a str,
    /// What it could not do.
    pub event_id: Uuid,
    /// The event's type name.
    pub event_type: &'a str,
    /// The event's aggregate.
    pub subject: &'a str,
    /// Whom the event is about.
    pub people: &'a [Uuid],
    /// The same for failures that have the same cause, whatever ids and numbers stand in their words.
    pub fingerprint: &'a str,
    /// The chain of causes, outermost first. Never bodies.
    pub causes: &'a [String],
    /// The version of the code that failed.
    pub release: &'a str,
}

/// Keeps a failure, or counts it when the event has failed before.
///
/// # Errors
/// When the database says so.
pub async fn record(mut conn: &AsyncPgConnection, failure: &Failure<'_>) -> QueryResult<()> {
    statement(
        "INSERT INTO failure (handler, event_id, event_type, subject, fingerprint, causes, release, people) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (handler, event_id) DO UPDATE SET fingerprint = excluded.fingerprint, causes = excluded.causes, \
         release = excluded.release, people = excluded.people, attempts = failure.attempts + 1, last_at = now(), resolved_at = NULL",
    )
    .bind::<Text, _>(failure.handler)
    .bind::<SqlUuid, _>(failure.event_id)
    .bind::<Text, _>(failure.event_type)
    .bind::<Text, _>(failure.subject)
    .bind::<Text, _>(failure.fingerprint)
    .bind::<Jsonb, _>(serde_json::json!(failure.causes))
    .bind::<Text, _>(failure.release)
    .bind::<Array<SqlUuid>, _>(failure.people)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Notes that these events were consumed after all. Cheap when none of them ever failed.
///
/// # Errors
/// When the database says so.
pub async fn resolve(mut conn: &AsyncPgConnection, handler: &str, events: &[Uuid]) -> QueryResult<usize> {
    statement("UPDATE failure SET resolved_at = now() WHERE handler = $1 AND event_id = ANY($2) AND resolved_at IS NULL")
        .bind::<Text, _>(handler)
        .bind::<Array<SqlUuid>, _>(events)
        .execute(&mut conn)
        .await
}

/// Deletes failures that nobody has met for so many days; the dead letter of one is gone long before.
///
/// # Errors
/// When the database says so.
pub async fn forget_older_than(mut conn: &AsyncPgConnection, days: i32) -> QueryResult<usize> {
    statement("DELETE FROM failure WHERE last_at < now() - make_interval(days => $1)")
        .bind::<Integer, _>(days)
        .execute(&mut conn)
        .await
}

/// A failure as it is kept.
#[derive(Clone, Debug, QueryableByName)]
pub struct Kept {
    /// Who could not do it.
    #[diesel(sql_type = Text)]
    pub handler: String,
    /// What it could not do.
    #[diesel(sql_type = SqlUuid)]
    pub event_id: Uuid,
    /// Groups failures of one cause.
    #[diesel(sql_type = Text)]
    pub fingerprint: String,
    /// The chain of causes, outermost first.
    #[diesel(sql_type = Jsonb)]
    pub causes: serde_json::Value,
    /// How often it failed.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// The version of the code that failed last.
    #[diesel(sql_type = Text)]
    pub release: String,
    /// First time.
    #[diesel(sql_type = Timestamptz)]
    pub first_at: DateTime<Utc>,
    /// Last time.
    #[diesel(sql_type = Timestamptz)]
    pub last_at: DateTime<Utc>,
    /// When it was consumed after all.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub resolved_at: Option<DateTime<Utc>>,
}

/// The failures of these events, by whichever handler.
///
/// # Errors
/// When the database says so.
pub async fn of_events(mut conn: &AsyncPgConnection, events: &[Uuid]) -> QueryResult<Vec<Kept>> {
    statement(
        "SELECT handler, event_id, fingerprint, causes, attempts, release, first_at, last_at, resolved_at \
         FROM failure WHERE event_id = ANY($1) ORDER BY event_id, handler",
    )
    .bind::<Array<SqlUuid>, _>(events)
    .load(&mut conn)
    .await
}
