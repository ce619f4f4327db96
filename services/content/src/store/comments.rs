//! Comments and the answers to them.

use super::authors::{CardRow, introduced};
use super::feeds::Ask;
use crate::model::Asker;
use ::store::statement;
use chassis::Principal;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::content::Comment;
use events::{AccountId, CommentId, PostId};

/// A comment as it is shown.
#[derive(Debug, QueryableByName)]
pub(crate) struct CommentRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: CommentId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) post_id: PostId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) author_id: AccountId,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) parent_id: Option<CommentId>,
    #[diesel(sql_type = Text)]
    pub(crate) content: String,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) edited_at: Option<DateTime<Utc>>,
    #[diesel(embed)]
    pub(crate) card: CardRow,
}

/// The comments below the post `$3` that the asker may see: with a comment, the answers to it go.
macro_rules! seen {
    () => {
        concat!(
            "k.post_id = $3 AND k.removed_at IS NULL AND ",
            audience::not_blocked!("k.author_id"),
            " AND (k.parent_id IS NULL OR EXISTS (SELECT FROM comment above WHERE above.id = k.parent_id AND ",
            audience::not_blocked!("above.author_id"),
            "))"
        )
    };
}

/// The columns of a [`CommentRow`], of the aliases `k` and `a`.
macro_rules! shown {
    () => {
        "SELECT k.id, k.post_id, k.author_id, k.parent_id, k.content, k.created_at, k.edited_at, \
         a.username, a.display_name, a.avatar_media_id "
    };
}

/// Comments of a post, the oldest first, so that an answer comes after what it answers.
pub(crate) async fn list(
    mut conn: &AsyncPgConnection,
    Ask { asker, after, limit }: Ask,
    post: PostId,
) -> QueryResult<Vec<CommentRow>> {
    statement(concat!(
        shown!(),
        "FROM (SELECT k.* FROM comment k WHERE ",
        seen!(),
        " AND (k.created_at, k.id) > ($4, $5) ORDER BY k.created_at, k.id LIMIT $6) k \
         JOIN author a ON a.account_id = k.author_id ORDER BY k.created_at, k.id"
    ))
    .bind::<Nullable<SqlUuid>, _>(asker.account)
    .bind::<Bool, _>(asker.moderator)
    .bind::<SqlUuid, _>(post)
    .bind::<Timestamptz, _>(after.at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many [`list`] shows on all its pages.
pub(crate) async fn count(mut conn: &AsyncPgConnection, asker: Asker, post: PostId) -> QueryResult<i64> {
    let row: Count = statement(concat!("SELECT count(*) AS count FROM comment k WHERE ", seen!()))
        .bind::<Nullable<SqlUuid>, _>(asker.account)
        .bind::<Bool, _>(asker.moderator)
        .bind::<SqlUuid, _>(post)
        .get_result(&mut conn)
        .await?;
    Ok(row.count)
}

/// A comment that the asker may see, or may remove because the post or the comment is theirs.
pub(crate) async fn find(
    mut conn: &AsyncPgConnection,
    asker: Asker,
    post: PostId,
    id: CommentId,
) -> QueryResult<Option<CommentRow>> {
    statement(concat!(
        shown!(),
        "FROM comment k JOIN author a ON a.account_id = k.author_id JOIN post p ON p.id = k.post_id \
         WHERE k.id = $4 AND k.post_id = $3 AND k.removed_at IS NULL \
         AND (k.author_id = $1 OR p.author_id = $1 OR (",
        seen!(),
        "))"
    ))
    .bind::<Nullable<SqlUuid>, _>(asker.account)
    .bind::<Bool, _>(asker.moderator)
    .bind::<SqlUuid, _>(post)
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Writes a new comment, and sees to its author's card.
pub(crate) async fn insert(
    mut conn: &AsyncPgConnection,
    author: &Principal,
    comment: &Comment,
) -> QueryResult<()> {
    statement(concat!(
        "WITH ",
        introduced!(),
        "INSERT INTO comment (id, post_id, author_id, parent_id, content, created_at) \
         VALUES ($4, $5, $1, $6, $7, $8)"
    ))
    .bind::<SqlUuid, _>(author.account)
    .bind::<Text, _>(&author.username)
    .bind::<Text, _>(&author.display_name)
    .bind::<SqlUuid, _>(comment.comment_id)
    .bind::<SqlUuid, _>(comment.post_id)
    .bind::<Nullable<SqlUuid>, _>(comment.parent_id)
    .bind::<Text, _>(&comment.content)
    .bind::<Timestamptz, _>(comment.created_at)
    .execute(&mut conn)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Writes other words into a comment of this author's own; answers its new version.
pub(crate) async fn update_own(
    mut conn: &AsyncPgConnection,
    author: AccountId,
    comment: &Comment,
) -> QueryResult<Option<i64>> {
    let row: Option<Version> = statement(
        "UPDATE comment SET content = $3, edited_at = $4, version = version + 1 \
         WHERE id = $1 AND author_id = $2 AND removed_at IS NULL RETURNING version",
    )
    .bind::<SqlUuid, _>(comment.comment_id)
    .bind::<SqlUuid, _>(author)
    .bind::<Text, _>(&comment.content)
    .bind::<Nullable<Timestamptz>, _>(comment.edited_at)
    .get_result(&mut conn)
    .await
    .optional()?;
    Ok(row.map(|row| row.version))
}

/// The tombstone of a comment.
#[derive(Debug, QueryableByName)]
pub(crate) struct RemovedComment {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: CommentId,
    #[diesel(sql_type = BigInt)]
    pub(crate) version: i64,
}

/// Makes tombstones of a comment and of the answers to it.
pub(crate) async fn remove(
    mut conn: &AsyncPgConnection,
    id: CommentId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<RemovedComment>> {
    statement(
        "UPDATE comment SET content = '', removed_at = $2, version = version + 1 \
         WHERE (id = $1 OR parent_id = $1) AND removed_at IS NULL RETURNING id, version",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(now)
    .load(&mut conn)
    .await
}

/// Makes tombstones of all comments of a post.
pub(crate) async fn clear(
    mut conn: &AsyncPgConnection,
    post: PostId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<RemovedComment>> {
    statement(
        "UPDATE comment SET content = '', removed_at = $2, version = version + 1 \
         WHERE post_id = $1 AND removed_at IS NULL RETURNING id, version",
    )
    .bind::<SqlUuid, _>(post)
    .bind::<Timestamptz, _>(now)
    .load(&mut conn)
    .await
}
