use crate::model::GIVEN_UP_AFTER;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::MediaId;
use store::statement;

/// Writes down a key before anything can be under it, and when it is deleted unless it is [`keep`]ed.
pub(crate) async fn write_down(
    mut conn: &AsyncPgConnection,
    key: &str,
    media: MediaId,
    doomed_at: DateTime<Utc>,
) -> QueryResult<()> {
    statement("INSERT INTO object (key, media_id, doomed_at) VALUES ($1, $2, $3)")
        .bind::<Text, _>(key)
        .bind::<SqlUuid, _>(media)
        .bind::<Timestamptz, _>(doomed_at)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Takes the doom from a key.
pub(crate) async fn keep(mut conn: &AsyncPgConnection, key: &str) -> QueryResult<usize> {
    statement("UPDATE object SET doomed_at = NULL WHERE key = $1")
        .bind::<Text, _>(key)
        .execute(&mut conn)
        .await
}

/// Gives a key that was kept its doom back.
pub(crate) async fn let_go(
    mut conn: &AsyncPgConnection,
    key: &str,
    doomed_at: DateTime<Utc>,
) -> QueryResult<()> {
    statement("UPDATE object SET doomed_at = $2 WHERE key = $1")
        .bind::<Text, _>(key)
        .bind::<Timestamptz, _>(doomed_at)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Every key under which something of a file may be.
pub(crate) async fn keys_of(mut conn: &AsyncPgConnection, media: MediaId) -> QueryResult<Vec<String>> {
    let keys: Vec<Key> = statement("SELECT key FROM object WHERE media_id = $1 ORDER BY key")
        .bind::<SqlUuid, _>(media)
        .load(&mut conn)
        .await?;
    Ok(keys.into_iter().map(|row| row.key).collect())
}

/// Dooms what was kept of these files. Where an upload's address writes, something may come for as long as anything can
/// be sent there: such a key is not forgotten before.
pub(crate) async fn doom(
    mut conn: &AsyncPgConnection,
    media: &[MediaId],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    statement(
        "UPDATE object SET doomed_at = CASE WHEN object.key = media.upload_key \
         THEN greatest($2, media.created_at + $3 * interval '1 second') ELSE $2 END \
         FROM media WHERE media.id = object.media_id AND object.media_id = ANY($1) AND object.doomed_at IS NULL",
    )
    .bind::<Array<SqlUuid>, _>(media)
    .bind::<Timestamptz, _>(at)
    .bind::<BigInt, _>(GIVEN_UP_AFTER.num_seconds())
    .execute(&mut conn)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    key: String,
}

/// Keys whose time has come.
pub(crate) async fn doomed(
    mut conn: &AsyncPgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<String>> {
    let keys: Vec<Key> =
        statement("SELECT key FROM object WHERE doomed_at <= $1 ORDER BY doomed_at, key LIMIT $2")
            .bind::<Timestamptz, _>(now)
            .bind::<BigInt, _>(limit)
            .load(&mut conn)
            .await?;
    Ok(keys.into_iter().map(|row| row.key).collect())
}

/// Forgets keys under which nothing is any more.
pub(crate) async fn forget(mut conn: &AsyncPgConnection, keys: &[String]) -> QueryResult<()> {
    statement("DELETE FROM object WHERE key = ANY($1)")
        .bind::<Array<Text>, _>(keys)
        .execute(&mut conn)
        .await?;
    Ok(())
}
