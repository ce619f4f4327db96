//! Posts, as their authors and moderators change them, and whole, as they are published.

use super::authors::introduced;
use super::counts::AuthorCountRow;
use super::unknown;
use crate::model::public_share;
use ::store::statement;
use chassis::Principal;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::content::{Post, PostState, Visibility};
use events::{AccountId, MediaId, PostId};

/// Writes a new post with its files and counts, counts it for its author, and sees to the author's card:
/// one statement, because every post waits for it.
pub(crate) async fn insert(
    mut conn: &AsyncPgConnection,
    author: &Principal,
    post: &Post,
) -> QueryResult<AuthorCountRow> {
    statement(concat!(
        "WITH ",
        introduced!(),
        ", posted AS (INSERT INTO post (id, author_id, content, visibility, tags, created_at) \
             VALUES ($4, $1, $5, $6, $7, $8)), \
         counted AS (INSERT INTO post_counts (post_id) VALUES ($4)), \
         attached AS (INSERT INTO post_media (post_id, position, media_id) \
             SELECT $4, position, id FROM unnest($9) WITH ORDINALITY AS file (id, position)), \
         tagged AS (INSERT INTO post_tag (post_id, created_at, tag) SELECT $4, $8, unnest($7)) \
         INSERT INTO author_post_count AS known (account_id, total, public, version) VALUES ($1, 1, $10, 1) \
         ON CONFLICT (account_id) DO UPDATE SET total = known.total + 1, \
             public = known.public + excluded.public, version = known.version + 1 \
         RETURNING total, public, version"
    ))
    .bind::<SqlUuid, _>(author.account)
    .bind::<Text, _>(&author.username)
    .bind::<Text, _>(&author.display_name)
    .bind::<SqlUuid, _>(post.post_id)
    .bind::<Text, _>(&post.content)
    .bind::<Text, _>(post.visibility.as_str())
    .bind::<Array<Text>, _>(&post.tags)
    .bind::<Timestamptz, _>(post.created_at)
    .bind::<Array<SqlUuid>, _>(&post.media)
    .bind::<BigInt, _>(public_share(post.visibility, post.state))
    .get_result(&mut conn)
    .await
}

/// The whole public state of a post, and its version.
#[derive(Debug)]
pub(crate) struct WholePost {
    pub(crate) version: i64,
    pub(crate) post: Post,
}

#[derive(QueryableByName)]
pub(super) struct WholeRow {
    #[diesel(sql_type = SqlUuid)]
    id: PostId,
    #[diesel(sql_type = SqlUuid)]
    author_id: AccountId,
    #[diesel(sql_type = Text)]
    content: String,
    #[diesel(sql_type = Text)]
    visibility: String,
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Array<SqlUuid>)]
    media: Vec<MediaId>,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    edited_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

impl WholeRow {
    pub(super) fn read(self) -> QueryResult<WholePost> {
        Ok(WholePost {
            version: self.version,
            post: Post {
                post_id: self.id,
                author_id: self.author_id,
                content: self.content,
                visibility: read_visibility(&self.visibility)?,
                tags: self.tags,
                media: self.media,
                state: read_state(&self.state)?,
                created_at: self.created_at,
                edited_at: self.edited_at,
            },
        })
    }
}

/// The columns of a [`WholeRow`], of the alias `p`.
macro_rules! whole {
    () => {
        "p.id, p.author_id, p.content, p.visibility, p.tags, p.state, p.created_at, p.edited_at, p.version, \
         ARRAY(SELECT pm.media_id FROM post_media pm WHERE pm.post_id = p.id ORDER BY pm.position) AS media "
    };
}
pub(super) use whole;

/// Locks a post of this author's own.
pub(crate) async fn lock_own(
    mut conn: &AsyncPgConnection,
    id: PostId,
    author: AccountId,
) -> QueryResult<Option<WholePost>> {
    let row: Option<WholeRow> = statement(concat!(
        "SELECT ",
        whole!(),
        "FROM post p WHERE p.id = $1 AND p.author_id = $2 AND p.removed_at IS NULL FOR UPDATE"
    ))
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(author)
    .get_result(&mut conn)
    .await
    .optional()?;
    row.map(WholeRow::read).transpose()
}

/// Locks a post, whoever wrote it.
pub(crate) async fn lock(mut conn: &AsyncPgConnection, id: PostId) -> QueryResult<Option<WholePost>> {
    let row: Option<WholeRow> = statement(concat!(
        "SELECT ",
        whole!(),
        "FROM post p WHERE p.id = $1 AND p.removed_at IS NULL FOR UPDATE"
    ))
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()?;
    row.map(WholeRow::read).transpose()
}

/// Lets a locked post be seen, or not; answers its new version.
pub(crate) async fn set_state(
    mut conn: &AsyncPgConnection,
    id: PostId,
    state: PostState,
) -> QueryResult<i64> {
    let row: Version =
        statement("UPDATE post SET state = $2, version = version + 1 WHERE id = $1 RETURNING version")
            .bind::<SqlUuid, _>(id)
            .bind::<Text, _>(state_name(state))
            .get_result(&mut conn)
            .await?;
    Ok(row.version)
}

