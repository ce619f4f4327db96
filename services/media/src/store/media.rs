use crate::model::{AltText, Announced, Described, FileName, Format, Pixels, Viewer, kind_as_str};
use anyhow::Context;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::media::Media;
use events::{AccountId, MediaId};
use store::statement;

/// A file's record.
#[derive(Clone, Debug, QueryableByName)]
pub(crate) struct Row {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: MediaId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) owner_id: AccountId,
    #[diesel(sql_type = BigInt)]
    pub(crate) version: i64,
    /// `pending`, `processing`, `ready`, `failed`, `rejected` or `removed`.
    #[diesel(sql_type = Text)]
    pub(crate) state: String,
    #[diesel(sql_type = Text)]
    pub(crate) content_type: String,
    #[diesel(sql_type = BigInt)]
    pub(crate) size: i64,
    #[diesel(sql_type = Text)]
    pub(crate) file_name: String,
    #[diesel(sql_type = Text)]
    pub(crate) upload_key: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) object_key: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(crate) width: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(crate) height: Option<i32>,
    #[diesel(sql_type = Nullable<Double>)]
    pub(crate) duration: Option<f64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) alt_text: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) rejected_for: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
}

impl Row {
    /// The file as it was announced.
    ///
    /// # Errors
    /// When its type is one that this release does not know, or it is gone and has no name any more.
    pub(crate) fn announced(&self) -> anyhow::Result<Announced> {
        Ok(Announced {
            format: Format::of(&self.content_type).context("a file of an unknown type")?,
            size: self.size,
            name: FileName::parse(&self.file_name).map_err(anyhow::Error::msg)?,
        })
    }
}

impl Row {
    /// The file as others are told of it.
    ///
    /// # Errors
    /// When its type is one that this release does not know.
    pub(crate) fn told(&self) -> anyhow::Result<Media> {
        Ok(Media {
            media_id: self.id,
            owner_id: self.owner_id,
            kind: Format::of(&self.content_type)
                .context("a file of an unknown type")?
                .kind,
            content_type: self.content_type.clone(),
            size: self.size,
            width: self.width,
            height: self.height,
            duration: self.duration,
            alt_text: self.alt_text.clone(),
            created_at: self.created_at,
        })
    }
}

/// Whose a file is, and which.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Own {
    pub(crate) owner: AccountId,
    pub(crate) id: MediaId,
}

/// SQL: whether the file `m` may be seen by the asker. Its owner always; others once it is ready, where it hangs on a
/// post of its owner that they may see, or is its owner's picture. Files on somebody else's post open nothing.
macro_rules! shown {
    () => {
        concat!(
            "(m.owner_id = $1::uuid OR (m.state = 'ready' AND ($2::bool \
               OR EXISTS (SELECT FROM post p WHERE p.media @> ARRAY[m.id] AND p.author_id = m.owner_id \
                 AND NOT p.removed AND ",
            audience::visible!("p"),
            ") OR EXISTS (SELECT FROM portrait f WHERE f.account_id = m.owner_id \
                 AND m.id IN (f.avatar_media_id, f.banner_media_id) AND ",
            audience::not_blocked!("m.owner_id"),
            "))))"
        )
    };
}

