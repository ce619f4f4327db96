//! How often posts were reacted to and commented.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Json, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::PostId;
use events::content::PostCounts;
use store::statement;

/// The version of the counts of a post that is removed: the last.
const REMOVED: i64 = i64::MAX;

/// Takes the counts of a post if they are newer.
pub(crate) async fn upsert(
    conn: &AsyncPgConnection,
    version: i64,
    counts: &PostCounts,
) -> QueryResult<usize> {
    let reactions = serde_json::json!(counts.reactions);
    put(conn, counts.post_id, version, reactions, counts.comments).await
}

/// Leaves nothing of the counts of a post that is removed, and takes none any more.
pub(crate) async fn bury(conn: &AsyncPgConnection, post: PostId) -> QueryResult<usize> {
    put(conn, post, REMOVED, serde_json::json!({}), 0).await
}

async fn put(
    mut conn: &AsyncPgConnection,
    post: PostId,
    version: i64,
    reactions: serde_json::Value,
    comments: i64,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO post_counts AS known (post_id, version, reactions, comments) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (post_id) DO UPDATE SET version = excluded.version, reactions = excluded.reactions, \
           comments = excluded.comments WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(post)
    .bind::<BigInt, _>(version)
    .bind::<Json, _>(reactions)
    .bind::<BigInt, _>(comments)
    .execute(&mut conn)
    .await
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Makes the asker the only one who changes what a post was given, until the transaction ends; answers whether it may still be
/// given anything.
pub(crate) async fn hold(mut conn: &AsyncPgConnection, post: PostId) -> QueryResult<bool> {
    let held: Version = statement(
        "INSERT INTO post_counts AS known (post_id, version, reactions, comments) VALUES ($1, 0, '{}', 0) \
         ON CONFLICT (post_id) DO UPDATE SET version = known.version RETURNING version",
    )
    .bind::<SqlUuid, _>(post)
    .get_result(&mut conn)
    .await?;
    Ok(held.version < REMOVED)
}
