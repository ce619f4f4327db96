//! Interactions. One that has expired is not there, whether it was swept or not.

use crate::state::interaction::{Interaction, Kept, Outcome};
use crate::state::{Id, Lease};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use store::statement;
use uuid::Uuid;

/// Puts one in, in the place of one that has expired; answers whether it did.
pub(crate) async fn insert(
    mut conn: &AsyncPgConnection,
    made: &Interaction,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let asked = &made.asked;
    let inserted = statement(
        "INSERT INTO interaction (id, who, about, command, correlation_id, asked_at, expires_at, progress) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'asked') \
         ON CONFLICT (id) DO UPDATE SET who = excluded.who, about = excluded.about, command = excluded.command, \
            correlation_id = excluded.correlation_id, asked_at = excluded.asked_at, expires_at = excluded.expires_at, \
            progress = 'asked', lease = NULL, leased_until = NULL, outcome = NULL \
         WHERE interaction.expires_at <= $8",
    )
    .bind::<Text, _>(asked.id.as_str())
    .bind::<Text, _>(asked.who.as_str())
    .bind::<Nullable<Text>, _>(asked.about.as_ref().map(Id::as_str))
    .bind::<Text, _>(asked.command.as_str())
    .bind::<SqlUuid, _>(made.correlation_id)
    .bind::<Timestamptz, _>(made.asked_at)
    .bind::<Timestamptz, _>(asked.until.at())
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(inserted == 1)
}

/// One that has not expired.
pub(crate) async fn find(
    mut conn: &AsyncPgConnection,
    id: &Id,
    now: DateTime<Utc>,
) -> QueryResult<Option<Kept>> {
    statement(
        "SELECT id, who, about, command, correlation_id, asked_at, expires_at, progress, lease, leased_until, outcome \
         FROM interaction WHERE id = $1 AND expires_at > $2",
    )
    .bind::<Text, _>(id.as_str())
    .bind::<Timestamptz, _>(now)
    .get_result(&mut conn)
    .await
    .optional()
}

/// The same, by the correlation id of what follows from it.
pub(crate) async fn find_by_correlation(
    mut conn: &AsyncPgConnection,
    correlation_id: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<Option<Kept>> {
    statement(
        "SELECT id, who, about, command, correlation_id, asked_at, expires_at, progress, lease, leased_until, outcome \
         FROM interaction WHERE correlation_id = $1 AND expires_at > $2",
    )
    .bind::<SqlUuid, _>(correlation_id)
    .bind::<Timestamptz, _>(now)
    .get_result(&mut conn)
    .await
    .optional()
}

/// All that somebody has asked for and that has not expired, the first first.
pub(crate) async fn of(mut conn: &AsyncPgConnection, who: &Id, now: DateTime<Utc>) -> QueryResult<Vec<Kept>> {
    statement(
        "SELECT id, who, about, command, correlation_id, asked_at, expires_at, progress, lease, leased_until, outcome \
         FROM interaction WHERE who = $1 AND expires_at > $2 ORDER BY correlation_id",
    )
    .bind::<Text, _>(who.as_str())
    .bind::<Timestamptz, _>(now)
    .load(&mut conn)
    .await
}

/// Leases one that nobody works on any more, if it is not over; answers it.
pub(crate) async fn lease(
    mut conn: &AsyncPgConnection,
    id: &Id,
    lease: Lease,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<Option<Kept>> {
    statement(
        "UPDATE interaction SET progress = 'working', lease = $2, leased_until = $3 \
         WHERE id = $1 AND expires_at > $4 \
            AND (progress = 'asked' OR (progress = 'working' AND leased_until <= $4)) \
         RETURNING id, who, about, command, correlation_id, asked_at, expires_at, progress, lease, leased_until, outcome",
    )
    .bind::<Text, _>(id.as_str())
    .bind::<SqlUuid, _>(lease.0)
    .bind::<Timestamptz, _>(until)
    .bind::<Timestamptz, _>(now)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Brings one to its end that is worked on under this lease; answers whether it was.
pub(crate) async fn end(
    mut conn: &AsyncPgConnection,
    id: &Id,
    lease: Lease,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let (progress, code) = outcome.parts();
    let ended = statement(
        "UPDATE interaction SET progress = $3, outcome = $4, leased_until = NULL \
         WHERE id = $1 AND lease = $2 AND progress = 'working' AND expires_at > $5",
    )
    .bind::<Text, _>(id.as_str())
    .bind::<SqlUuid, _>(lease.0)
    .bind::<Text, _>(progress)
    .bind::<Text, _>(code)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(ended == 1)
}

/// Forgets what somebody asked, or what was asked about them, so many at most; answers how many.
pub(crate) async fn forget(mut conn: &AsyncPgConnection, person: &Id, limit: i64) -> QueryResult<usize> {
    statement(
        "DELETE FROM interaction WHERE id IN (SELECT id FROM interaction WHERE who = $1 OR about = $1 LIMIT $2)",
    )
    .bind::<Text, _>(person.as_str())
    .bind::<BigInt, _>(limit)
    .execute(&mut conn)
    .await
}

/// Takes away what has expired, so many at most; answers how many. What others have locked is passed over.
pub(crate) async fn sweep(
    mut conn: &AsyncPgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    statement(
        "DELETE FROM interaction WHERE id IN (SELECT id FROM interaction WHERE expires_at <= $1 \
         LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .execute(&mut conn)
    .await
}
