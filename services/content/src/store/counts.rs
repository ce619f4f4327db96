//! Numbers that are kept beside what they count, in the same transaction.

use crate::model::ReactionType;
use ::store::statement;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::content::{PostCounts, Reaction};
use events::{AccountId, PostId};

/// What a post has been given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub(crate) struct CountsRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) like_count: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) love_count: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) applause_count: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) insight_count: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) comment_count: i64,
}

/// [`CountsRow`], and what it is published with.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(crate) struct VersionedCounts {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) post_id: PostId,
    #[diesel(sql_type = SqlUuid)]
    author_id: AccountId,
    #[diesel(embed)]
    pub(crate) counts: CountsRow,
    #[diesel(sql_type = BigInt)]
    pub(crate) version: i64,
}

impl VersionedCounts {
    /// As others are told of it.
    pub(crate) fn told(&self) -> PostCounts {
        let reactions = [
            (ReactionType::Like, self.counts.like_count),
            (ReactionType::Love, self.counts.love_count),
            (ReactionType::Applause, self.counts.applause_count),
            (ReactionType::Insight, self.counts.insight_count),
        ];
        PostCounts {
            post_id: self.post_id,
            author_id: Some(self.author_id),
            reactions: reactions
                .map(|(reaction, count)| (reaction.as_str().to_owned(), count))
                .into(),
            comments: self.counts.comment_count,
        }
    }

    /// Somebody's reaction, which these counts were counted with, as others are told of it.
    pub(crate) fn told_of(&self, account_id: AccountId, reaction: Option<ReactionType>) -> Reaction {
        Reaction {
            post_id: self.post_id,
            author_id: self.author_id,
            account_id,
            reaction: reaction.map(|reaction| reaction.as_str().to_owned()),
        }
    }
}

/// The columns of a [`CountsRow`], of the alias `c`.
macro_rules! counted {
    () => {
        "c.like_count, c.love_count, c.applause_count, c.insight_count, c.comment_count"
    };
}
pub(crate) use counted;

/// The columns of [`VersionedCounts`], of the alias `c`.
macro_rules! versioned {
    () => {
        concat!(
            "c.post_id, (SELECT p.author_id FROM post p WHERE p.id = c.post_id) AS author_id, c.version, ",
            counted!()
        )
    };
}

/// The counts of those of these posts that have been counted.
pub(crate) async fn of(mut conn: &AsyncPgConnection, posts: &[PostId]) -> QueryResult<Vec<VersionedCounts>> {
    statement(concat!(
        "SELECT ",
        versioned!(),
        " FROM post_counts c WHERE c.post_id = ANY($1) AND c.version > 0"
    ))
    .bind::<Array<SqlUuid>, _>(posts)
    .load(&mut conn)
    .await
}

/// Makes the asker the only one who changes what stands below a post, until the transaction ends.
///
/// Look at the post after this, in a statement of its own: only that sees what others did meanwhile.
pub(crate) async fn lock(mut conn: &AsyncPgConnection, post: PostId) -> QueryResult<()> {
    statement("SELECT FROM post_counts WHERE post_id = $1 FOR UPDATE")
        .bind::<SqlUuid, _>(post)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Counts comments that came (or, with a negative number, went).
pub(crate) async fn add_comments(
    mut conn: &AsyncPgConnection,
    post: PostId,
    more: i64,
) -> QueryResult<VersionedCounts> {
    statement(concat!(
        "UPDATE post_counts c SET comment_count = comment_count + $2, version = version + 1 WHERE post_id = $1 \
         RETURNING ",
        versioned!()
    ))
    .bind::<SqlUuid, _>(post)
    .bind::<BigInt, _>(more)
    .get_result(&mut conn)
    .await
}

/// Counts one reaction less of one type and one more of another; either may be absent.
pub(crate) async fn swap_reaction(
    mut conn: &AsyncPgConnection,
    post: PostId,
    gone: Option<ReactionType>,
    come: Option<ReactionType>,
) -> QueryResult<VersionedCounts> {
    // `=` with NULL is NULL, and `IS NOT DISTINCT FROM` is not: an absent type counts as 0 everywhere.
    statement(concat!(
        "UPDATE post_counts c SET version = version + 1, \
         like_count = like_count + ($3 IS NOT DISTINCT FROM 'like')::int - ($2 IS NOT DISTINCT FROM 'like')::int, \
         love_count = love_count + ($3 IS NOT DISTINCT FROM 'love')::int - ($2 IS NOT DISTINCT FROM 'love')::int, \
         applause_count = applause_count + ($3 IS NOT DISTINCT FROM 'applause')::int \
             - ($2 IS NOT DISTINCT FROM 'applause')::int, \
         insight_count = insight_count + ($3 IS NOT DISTINCT FROM 'insight')::int \
             - ($2 IS NOT DISTINCT FROM 'insight')::int \
         WHERE post_id = $1 RETURNING ",
        versioned!()
    ))
    .bind::<SqlUuid, _>(post)
    .bind::<Nullable<Text>, _>(gone)
    .bind::<Nullable<Text>, _>(come)
    .get_result(&mut conn)
    .await
}

/// Counts nothing any more.
pub(crate) async fn clear(mut conn: &AsyncPgConnection, post: PostId) -> QueryResult<VersionedCounts> {
    statement(concat!(
        "UPDATE post_counts c SET like_count = 0, love_count = 0, applause_count = 0, insight_count = 0, \
         comment_count = 0, version = version + 1 WHERE post_id = $1 RETURNING ",
        versioned!()
    ))
    .bind::<SqlUuid, _>(post)
    .get_result(&mut conn)
    .await
}

/// How many posts an author has.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(crate) struct AuthorCountRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) total: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) public: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) version: i64,
}

/// Counts posts of an author that came or went, and those of them that anybody may see.
pub(crate) async fn add_posts(
    mut conn: &AsyncPgConnection,
    author: AccountId,
    more: i64,
    more_public: i64,
) -> QueryResult<AuthorCountRow> {
    statement(
        "UPDATE author_post_count SET total = total + $2, public = public + $3, version = version + 1 \
         WHERE account_id = $1 RETURNING total, public, version",
    )
    .bind::<SqlUuid, _>(author)
    .bind::<BigInt, _>(more)
    .bind::<BigInt, _>(more_public)
    .get_result(&mut conn)
    .await
}
