//! What posts were before they were changed.

use super::authors::CardRow;
use ::store::statement;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, MediaId, PostId};

/// A change, and who made it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'a> {
    /// `edited`, `hidden`, `restored` or `removed`.
    pub(crate) what: &'static str,
    pub(crate) by: AccountId,
    pub(crate) at: DateTime<Utc>,
    pub(crate) reason: Option<&'a str>,
}

/// Keeps what a locked post is, before it is changed.
pub(crate) async fn keep(mut conn: &AsyncPgConnection, post: PostId, change: Change<'_>) -> QueryResult<()> {
    statement(
        "INSERT INTO post_history \
         (post_id, version, content, visibility, tags, media, state, change, changed_by, changed_at, reason) \
         SELECT p.id, p.version, p.content, p.visibility, p.tags, \
         ARRAY(SELECT pm.media_id FROM post_media pm WHERE pm.post_id = p.id ORDER BY pm.position), p.state, \
         $2, $3, $4, $5 FROM post p WHERE p.id = $1",
    )
    .bind::<SqlUuid, _>(post)
    .bind::<Text, _>(change.what)
    .bind::<SqlUuid, _>(change.by)
    .bind::<Timestamptz, _>(change.at)
    .bind::<Nullable<Text>, _>(change.reason)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// What a post was after a change.
#[derive(Debug, QueryableByName)]
pub(crate) struct HistoryRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) version: i64,
    #[diesel(sql_type = Text)]
    pub(crate) change: String,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) changed_by: AccountId,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) changed_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) reason: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) content: String,
    #[diesel(sql_type = Text)]
    pub(crate) visibility: String,
    #[diesel(sql_type = Array<Text>)]
    pub(crate) tags: Vec<String>,
    #[diesel(sql_type = Array<SqlUuid>)]
    pub(crate) media: Vec<MediaId>,
    #[diesel(sql_type = Text)]
    pub(crate) state: String,
    #[diesel(embed)]
    pub(crate) card: CardRow,
}

/// What a post was, version by version, the latest first; nothing when there is no such post.
///
/// A row holds what was before a change and the change itself, so each state is shown with the change of the row below
/// it; the first one came by being published.
pub(crate) async fn of(
    mut conn: &AsyncPgConnection,
    post: PostId,
    before: Option<i64>,
    limit: i64,
) -> QueryResult<Vec<HistoryRow>> {
    statement(
        "WITH known AS (\
             SELECT version, content, visibility, tags, media, state, change, changed_by, changed_at, reason \
             FROM post_history WHERE post_id = $1 \
             UNION ALL SELECT p.version, p.content, p.visibility, p.tags, \
             ARRAY(SELECT pm.media_id FROM post_media pm WHERE pm.post_id = p.id ORDER BY pm.position), \
             CASE WHEN p.removed_at IS NULL THEN p.state ELSE 'removed' END, NULL, NULL, NULL, NULL \
             FROM post p WHERE p.id = $1\
         ), shown AS (\
             SELECT k.version, k.content, k.visibility, k.tags, k.media, k.state, \
             coalesce(lag(k.change) OVER steps, 'published') AS change, \
             coalesce(lag(k.changed_by) OVER steps, p.author_id) AS changed_by, \
             coalesce(lag(k.changed_at) OVER steps, p.created_at) AS changed_at, lag(k.reason) OVER steps AS reason \
             FROM known k JOIN post p ON p.id = $1 WINDOW steps AS (ORDER BY k.version)\
         ) SELECT shown.*, coalesce(a.username, '') AS username, coalesce(a.display_name, '') AS display_name, \
         a.avatar_media_id FROM shown LEFT JOIN author a ON a.account_id = shown.changed_by \
         WHERE $2::bigint IS NULL OR version < $2 ORDER BY version DESC LIMIT $3",
    )
    .bind::<SqlUuid, _>(post)
    .bind::<Nullable<BigInt>, _>(before)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}

/// Wipes texts and history of posts that were removed before this time; answers how many posts.
pub(crate) async fn wipe_removed(
    mut conn: &AsyncPgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    statement(
        "WITH due AS (SELECT id FROM post WHERE removed_at < $1 AND content <> '' ORDER BY removed_at LIMIT $2 \
             FOR UPDATE SKIP LOCKED), \
         forgotten AS (DELETE FROM post_history WHERE post_id IN (SELECT id FROM due)) \
         UPDATE post SET content = '', tags = '{}' WHERE id IN (SELECT id FROM due)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(&mut conn)
    .await
}