/// Writes down a file that is to come.
pub(crate) async fn insert(
    mut conn: &AsyncPgConnection,
    own: Own,
    announced: &Announced,
    upload_key: &str,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    statement(
        "INSERT INTO media (id, owner_id, kind, content_type, size, file_name, upload_key, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind::<SqlUuid, _>(own.id)
    .bind::<SqlUuid, _>(own.owner)
    .bind::<Text, _>(kind_as_str(announced.format.kind))
    .bind::<Text, _>(announced.format.content_type)
    .bind::<BigInt, _>(announced.size)
    .bind::<Text, _>(announced.name.as_str())
    .bind::<Text, _>(upload_key)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// A file of one's own, in any state.
pub(crate) async fn own(mut conn: &AsyncPgConnection, own: Own) -> QueryResult<Option<Row>> {
    statement("SELECT * FROM media WHERE id = $1 AND owner_id = $2")
        .bind::<SqlUuid, _>(own.id)
        .bind::<SqlUuid, _>(own.owner)
        .get_result(&mut conn)
        .await
        .optional()
}

/// A file, for those who may see it.
pub(crate) async fn shown(
    mut conn: &AsyncPgConnection,
    viewer: Viewer,
    id: MediaId,
) -> QueryResult<Option<Row>> {
    statement(concat!(
        "SELECT m.* FROM media m WHERE m.id = $3 AND m.state IN ('pending', 'processing', 'ready', 'failed') AND ",
        shown!()
    ))
    .bind::<Nullable<SqlUuid>, _>(viewer.account)
    .bind::<Bool, _>(viewer.is_moderator)
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()
}

/// One's own files, the newest first.
pub(crate) async fn of_owner(
    mut conn: &AsyncPgConnection,
    owner: AccountId,
    after: Option<MediaId>,
    limit: i64,
) -> QueryResult<Vec<Row>> {
    statement(
        "SELECT * FROM media WHERE owner_id = $1 AND state IN ('pending', 'processing', 'ready', 'failed') AND ($2::uuid IS NULL OR id < $2) \
         ORDER BY id DESC LIMIT $3",
    )
    .bind::<SqlUuid, _>(owner)
    .bind::<Nullable<SqlUuid>, _>(after)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}

/// Makes a pending file ready, with its verified bytes under this key; nothing when it is no longer pending.
pub(crate) async fn make_ready(
    mut conn: &AsyncPgConnection,
    own: Own,
    object_key: &str,
    described: &Described,
) -> QueryResult<Option<Row>> {
    statement(
        "UPDATE media SET state = 'ready', version = version + 1, object_key = $3, width = $4, height = $5, \
           duration = $6, alt_text = coalesce($7, alt_text) \
         WHERE id = $1 AND owner_id = $2 AND state = 'pending' RETURNING *",
    )
    .bind::<SqlUuid, _>(own.id)
    .bind::<SqlUuid, _>(own.owner)
    .bind::<Text, _>(object_key)
    .bind::<Nullable<Integer>, _>(described.pixels.map(|pixels| pixels.width))
    .bind::<Nullable<Integer>, _>(described.pixels.map(|pixels| pixels.height))
    .bind::<Nullable<Double>, _>(described.duration)
    .bind::<Nullable<Text>, _>(described.alt_text.as_ref().map(AltText::as_str))
    .get_result(&mut conn)
    .await
    .optional()
}

/// Takes a pending picture as one that is to be cleaned; nothing when it is no longer pending.
pub(crate) async fn begin(
    mut conn: &AsyncPgConnection,
    own: Own,
    described: &Described,
) -> QueryResult<Option<Row>> {
    statement(
        "UPDATE media SET state = 'processing', version = version + 1, width = $3, height = $4, \
           alt_text = coalesce($5, alt_text) \
         WHERE id = $1 AND owner_id = $2 AND state = 'pending' RETURNING *",
    )
    .bind::<SqlUuid, _>(own.id)
    .bind::<SqlUuid, _>(own.owner)
    .bind::<Nullable<Integer>, _>(described.pixels.map(|pixels| pixels.width))
    .bind::<Nullable<Integer>, _>(described.pixels.map(|pixels| pixels.height))
    .bind::<Nullable<Text>, _>(described.alt_text.as_ref().map(AltText::as_str))
    .get_result(&mut conn)
    .await
    .optional()
}

/// A file by its id alone: for work that nobody asks for.
pub(crate) async fn find(mut conn: &AsyncPgConnection, id: MediaId) -> QueryResult<Option<Row>> {
    statement("SELECT * FROM media WHERE id = $1")
        .bind::<SqlUuid, _>(id)
        .get_result(&mut conn)
        .await
        .optional()
}

/// A picture as it was written anew.
pub(crate) struct Rewritten<'a> {
    pub(crate) object_key: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) size: i64,
    pub(crate) pixels: Pixels,
}

