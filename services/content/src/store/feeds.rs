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

/// A page of public posts: `$3` and `$4` are the place it begins at, `$5` is how many.
///
/// The conditions are those of the index `post_public`, so that a page is read off in its order.
macro_rules! public_page {
    ($from:literal, $narrower:literal, $order:literal) => {
        concat!(
            "SELECT ",
            shown!(),
            $from,
            shown_from!(),
            "WHERE p.removed_at IS NULL AND p.visibility = 'public' AND p.state = 'published' AND ",
            audience::visible!("p"),
            $narrower,
            $order,
            " LIMIT $5"
        )
    };
}

/// [`public_page`] in the order of posts.
macro_rules! newest_public {
    ($narrower:literal) => {
        public_page!(
            "FROM post p",
            $narrower,
            " AND (p.created_at, p.id) < ($3, $4) ORDER BY p.created_at DESC, p.id DESC"
        )
    };
}

/// [`public_page`] in the order of a tag's posts, which is the same, and has an index of its own.
macro_rules! newest_tagged {
    () => {
        public_page!(
            "FROM post_tag t JOIN post p ON p.id = t.post_id",
            " AND t.tag = $6",
            " AND (t.created_at, t.post_id) < ($3, $4) ORDER BY t.created_at DESC, t.post_id DESC"
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
        (None, None) => page(newest_public!("")).load(&mut conn).await,
        (Some(tag), None) => {
            let query = page(newest_tagged!());
            query.bind::<Text, _>(tag.as_str()).load(&mut conn).await
        }
        (None, Some(author)) => {
            let query = page(newest_public!(" AND p.author_id = $6"));
            query.bind::<SqlUuid, _>(author).load(&mut conn).await
        }
        (Some(tag), Some(author)) => {
            let query = page(newest_public!(" AND p.author_id = $6 AND p.tags @> ARRAY[$7]"));
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

/// The newest posts of the person `circle.account_id` that the asker may see, in the order of the index `post_author`.
macro_rules! newest_of_one {
    ($limit:literal) => {
        concat!(
            "(SELECT p.id, p.created_at FROM post p WHERE p.author_id = circle.account_id \
             AND p.removed_at IS NULL AND (p.created_at, p.id) < ($3, $4) AND ",
            audience::visible!("p"),
            " ORDER BY p.created_at DESC, p.id DESC LIMIT ",
            $limit,
            ") newest "
        )
    };
}

/// The posts of the asker, and of those the asker follows or is connected with, as far as the asker may see them.
///
/// A page of `n` posts is by `n` people at most, and these are among the `n` whose newest posts are the newest:
/// whoever comes after them has `n` newer posts before their own. So one post of each person is read first, then
/// `n` posts of each of `n` people, and only the page itself is joined with what is shown of a post. For somebody
/// who follows hundreds this takes a third of the time of reading a page of each (measured: see `README.md`).
pub(crate) async fn home(
    mut conn: &AsyncPgConnection,
    Ask { asker, after, limit }: Ask,
) -> QueryResult<Vec<PostRow>> {
    statement(concat!(
        "WITH everybody (account_id) AS (\
             SELECT $1 \
             UNION SELECT following_id FROM audience_follow WHERE follower_id = $1 AND active \
             UNION SELECT high_id FROM audience_connection WHERE low_id = $1 AND connected \
             UNION SELECT low_id FROM audience_connection WHERE high_id = $1 AND connected\
         ), newest_people AS (\
             SELECT circle.account_id FROM everybody circle CROSS JOIN LATERAL ",
        newest_of_one!("1"),
        "    ORDER BY newest.created_at DESC, newest.id DESC LIMIT $5\
         ), page AS (\
             SELECT newest.id, newest.created_at FROM newest_people circle CROSS JOIN LATERAL ",
        newest_of_one!("$5"),
        "    ORDER BY newest.created_at DESC, newest.id DESC LIMIT $5\
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
