//! Smaller copies of pictures, and the pictures that are still to be cleaned.

use crate::model::Size;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::MediaId;
use store::statement;

/// A smaller copy.
#[derive(Debug, QueryableByName)]
pub(crate) struct Rendition {
    #[diesel(sql_type = Text)]
    pub(crate) object_key: String,
    #[diesel(sql_type = Text)]
    pub(crate) content_type: String,
}

/// Keeps a smaller copy of a picture.
pub(crate) async fn insert(
    mut conn: &AsyncPgConnection,
    media: MediaId,
    size: Size,
    copy: &Rendition,
) -> QueryResult<()> {
    statement("INSERT INTO rendition (media_id, size, object_key, content_type) VALUES ($1, $2, $3, $4)")
        .bind::<SqlUuid, _>(media)
        .bind::<Text, _>(size.as_str())
        .bind::<Text, _>(&copy.object_key)
        .bind::<Text, _>(&copy.content_type)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// The smallest copy of a picture that is not smaller than wanted; nothing when only the picture itself is.
pub(crate) async fn fitting(
    mut conn: &AsyncPgConnection,
    media: MediaId,
    size: Size,
) -> QueryResult<Option<Rendition>> {
    statement(
        "SELECT object_key, content_type FROM rendition \
         WHERE media_id = $1 AND (size = $2 OR (size = 'large' AND $2 = 'thumb')) ORDER BY size DESC LIMIT 1",
    )
    .bind::<SqlUuid, _>(media)
    .bind::<Text, _>(size.as_str())
    .get_result(&mut conn)
    .await
    .optional()
}

/// Writes down that a picture is to be cleaned, if it is still to be.
pub(crate) async fn request(
    mut conn: &AsyncPgConnection,
    media: MediaId,
    cause: &serde_json::Value,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    statement(
        "INSERT INTO rendering (media_id, cause, due_at) \
         SELECT id, $2, $3 FROM media WHERE id = $1 AND state = 'processing' ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(media)
    .bind::<Jsonb, _>(cause)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// A picture that is to be cleaned.
#[derive(Debug, QueryableByName)]
pub(crate) struct Rendering {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) media_id: MediaId,
    #[diesel(sql_type = Jsonb)]
    pub(crate) cause: serde_json::Value,
    /// How often it was taken, this time included, and not put back.
    #[diesel(sql_type = Integer)]
    pub(crate) taken: i32,
    /// How often it was put back.
    #[diesel(sql_type = Integer)]
    pub(crate) put_back: i32,
}

/// Takes the picture that waits longest, passing over those that others are taking. Whoever dies with it in hand loses
/// it at `until`.
pub(crate) async fn take(
    mut conn: &AsyncPgConnection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Option<Rendering>> {
    statement(
        "UPDATE rendering SET due_at = $2, taken = taken + 1 WHERE media_id = ( \
           SELECT media_id FROM rendering WHERE due_at <= $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) \
         RETURNING media_id, cause, taken, put_back",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(until)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Puts a picture back that nothing is wrong with.
pub(crate) async fn put_back(
    mut conn: &AsyncPgConnection,
    media: MediaId,
    due_at: DateTime<Utc>,
) -> QueryResult<()> {
    statement(
        "UPDATE rendering SET due_at = $2, taken = taken - 1, put_back = put_back + 1 WHERE media_id = $1",
    )
    .bind::<SqlUuid, _>(media)
    .bind::<Timestamptz, _>(due_at)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Puts a picture back that may be to blame: how often it was taken stays.
pub(crate) async fn try_again(
    mut conn: &AsyncPgConnection,
    media: MediaId,
    due_at: DateTime<Utc>,
) -> QueryResult<()> {
    statement("UPDATE rendering SET due_at = $2 WHERE media_id = $1")
        .bind::<SqlUuid, _>(media)
        .bind::<Timestamptz, _>(due_at)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Crosses a picture off.
pub(crate) async fn done(mut conn: &AsyncPgConnection, media: MediaId) -> QueryResult<()> {
    statement("DELETE FROM rendering WHERE media_id = $1")
        .bind::<SqlUuid, _>(media)
        .execute(&mut conn)
        .await?;
    Ok(())
}
