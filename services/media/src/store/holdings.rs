//! All that is held about one person: what of it is handed out on request, and what goes with them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, MediaId};
use store::exports::Holding;
use store::statement;

pub(crate) const HOLDINGS: &[Holding] = &[
    ("media", "SELECT * FROM media WHERE owner_id = $1 ORDER BY id"),
    (
        "renditions",
        "SELECT r.* FROM rendition r JOIN media m ON m.id = r.media_id WHERE m.owner_id = $1 ORDER BY r.media_id, r.size",
    ),
    (
        "renderings",
        "SELECT r.media_id, r.due_at, r.taken, r.put_back FROM rendering r JOIN media m ON m.id = r.media_id \
         WHERE m.owner_id = $1 ORDER BY r.media_id",
    ),
    (
        "objects",
        "SELECT o.* FROM object o JOIN media m ON m.id = o.media_id WHERE m.owner_id = $1 ORDER BY o.media_id, o.key",
    ),
    (
        "knownPosts",
        "SELECT * FROM post WHERE author_id = $1 ORDER BY id",
    ),
    ("knownPortrait", "SELECT * FROM portrait WHERE account_id = $1"),
];

/// A file whose bytes can be handed out.
#[derive(Debug, QueryableByName)]
pub(crate) struct Stored {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: MediaId,
    #[diesel(sql_type = Text)]
    pub(crate) key: String,
    #[diesel(sql_type = Text)]
    pub(crate) content_type: String,
    /// Which copy; nothing for the file itself.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) size: Option<String>,
}

/// Every file that is ready, and its smaller copies.
pub(crate) async fn stored(mut conn: &AsyncPgConnection, owner: AccountId) -> QueryResult<Vec<Stored>> {
    statement(
        "SELECT id, object_key AS key, content_type, NULL AS size FROM media WHERE owner_id = $1 AND state = 'ready' \
         UNION ALL SELECT m.id, r.object_key, r.content_type, r.size FROM rendition r JOIN media m ON m.id = r.media_id \
         WHERE m.owner_id = $1 AND m.state = 'ready' ORDER BY 1, 4",
    )
    .bind::<SqlUuid, _>(owner)
    .load(&mut conn)
    .await
}

/// Crosses off the pictures that nobody has in hand; whether somebody has one.
pub(crate) async fn forget_renderings(mut conn: &AsyncPgConnection, owner: AccountId) -> QueryResult<bool> {
    let of_owner = "media_id IN (SELECT id FROM media WHERE owner_id = $1)";
    statement(format!("DELETE FROM rendering WHERE taken = 0 AND {of_owner}"))
        .bind::<SqlUuid, _>(owner)
        .execute(&mut conn)
        .await?;
    let left: Answer = statement(format!(
        "SELECT EXISTS (SELECT FROM rendering WHERE {of_owner}) AS answer"
    ))
    .bind::<SqlUuid, _>(owner)
    .get_result(&mut conn)
    .await?;
    Ok(left.answer)
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    answer: bool,
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    key: String,
}

/// Some of the keys under which something of a person's may be.
pub(crate) async fn keys(
    mut conn: &AsyncPgConnection,
    owner: AccountId,
    limit: i64,
) -> QueryResult<Vec<String>> {
    let keys: Vec<Key> = statement(
        "SELECT o.key FROM object o JOIN media m ON m.id = o.media_id WHERE m.owner_id = $1 ORDER BY o.key LIMIT $2",
    )
    .bind::<SqlUuid, _>(owner)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await?;
    Ok(keys.into_iter().map(|row| row.key).collect())
}

/// Leaves keys to the sweep, at this time, as those of a file that never was: nothing says any more whose they are.
pub(crate) async fn disown(
    mut conn: &AsyncPgConnection,
    keys: &[String],
    nobodys: MediaId,
    doomed_at: DateTime<Utc>,
) -> QueryResult<()> {
    statement("UPDATE object SET media_id = $2, doomed_at = $3 WHERE key = ANY($1)")
        .bind::<Array<Text>, _>(keys)
        .bind::<SqlUuid, _>(nobodys)
        .bind::<Timestamptz, _>(doomed_at)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Erases every record, when no object is left.
pub(crate) async fn erase(mut conn: &AsyncPgConnection, owner: AccountId) -> QueryResult<()> {
    for sql in [
        "DELETE FROM rendition WHERE media_id IN (SELECT id FROM media WHERE owner_id = $1)",
        "DELETE FROM media WHERE owner_id = $1",
        "DELETE FROM post WHERE author_id = $1",
        "DELETE FROM portrait WHERE account_id = $1",
    ] {
        statement(sql)
            .bind::<SqlUuid, _>(owner)
            .execute(&mut conn)
            .await?;
    }
    Ok(())
}
