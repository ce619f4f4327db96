//! The files that posts show.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Bool, Double, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::media::{Kind, Media};
use events::{AccountId, MediaId};
use store::statement;

/// Takes a file if it is newer.
pub(crate) async fn upsert(
    mut conn: &AsyncPgConnection,
    version: i64,
    file: &Media,
    ready: bool,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO file AS known (id, owner_id, version, removed, ready, kind, content_type, width, height, duration, \
           alt_text) \
         VALUES ($1, $2, $3, false, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed = false, ready = excluded.ready, \
           kind = excluded.kind, content_type = excluded.content_type, width = excluded.width, \
           height = excluded.height, duration = excluded.duration, alt_text = excluded.alt_text \
         WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(file.media_id)
    .bind::<SqlUuid, _>(file.owner_id)
    .bind::<BigInt, _>(version)
    .bind::<Bool, _>(ready)
    .bind::<Text, _>(kind_name(file.kind))
    .bind::<Text, _>(&file.content_type)
    .bind::<Nullable<Integer>, _>(file.width)
    .bind::<Nullable<Integer>, _>(file.height)
    .bind::<Nullable<Double>, _>(file.duration)
    .bind::<Nullable<Text>, _>(&file.alt_text)
    .execute(&mut conn)
    .await
}

/// Leaves only the version.
pub(crate) async fn bury(
    mut conn: &AsyncPgConnection,
    version: i64,
    id: MediaId,
    owner: AccountId,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO file AS known (id, owner_id, version, removed) VALUES ($1, $2, $3, true) \
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed = true, ready = false, kind = NULL, \
           content_type = NULL, width = NULL, height = NULL, duration = NULL, alt_text = NULL \
         WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(owner)
    .bind::<BigInt, _>(version)
    .execute(&mut conn)
    .await
}

/// As it stands in the table and on the wire.
fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "image",
        Kind::Audio => "audio",
        Kind::Video => "video",
        Kind::Document => "document",
    }
}
