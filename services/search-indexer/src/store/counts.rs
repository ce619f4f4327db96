//! How often posts were reacted to and commented.

use super::Index;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Json, Nullable, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::content::{PostCounts, PostRemoved};
use events::{AccountId, PostId};
use std::collections::BTreeSet;
use store::statement;

/// The version of the counts of a post that is removed: the last.
const REMOVED: i64 = i64::MAX;

/// SQL that takes counts, in one of the two indexes.
macro_rules! upsert {
    ($counts:literal) => {
        concat!(
            "INSERT INTO ",
            $counts,
            " AS known (post_id, author_id, version, reactions, comments) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (post_id) DO UPDATE SET author_id = coalesce(excluded.author_id, known.author_id), \
               version = excluded.version, reactions = excluded.reactions, comments = excluded.comments \
             WHERE known.version < excluded.version \
               OR known.version = excluded.version AND known.author_id IS NULL AND excluded.author_id IS NOT NULL"
        )
    };
}

/// SQL that notes posts of which nothing was told yet, in one of the two indexes.
macro_rules! note {
    ($counts:literal) => {
        concat!(
            "INSERT INTO ",
            $counts,
            " (post_id, author_id, version, reactions, comments) \
             SELECT post_id, author_id, 0, '{}', 0 FROM unnest($1::uuid[], $2::uuid[]) AS told (post_id, author_id) \
             ORDER BY post_id ON CONFLICT (post_id) DO NOTHING"
        )
    };
}

/// SQL that locks those of the posts that are not removed, in one of the two indexes.
macro_rules! hold {
    ($counts:literal) => {
        concat!(
            "SELECT post_id FROM ",
            $counts,
            " WHERE post_id = ANY($1) AND version < $2 ORDER BY post_id FOR UPDATE"
        )
    };
}

/// Takes the counts of a post if they are newer.
pub(crate) async fn upsert(
    conn: &AsyncPgConnection,
    index: Index,
    version: i64,
    told: &PostCounts,
) -> QueryResult<()> {
    let reactions = serde_json::json!(told.reactions);
    let whose = (told.post_id, told.author_id);
    put(conn, index, whose, version, (reactions, told.comments)).await
}

/// Leaves nothing of the counts of a post that is removed, and takes none any more.
pub(crate) async fn bury(conn: &AsyncPgConnection, index: Index, post: &PostRemoved) -> QueryResult<()> {
    let whose = (post.post_id, Some(post.author_id));
    put(conn, index, whose, REMOVED, (serde_json::json!({}), 0)).await
}

async fn put(
    mut conn: &AsyncPgConnection,
    index: Index,
    (post, author): (PostId, Option<AccountId>),
    version: i64,
    (reactions, comments): (serde_json::Value, i64),
) -> QueryResult<()> {
    statement(match index {
        Index::Live => upsert!("post_counts"),
        Index::Shadow => upsert!("post_counts_shadow"),
    })
    .bind::<SqlUuid, _>(post)
    .bind::<Nullable<SqlUuid>, _>(author)
    .bind::<BigInt, _>(version)
    .bind::<Json, _>(reactions)
    .bind::<BigInt, _>(comments)
    .execute(&mut conn)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = SqlUuid)]
    post_id: PostId,
}

/// Makes the asker the only one who changes what these posts (and whose they are) were given, until the transaction ends; answers
/// those that may still be given anything.
pub(crate) async fn hold(
    mut conn: &AsyncPgConnection,
    index: Index,
    posts: &[(PostId, AccountId)],
) -> QueryResult<BTreeSet<PostId>> {
    let (posts, authors): (Vec<PostId>, Vec<AccountId>) = posts.iter().copied().unzip();
    let (note, hold) = match index {
        Index::Live => (note!("post_counts"), hold!("post_counts")),
        Index::Shadow => (note!("post_counts_shadow"), hold!("post_counts_shadow")),
    };
    statement(note)
        .bind::<Array<SqlUuid>, _>(&posts)
        .bind::<Array<SqlUuid>, _>(authors)
        .execute(&mut conn)
        .await?;
    let held: Vec<Held> = statement(hold)
        .bind::<Array<SqlUuid>, _>(&posts)
        .bind::<BigInt, _>(REMOVED)
        .load(&mut conn)
        .await?;
    Ok(held.into_iter().map(|held| held.post_id).collect())
}
