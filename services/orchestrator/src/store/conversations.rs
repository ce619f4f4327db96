//! Conversations. One that has expired is not there, whether it was swept or not.

use crate::state::conversation::{Conversation, Kept};
use crate::state::{Id, Version};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use store::statement;
use uuid::Uuid;

/// Puts one in.
pub(crate) async fn insert(mut conn: &AsyncPgConnection, made: &Conversation) -> QueryResult<usize> {
    statement(
        "INSERT INTO conversation (id, who, about, contents, version, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind::<SqlUuid, _>(made.id)
    .bind::<Text, _>(made.now.who.as_str())
    .bind::<Nullable<Text>, _>(made.now.about.as_ref().map(Id::as_str))
    .bind::<Text, _>(made.now.contents.to_text())
    .bind::<SqlUuid, _>(made.version.0)
    .bind::<Timestamptz, _>(made.now.until.at())
    .execute(&mut conn)
    .await
}

/// One that has not expired, if it is this person's.
pub(crate) async fn find(
    mut conn: &AsyncPgConnection,
    id: Uuid,
    who: &Id,
    now: DateTime<Utc>,
) -> QueryResult<Option<Kept>> {
    statement(
        "SELECT id, who, about, contents, version, expires_at FROM conversation \
         WHERE id = $1 AND who = $2 AND expires_at > $3",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(who.as_str())
    .bind::<Timestamptz, _>(now)
    .get_result(&mut conn)
    .await
    .optional()
}

/// All of somebody's that have not expired, the first first.
pub(crate) async fn of(mut conn: &AsyncPgConnection, who: &Id, now: DateTime<Utc>) -> QueryResult<Vec<Kept>> {
    statement(
        "SELECT id, who, about, contents, version, expires_at FROM conversation \
         WHERE who = $1 AND expires_at > $2 ORDER BY id",
    )
    .bind::<Text, _>(who.as_str())
    .bind::<Timestamptz, _>(now)
    .load(&mut conn)
    .await
}

/// Takes one a step further, if it is still the one that was seen; answers whether it was.
pub(crate) async fn advance(
    mut conn: &AsyncPgConnection,
    seen: Version,
    next: &Conversation,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let advanced = statement(
        "UPDATE conversation SET contents = $3, version = $4, expires_at = $5 \
         WHERE id = $1 AND version = $2 AND expires_at > $6",
    )
    .bind::<SqlUuid, _>(next.id)
    .bind::<SqlUuid, _>(seen.0)
    .bind::<Text, _>(next.now.contents.to_text())
    .bind::<SqlUuid, _>(next.version.0)
    .bind::<Timestamptz, _>(next.now.until.at())
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(advanced == 1)
}

/// Takes one away, if it is still the one that was seen; answers whether it was.
pub(crate) async fn close(
    mut conn: &AsyncPgConnection,
    seen: &Conversation,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let closed = statement("DELETE FROM conversation WHERE id = $1 AND version = $2 AND expires_at > $3")
        .bind::<SqlUuid, _>(seen.id)
        .bind::<SqlUuid, _>(seen.version.0)
        .bind::<Timestamptz, _>(now)
        .execute(&mut conn)
        .await?;
    Ok(closed == 1)
}

/// Forgets those of somebody, and those about them, so many at most; answers how many.
pub(crate) async fn forget(mut conn: &AsyncPgConnection, person: &Id, limit: i64) -> QueryResult<usize> {
    statement(
        "DELETE FROM conversation WHERE id IN (SELECT id FROM conversation WHERE who = $1 OR about = $1 LIMIT $2)",
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
        "DELETE FROM conversation WHERE id IN (SELECT id FROM conversation WHERE expires_at <= $1 \
         LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .execute(&mut conn)
    .await
}
