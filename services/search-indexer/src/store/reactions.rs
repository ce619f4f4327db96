//! Who reacted to which post, so that whoever finds it sees their own.

use super::Index;
use diesel::QueryResult;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::content::{PostRemoved, Reaction};
use events::{AccountId, PostId};
use store::statement;

/// SQL that takes reactions, in one of the two indexes.
macro_rules! upsert {
    ($reaction:literal) => {
        concat!(
            "INSERT INTO ",
            $reaction,
            " AS known (post_id, account_id, author_id, version, kind) \
             SELECT DISTINCT ON (post_id, account_id) * \
             FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[]) \
               AS told (post_id, account_id, author_id, version, kind) \
             ORDER BY post_id, account_id, version DESC \
             ON CONFLICT (post_id, account_id) DO UPDATE SET version = excluded.version, kind = excluded.kind \
             WHERE known.version < excluded.version"
        )
    };
}

/// Takes reactions that are newer, each with its version. The caller holds the posts' counts.
pub(crate) async fn upsert(
    mut conn: &AsyncPgConnection,
    index: Index,
    told: &[(i64, &Reaction)],
) -> QueryResult<()> {
    let column = |of: fn(&Reaction) -> AccountId| told.iter().map(|(_, told)| of(told)).collect::<Vec<_>>();
    let posts: Vec<PostId> = told.iter().map(|(_, told)| told.post_id).collect();
    let versions: Vec<i64> = told.iter().map(|(version, _)| *version).collect();
    let kinds: Vec<Option<&str>> = told.iter().map(|(_, told)| told.reaction.as_deref()).collect();
    statement(match index {
        Index::Live => upsert!("reaction"),
        Index::Shadow => upsert!("reaction_shadow"),
    })
    .bind::<Array<SqlUuid>, _>(posts)
    .bind::<Array<SqlUuid>, _>(column(|told| told.account_id))
    .bind::<Array<SqlUuid>, _>(column(|told| told.author_id))
    .bind::<Array<BigInt>, _>(versions)
    .bind::<Array<Nullable<Text>>, _>(kinds)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Forgets all reactions to a post that is removed. The caller holds the post's counts.
pub(crate) async fn forget(
    mut conn: &AsyncPgConnection,
    index: Index,
    post: &PostRemoved,
) -> QueryResult<()> {
    statement(match index {
        Index::Live => "DELETE FROM reaction WHERE post_id = $1",
        Index::Shadow => "DELETE FROM reaction_shadow WHERE post_id = $1",
    })
    .bind::<SqlUuid, _>(post.post_id)
    .execute(&mut conn)
    .await?;
    Ok(())
}