/// Makes a picture ready that is being processed, as it was written anew; nothing when it is gone meanwhile.
pub(crate) async fn finish(
    mut conn: &AsyncPgConnection,
    id: MediaId,
    written: &Rewritten<'_>,
) -> QueryResult<Option<Row>> {
    statement(
        "UPDATE media SET state = 'ready', version = version + 1, object_key = $2, content_type = $3, size = $4, \
           width = $5, height = $6 \
         WHERE id = $1 AND state = 'processing' RETURNING *",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(written.object_key)
    .bind::<Text, _>(written.content_type)
    .bind::<BigInt, _>(written.size)
    .bind::<Integer, _>(written.pixels.width)
    .bind::<Integer, _>(written.pixels.height)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Gives up a picture that is being processed, and keeps why; nothing when it is gone meanwhile.
pub(crate) async fn fail(mut conn: &AsyncPgConnection, id: MediaId, code: &str) -> QueryResult<Option<Row>> {
    statement(
        "UPDATE media SET state = 'failed', version = version + 1, rejected_for = $2 \
         WHERE id = $1 AND state = 'processing' RETURNING *",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(code)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Gives up a pending file because of its bytes, and keeps why.
pub(crate) async fn reject(mut conn: &AsyncPgConnection, own: Own, code: &str) -> QueryResult<()> {
    statement(
        "UPDATE media SET state = 'rejected', version = version + 1, rejected_for = $3, file_name = '', alt_text = NULL \
         WHERE id = $1 AND owner_id = $2 AND state = 'pending'",
    )
    .bind::<SqlUuid, _>(own.id)
    .bind::<SqlUuid, _>(own.owner)
    .bind::<Text, _>(code)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Gives a file of one's own these words, or none; nothing when it has them, or is not there. Its version grows where others
/// have heard of it.
pub(crate) async fn describe(
    mut conn: &AsyncPgConnection,
    own: Own,
    alt_text: Option<&AltText>,
) -> QueryResult<Option<Row>> {
    statement(
        "UPDATE media SET alt_text = $3, version = version + CASE WHEN state IN ('processing', 'ready') THEN 1 ELSE 0 END \
         WHERE id = $1 AND owner_id = $2 AND state IN ('pending', 'processing', 'ready', 'failed') \
           AND alt_text IS DISTINCT FROM $3 RETURNING *",
    )
    .bind::<SqlUuid, _>(own.id)
    .bind::<SqlUuid, _>(own.owner)
    .bind::<Nullable<Text>, _>(alt_text.map(AltText::as_str))
    .get_result(&mut conn)
    .await
    .optional()
}

/// Removes a file; nothing when it is none of the owner's, or gone already.
pub(crate) async fn remove(mut conn: &AsyncPgConnection, own: Own) -> QueryResult<Option<Row>> {
    statement(
        "UPDATE media SET state = 'removed', version = version + 1, file_name = '', alt_text = NULL \
         WHERE id = $1 AND owner_id = $2 AND state IN ('pending', 'processing', 'ready', 'failed') RETURNING *",
    )
    .bind::<SqlUuid, _>(own.id)
    .bind::<SqlUuid, _>(own.owner)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Removes files of an account, in the order of their ids, so many at most.
pub(crate) async fn remove_some_of(
    mut conn: &AsyncPgConnection,
    owner: AccountId,
    most: i64,
) -> QueryResult<Vec<Row>> {
    statement(
        "WITH locked AS (SELECT id FROM media WHERE owner_id = $1 AND state IN ('pending', 'processing', 'ready', 'failed') \
         ORDER BY id LIMIT $2 FOR UPDATE) \
         UPDATE media SET state = 'removed', version = version + 1, file_name = '', alt_text = NULL \
         FROM locked WHERE media.id = locked.id RETURNING media.*",
    )
    .bind::<SqlUuid, _>(owner)
    .bind::<BigInt, _>(most)
    .load(&mut conn)
    .await
}

/// Removes files that were announced before this time and never confirmed.
pub(crate) async fn expire(
    mut conn: &AsyncPgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    statement(
        "UPDATE media SET state = 'removed', version = version + 1, file_name = '', alt_text = NULL WHERE id = ANY(ARRAY( \
           SELECT id FROM media WHERE state = 'pending' AND created_at < $1 ORDER BY id LIMIT $2 \
           FOR UPDATE SKIP LOCKED))",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(&mut conn)
    .await
}
