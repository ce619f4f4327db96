//! What goes with a person: a few posts, comments or reactions at a time, and what is theirs alone at the end.
//!
//! Nothing of it stays as a tombstone: what is erased has no version that could go on, and nothing about the person is
//! taken in any more.

use super::comments::RemovedComment;
use crate::model::ReactionType;
use ::store::statement;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, CommentId, PostId};

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: PostId,
}

/// Something that others had heard of, unless it was removed before.
#[derive(Debug, QueryableByName)]
pub(crate) struct Gone {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: PostId,
    /// The last that it will ever have.
    #[diesel(sql_type = BigInt)]
    pub(crate) version: i64,
    #[diesel(sql_type = Bool)]
    pub(crate) was_removed: bool,
}

/// Locks some of an author's posts with all that stands below them, those removed before, too.
pub(crate) async fn lock_posts(
    mut conn: &AsyncPgConnection,
    author: AccountId,
    limit: i64,
) -> QueryResult<Vec<PostId>> {
    let found: Vec<Id> = statement("SELECT id FROM post WHERE author_id = $1 ORDER BY id LIMIT $2")
        .bind::<SqlUuid, _>(author)
        .bind::<BigInt, _>(limit)
        .load(&mut conn)
        .await?;
    let ids: Vec<PostId> = found.into_iter().map(|row| row.id).collect();
    lock_below(conn, &ids).await?;
    statement("SELECT FROM post WHERE id = ANY($1) ORDER BY id FOR UPDATE")
        .bind::<Array<SqlUuid>, _>(&ids)
        .execute(&mut conn)
        .await?;
    Ok(ids)
}

/// Makes the asker the only one who changes what stands below these posts.
async fn lock_below(mut conn: &AsyncPgConnection, posts: &[PostId]) -> QueryResult<()> {
    statement("SELECT FROM post_counts WHERE post_id = ANY($1) ORDER BY post_id FOR UPDATE")
        .bind::<Array<SqlUuid>, _>(posts)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Deletes locked posts with everything below them; answers the comments that others wrote there, and the posts.
pub(crate) async fn delete_posts(
    mut conn: &AsyncPgConnection,
    posts: &[PostId],
) -> QueryResult<(Vec<ErasedComment>, Vec<Gone>)> {
    let comments = statement(
        "DELETE FROM comment WHERE post_id = ANY($1) \
         RETURNING id, post_id, version + 1 AS version, removed_at IS NOT NULL AS was_removed",
    )
    .bind::<Array<SqlUuid>, _>(posts)
    .load(&mut conn)
    .await?;
    for sql in [
        "DELETE FROM reaction WHERE post_id = ANY($1)",
        "DELETE FROM report WHERE post_id = ANY($1)",
        "DELETE FROM post_history WHERE post_id = ANY($1)",
        "DELETE FROM post_tag WHERE post_id = ANY($1)",
        "DELETE FROM post_media WHERE post_id = ANY($1)",
        "DELETE FROM post_counts WHERE post_id = ANY($1)",
    ] {
        statement(sql)
            .bind::<Array<SqlUuid>, _>(posts)
            .execute(&mut conn)
            .await?;
    }
    let gone = statement(
        "DELETE FROM post WHERE id = ANY($1) \
         RETURNING id, version + 1 AS version, removed_at IS NOT NULL AS was_removed",
    )
    .bind::<Array<SqlUuid>, _>(posts)
    .load(&mut conn)
    .await?;
    Ok((comments, gone))
}

/// A comment that is gone, and below which post it stood.
#[derive(Debug, QueryableByName)]
pub(crate) struct ErasedComment {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: CommentId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) post_id: PostId,
    #[diesel(sql_type = BigInt)]
    pub(crate) version: i64,
    #[diesel(sql_type = Bool)]
    pub(crate) was_removed: bool,
}

impl From<&ErasedComment> for RemovedComment {
    fn from(gone: &ErasedComment) -> Self {
        Self {
            id: gone.id,
            version: gone.version,
        }
    }
}

/// Deletes some comments of an author's, with the answers to them, whoever wrote those. What stands below their posts is
/// locked.
pub(crate) async fn delete_comments(
    mut conn: &AsyncPgConnection,
    author: AccountId,
    limit: i64,
) -> QueryResult<Vec<ErasedComment>> {
    let found: Vec<Id> = statement(
        "SELECT DISTINCT post_id AS id FROM \
         (SELECT post_id FROM comment WHERE author_id = $1 ORDER BY id LIMIT $2) few ORDER BY post_id",
    )
    .bind::<SqlUuid, _>(author)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await?;
    let posts: Vec<PostId> = found.into_iter().map(|row| row.id).collect();
    lock_below(conn, &posts).await?;
    statement(
        "DELETE FROM comment k USING (SELECT id FROM comment WHERE author_id = $1 AND post_id = ANY($2)) own \
         WHERE k.id = own.id OR k.parent_id = own.id \
         RETURNING k.id, k.post_id, k.version + 1 AS version, k.removed_at IS NOT NULL AS was_removed",
    )
    .bind::<SqlUuid, _>(author)
    .bind::<Array<SqlUuid>, _>(&posts)
    .load(&mut conn)
    .await
}

/// A reaction that is gone.
#[derive(Debug, QueryableByName)]
pub(crate) struct ErasedReaction {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) post_id: PostId,
    #[diesel(sql_type = Text)]
    pub(crate) r#type: ReactionType,
}

/// Deletes some of a person's reactions. What stands below their posts is locked.
pub(crate) async fn delete_reactions(
    mut conn: &AsyncPgConnection,
    who: AccountId,
    limit: i64,
) -> QueryResult<Vec<ErasedReaction>> {
    let found: Vec<Id> =
        statement("SELECT post_id AS id FROM reaction WHERE account_id = $1 ORDER BY post_id LIMIT $2")
            .bind::<SqlUuid, _>(who)
            .bind::<BigInt, _>(limit)
            .load(&mut conn)
            .await?;
    let posts: Vec<PostId> = found.into_iter().map(|row| row.id).collect();
    lock_below(conn, &posts).await?;
    statement("DELETE FROM reaction WHERE account_id = $1 AND post_id = ANY($2) RETURNING post_id, type")
        .bind::<SqlUuid, _>(who)
        .bind::<Array<SqlUuid>, _>(&posts)
        .load(&mut conn)
        .await
}

/// Deletes what is left of a person: their reports, their words as a moderator, their card and their numbers. The audit
/// says what they did, with ids alone, and stays.
pub(crate) async fn delete_rest(mut conn: &AsyncPgConnection, who: AccountId) -> QueryResult<()> {
    for sql in [
        "DELETE FROM report WHERE reporter_id = $1",
        "UPDATE report SET note = NULL WHERE moderator_id = $1 AND note IS NOT NULL",
        "UPDATE post_history SET reason = NULL WHERE changed_by = $1 AND reason IS NOT NULL",
        "DELETE FROM media WHERE owner_id = $1",
        "DELETE FROM author_post_count WHERE account_id = $1",
        "DELETE FROM author WHERE account_id = $1",
    ] {
        statement(sql).bind::<SqlUuid, _>(who).execute(&mut conn).await?;
    }
    Ok(())
}
