//! How often posts were reacted to and commented.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Json, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::PostId;
use events::content::PostCounts;
use store::statement;

/// Takes the counts of a post if they are newer.
pub(crate) async fn upsert(
    mut conn: &AsyncPgConnection,
    version: i64,
    counts: &PostCounts,
) -> QueryResult<usize> {
    let reactions = serde_json::json!(counts.reactions);
    statement(
        "INSERT INTO post_counts AS known (post_id, version, reactions, comments) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (post_id) DO UPDATE SET version = excluded.version, reactions = excluded.reactions, \
           comments = excluded.comments WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(counts.post_id)
    .bind::<BigInt, _>(version)
    .bind::<Json, _>(reactions)
    .bind::<BigInt, _>(counts.comments)
    .execute(&mut conn)
    .await
}

/// Leaves nothing of the counts of a post that is removed, and takes none any more.
pub(crate) async fn bury(mut conn: &AsyncPgConnection, post: PostId) -> QueryResult<usize> {
    statement(
        "INSERT INTO post_counts AS known (post_id, version, reactions, comments) VALUES ($1, $2, '{}', 0) \
         ON CONFLICT (post_id) DO UPDATE SET version = excluded.version, reactions = excluded.reactions, \
           comments = excluded.comments WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(post)
    .bind::<BigInt, _>(i64::MAX)
    .execute(&mut conn)
    .await
}
