//! Who reacted to which post, so that whoever finds it sees their own.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::PostId;
use events::content::Reaction;
use store::statement;

/// Takes a reaction if it is newer. The caller holds the post's counts.
pub(crate) async fn upsert(
    mut conn: &AsyncPgConnection,
    version: i64,
    told: &Reaction,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO reaction AS known (post_id, account_id, version, kind) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (post_id, account_id) DO UPDATE SET version = excluded.version, kind = excluded.kind \
         WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(told.post_id)
    .bind::<SqlUuid, _>(told.account_id)
    .bind::<BigInt, _>(version)
    .bind::<Nullable<Text>, _>(&told.reaction)
    .execute(&mut conn)
    .await
}

/// Forgets all reactions to a post that is removed. The caller holds the post's counts.
pub(crate) async fn forget(mut conn: &AsyncPgConnection, post: PostId) -> QueryResult<usize> {
    statement("DELETE FROM reaction WHERE post_id = $1")
        .bind::<SqlUuid, _>(post)
        .execute(&mut conn)
        .await
}
