//! Lists of posts, newest first, each in one statement.

use super::counts::counted;
use super::posts::{PostRow, shown, shown_from};
use crate::model::{Asker, Place, Tag};
use ::store::statement;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;

/// What all lists share: who asks, what follows after which place, and how much of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub(crate) asker: Asker,
    pub(crate) after: Place,
    pub(crate) limit: i64,
}

impl Ask {
    /// The same without a moderator's eyes.
    pub(crate) fn as_member(self) -> Self {
        Self {
            asker: self.asker.as_member(),
            ..self
        }
    }
}

/// A page of public posts. `$3` and `$4` are the place, `$5` how many; what is appended narrows it down.
///
/// The conditions are those of the indexes `post_public` and `post_public_tags`, so that a page is read off
/// the one in its order, or a rare tag's few posts are found by the other.
macro_rules! public_page {
    ($narrower:literal) => {
        concat!(
            "SELECT ",
            shown!(),
            "FROM post p",
            shown_from!(),
            "WHERE p.removed_at IS NULL AND p.visibility = 'public' AND p.state = 'published' \
             AND (p.created_at, p.id) < ($3, $4) AND ",
            audience::visible!("p"),
            $narrower,
            " ORDER BY p.created_at DESC, p.id DESC LIMIT $5"
        )
    };
}

/// What everybody may see, by tag or author if they are named.
pub(crate) async fn public(
    mut conn: &AsyncPgConnection,
    Ask { asker, after, limit }: Ask,
    tag: Option<&Tag>,
    author: Option<AccountId>,
) -> QueryResult<Vec<PostRow>> {
    let page = |sql: &'static str| {
        statement(sql)
            .bind::<Nullable<SqlUuid>, _>(asker.account)
            .bind::<Bool, _>(asker.moderator)
            .bind::<Timestamptz, _>(after.at)
            .bind::<SqlUuid, _>(after.id)
            .bind::<BigInt, _>(limit)
    };
    // A text for each case: one text for all would keep the planner from using the index of any.
    match (tag, author) {
        (None, None) => page(public_page!("")).load(&mut conn).await,
        (Some(tag), None) => {
            let query = page(public_page!(" AND p.tags @> ARRAY[$6]"));
            query.bind::<Text, _>(tag.as_str()).load(&mut conn).await
        }
        (None, Some(author)) => {
            let query = page(public_page!(" AND p.author_id = $6"));
            query.bind::<SqlUuid, _>(author).load(&mut conn).await
        }
        (Some(tag), Some(author)) => {
            let query = page(public_page!(" AND p.author_id = $6 AND p.tags @> ARRAY[$7]"));
            let query = query.bind::<SqlUuid, _>(author);
            query.bind::<Text, _>(tag.as_str()).load(&mut conn).await
        }
    }
}

/// An author's posts, as far as the asker may see them.
pub(crate) async fn of_author(
    mut conn: &AsyncPgConnection,
    Ask { asker, after, limit }: Ask,
    author: AccountId,
) -> QueryResult<Vec<PostRow>> {
    statement(concat!(
        "SELECT ",
        shown!(),
        "FROM post p",
        shown_from!(),
        "WHERE p.author_id = $6 AND p.removed_at IS NULL AND (p.created_at, p.id) < ($3, $4) AND ",
        audience::visible!("p"),
        " ORDER BY p.created_at DESC, p.id DESC LIMIT $5"
    ))
    .bind::<Nullable<SqlUuid>, _>(asker.account)
    .bind::<Bool, _>(asker.moderator)
    .bind::<Timestamptz, _>(after.at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<BigInt, _>(limit)
    .bind::<SqlUuid, _>(author)
    .load(&mut conn)
    .await
}

/// The posts of the asker, and of those the asker follows or is connected with, as far as the asker may see them.
///
/// From each of these people at most one page can be on the page, so that many are read off `post_author` in its
/// order and no more; only the page itself is then joined with what is shown of a post.
pub(crate) async fn home(
    mut conn: &AsyncPgConnection,
    Ask { asker, after, limit }: Ask,
) -> QueryResult<Vec<PostRow>> {
    statement(concat!(
        "WITH circle (account_id) AS (\
             SELECT $1 \
             UNION SELECT following_id FROM audience_follow WHERE follower_id = $1 AND active \
             UNION SELECT high_id FROM audience_connection WHERE low_id = $1 AND connected \
             UNION SELECT low_id FROM audience_connection WHERE high_id = $1 AND connected\
         ), page AS (\
             SELECT newest.id, newest.created_at FROM circle CROSS JOIN LATERAL (\
                 SELECT p.id, p.created_at FROM post p \
                 WHERE p.author_id = circle.account_id AND p.removed_at IS NULL \
                 AND (p.created_at, p.id) < ($3, $4) AND ",
        audience::visible!("p"),
        "        ORDER BY p.created_at DESC, p.id DESC LIMIT $5\
             ) newest ORDER BY newest.created_at DESC, newest.id DESC LIMIT $5\
         ) SELECT ",
        shown!(),
        "FROM page JOIN post p ON p.id = page.id",
        shown_from!(),
        "ORDER BY page.created_at DESC, page.id DESC"
    ))
    .bind::<Nullable<SqlUuid>, _>(asker.account)
    .bind::<Bool, _>(asker.moderator)
    .bind::<Timestamptz, _>(after.at)
    .bind::<SqlUuid, _>(after.id)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}