/// Writes what an edit may change of a locked post; answers its new version.
pub(crate) async fn update(mut conn: &AsyncPgConnection, post: &Post) -> QueryResult<i64> {
    let row: Version = statement(
        "UPDATE post SET content = $2, visibility = $3, tags = $4, edited_at = $5, version = version + 1 \
         WHERE id = $1 RETURNING version",
    )
    .bind::<SqlUuid, _>(post.post_id)
    .bind::<Text, _>(&post.content)
    .bind::<Text, _>(post.visibility.as_str())
    .bind::<Array<Text>, _>(&post.tags)
    .bind::<Nullable<Timestamptz>, _>(post.edited_at)
    .get_result(&mut conn)
    .await?;
    Ok(row.version)
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Attaches these files, in this order, instead of those before.
pub(crate) async fn reattach(mut conn: &AsyncPgConnection, post: &Post) -> QueryResult<()> {
    detach_all(conn, post.post_id).await?;
    statement(
        "INSERT INTO post_media (post_id, position, media_id) \
         SELECT $1, position, id FROM unnest($2) WITH ORDINALITY AS file (id, position)",
    )
    .bind::<SqlUuid, _>(post.post_id)
    .bind::<Array<SqlUuid>, _>(&post.media)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Makes a post found by these tags, instead of those before.
pub(crate) async fn retag(mut conn: &AsyncPgConnection, post: &Post) -> QueryResult<()> {
    untag(conn, post.post_id).await?;
    statement("INSERT INTO post_tag (post_id, created_at, tag) SELECT $1, $2, unnest($3)")
        .bind::<SqlUuid, _>(post.post_id)
        .bind::<Timestamptz, _>(post.created_at)
        .bind::<Array<Text>, _>(&post.tags)
        .execute(&mut conn)
        .await?;
    Ok(())
}

async fn untag(mut conn: &AsyncPgConnection, post: PostId) -> QueryResult<()> {
    statement("DELETE FROM post_tag WHERE post_id = $1")
        .bind::<SqlUuid, _>(post)
        .execute(&mut conn)
        .await?;
    Ok(())
}

async fn detach_all(mut conn: &AsyncPgConnection, post: PostId) -> QueryResult<()> {
    statement("DELETE FROM post_media WHERE post_id = $1")
        .bind::<SqlUuid, _>(post)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// What a tombstone still says.
#[derive(Debug)]
pub(crate) struct RemovedPost {
    pub(crate) version: i64,
    pub(crate) public_share: i64,
}

#[derive(QueryableByName)]
struct RemovedRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Text)]
    visibility: String,
    #[diesel(sql_type = Text)]
    state: String,
}

/// Makes a tombstone of a post of this author's own: it is found by nothing any more. Its text stays for moderators,
/// until `wipe_removed` of [`super::history`]; id, author and version stay for ever.
pub(crate) async fn remove_own(
    mut conn: &AsyncPgConnection,
    id: PostId,
    author: AccountId,
    now: DateTime<Utc>,
) -> QueryResult<Option<RemovedPost>> {
    let row: Option<RemovedRow> = statement(
        "UPDATE post SET removed_at = $3, version = version + 1 \
         WHERE id = $1 AND author_id = $2 AND removed_at IS NULL RETURNING version, visibility, state",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(author)
    .bind::<Timestamptz, _>(now)
    .get_result(&mut conn)
    .await
    .optional()?;
    let Some(row) = row else { return Ok(None) };
    detach_all(conn, id).await?;
    untag(conn, id).await?;
    Ok(Some(RemovedPost {
        version: row.version,
        public_share: public_share(read_visibility(&row.visibility)?, read_state(&row.state)?),
    }))
}

/// Takes a file off every post that shows it; answers those posts as they are then, each with a new version.
pub(crate) async fn detach(mut conn: &AsyncPgConnection, media: MediaId) -> QueryResult<Vec<WholePost>> {
    // Posts are locked before their files are touched, as an edit does it.
    let locked: Vec<Id> = statement(
        "SELECT id FROM post WHERE id IN (SELECT post_id FROM post_media WHERE media_id = $1) ORDER BY id FOR UPDATE",
    )
    .bind::<SqlUuid, _>(media)
    .load(&mut conn)
    .await?;
    if locked.is_empty() {
        return Ok(Vec::new());
    }
    let touched: Vec<Id> = statement("DELETE FROM post_media WHERE media_id = $1 RETURNING post_id AS id")
        .bind::<SqlUuid, _>(media)
        .load(&mut conn)
        .await?;
    let rows: Vec<WholeRow> = statement(concat!(
        "UPDATE post p SET version = version + 1 WHERE id = ANY($1) RETURNING ",
        whole!()
    ))
    .bind::<Array<SqlUuid>, _>(touched.into_iter().map(|row| row.id).collect::<Vec<_>>())
    .load(&mut conn)
    .await?;
    rows.into_iter().map(WholeRow::read).collect()
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: PostId,
}

fn read_visibility(text: &str) -> QueryResult<Visibility> {
    Visibility::parse(text).ok_or_else(|| unknown("post's visibility", text))
}

/// As it stands in the table and on the wire.
fn state_name(state: PostState) -> &'static str {
    match state {
        PostState::Published => "published",
        PostState::Hidden => "hidden",
    }
}

fn read_state(text: &str) -> QueryResult<PostState> {
    match text {
        "published" => Ok(PostState::Published),
        "hidden" => Ok(PostState::Hidden),
        other => Err(unknown("post's state", other)),
    }
}
