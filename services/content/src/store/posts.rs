//! Posts, as they are read.

use super::authors::CardRow;
use super::counts::{CountsRow, counted};
use crate::model::{Asker, ReactionType};
use ::store::statement;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Json, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, PostId};

/// A post with everything that is shown of it.
#[derive(Clone, Debug, QueryableByName)]
pub(crate) struct PostRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: PostId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) author_id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) content: String,
    #[diesel(sql_type = Text)]
    pub(crate) visibility: String,
    #[diesel(sql_type = Array<Text>)]
    pub(crate) tags: Vec<String>,
    /// `published`, `hidden` or `removed`.
    #[diesel(sql_type = Text)]
    pub(crate) state: String,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) edited_at: Option<DateTime<Utc>>,
    #[diesel(embed)]
    pub(crate) author: CardRow,
    #[diesel(embed)]
    pub(crate) counts: CountsRow,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) my_reaction: Option<ReactionType>,
    /// The files as a JSON array, absent when there are none.
    #[diesel(sql_type = Nullable<Json>)]
    pub(crate) media: Option<serde_json::Value>,
}

/// The columns of a [`PostRow`], from the aliases of [`shown_from`].
macro_rules! shown {
    () => {
        concat!(
            "p.id, p.author_id, p.content, p.visibility, p.tags, p.created_at, p.edited_at, \
             CASE WHEN p.removed_at IS NULL THEN p.state ELSE 'removed' END AS state, \
             a.username, a.display_name, a.avatar_media_id, ",
            counted!(),
            ", r.type AS my_reaction, (SELECT json_agg(json_build_object('id', m.id, 'kind', m.kind, \
             'contentType', m.content_type, 'width', m.width, 'height', m.height, 'duration', m.duration, 'ready', m.ready, 'altText', m.alt_text) \
             ORDER BY pm.position) FROM post_media pm JOIN media m ON m.id = pm.media_id \
             WHERE pm.post_id = p.id AND NOT m.removed) AS media "
        )
    };
}
pub(crate) use shown;

/// What [`shown`] reads beside the post `p`, for the asker `$1`.
macro_rules! shown_from {
    () => {
        " JOIN author a ON a.account_id = p.author_id JOIN post_counts c ON c.post_id = p.id \
         LEFT JOIN reaction r ON r.post_id = p.id AND r.account_id = $1 "
    };
}
pub(crate) use shown_from;

/// Whether the post `p` is there for the asker: a removed one only for moderators, until its text is wiped.
macro_rules! is_there {
    () => {
        "(p.removed_at IS NULL OR ($2 AND p.content <> ''))"
    };
}

/// A post that was asked for by its id, and whether the asker may see it.
#[derive(Debug, QueryableByName)]
pub(crate) struct FoundPost {
    #[diesel(sql_type = Text)]
    pub(crate) verdict: String,
    #[diesel(embed)]
    pub(crate) post: PostRow,
}

/// Reads a post and what the policy says about it, all in one statement: this is what is asked most often.
pub(crate) async fn find(
    mut conn: &AsyncPgConnection,
    asker: Asker,
    id: PostId,
) -> QueryResult<Option<FoundPost>> {
    statement(concat!(
        "SELECT ",
        audience::verdict!("p"),
        " AS verdict, ",
        shown!(),
        "FROM post p",
        shown_from!(),
        "WHERE p.id = $3 AND ",
        is_there!()
    ))
    .bind::<Nullable<SqlUuid>, _>(asker.account)
    .bind::<Bool, _>(asker.moderator)
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()
}

/// These posts, in no order, as far as they are there for the asker, without asking the policy: for moderators.
pub(crate) async fn of_ids(
    mut conn: &AsyncPgConnection,
    moderator: Asker,
    ids: &[PostId],
) -> QueryResult<Vec<PostRow>> {
    statement(concat!(
        "SELECT ",
        shown!(),
        "FROM post p",
        shown_from!(),
        "WHERE p.id = ANY($3) AND ",
        is_there!()
    ))
    .bind::<Nullable<SqlUuid>, _>(moderator.account)
    .bind::<Bool, _>(moderator.moderator)
    .bind::<Array<SqlUuid>, _>(ids)
    .load(&mut conn)
    .await
}

/// How a post stands to the asker, for what hangs below it.
#[derive(Debug, QueryableByName)]
pub(crate) struct Standing {
    #[diesel(sql_type = Text)]
    pub(crate) verdict: String,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) author_id: AccountId,
    #[diesel(embed)]
    pub(crate) counts: CountsRow,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) my_reaction: Option<ReactionType>,
}

/// The statement of a [`Standing`], for posts of which `$there` is true.
macro_rules! standing_sql {
    ($there:expr) => {
        concat!(
            "SELECT ",
            audience::verdict!("p"),
            " AS verdict, p.author_id, ",
            counted!(),
            ", r.type AS my_reaction FROM post p JOIN post_counts c ON c.post_id = p.id \
             LEFT JOIN reaction r ON r.post_id = p.id AND r.account_id = $1 WHERE p.id = $3 AND ",
            $there
        )
    };
}

/// Reads what the policy says about a post, without the post. A removed one is nobody's to do anything with.
pub(crate) async fn standing(
    conn: &AsyncPgConnection,
    asker: Asker,
    id: PostId,
) -> QueryResult<Option<Standing>> {
    read_standing(conn, standing_sql!("p.removed_at IS NULL"), asker, id).await
}

/// The same for whoever only looks.
pub(crate) async fn standing_to_reader(
    conn: &AsyncPgConnection,
    asker: Asker,
    id: PostId,
) -> QueryResult<Option<Standing>> {
    read_standing(conn, standing_sql!(is_there!()), asker, id).await
}

async fn read_standing(
    mut conn: &AsyncPgConnection,
    sql: &'static str,
    asker: Asker,
    id: PostId,
) -> QueryResult<Option<Standing>> {
    statement(sql)
        .bind::<Nullable<SqlUuid>, _>(asker.account)
        .bind::<Bool, _>(asker.moderator)
        .bind::<SqlUuid, _>(id)
        .get_result(&mut conn)
        .await
        .optional()
}
