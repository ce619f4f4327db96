//! The files that may be attached.

use ::store::statement;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Double, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::media::{Kind, Media};
use events::{AccountId, MediaId};

/// A file of somebody's own.
#[derive(Debug, QueryableByName)]
pub(crate) struct OwnFile {
    #[diesel(sql_type = Bool)]
    pub(crate) removed: bool,
}

/// Those of these files that are known and this person's. None of them is removed before the transaction ends.
pub(crate) async fn hold_own(
    mut conn: &AsyncPgConnection,
    owner: AccountId,
    ids: &[MediaId],
) -> QueryResult<Vec<OwnFile>> {
    statement("SELECT removed FROM media WHERE id = ANY($1) AND owner_id = $2 ORDER BY id FOR SHARE")
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<SqlUuid, _>(owner)
        .load(&mut conn)
        .await
}

/// Takes over what a file's event says, and whether it can be seen already, unless something newer is known.
pub(crate) async fn take(
    mut conn: &AsyncPgConnection,
    version: i64,
    media: &Media,
    ready: bool,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO media AS known (id, owner_id, version, removed, kind, content_type, width, height, duration, \
           ready, alt_text) \
         VALUES ($1, $2, $3, false, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed = false, kind = excluded.kind, \
         content_type = excluded.content_type, width = excluded.width, height = excluded.height, \
         duration = excluded.duration, ready = excluded.ready, alt_text = excluded.alt_text WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(media.media_id)
    .bind::<SqlUuid, _>(media.owner_id)
    .bind::<BigInt, _>(version)
    .bind::<Text, _>(kind_name(media.kind))
    .bind::<Text, _>(&media.content_type)
    .bind::<Nullable<Integer>, _>(media.width)
    .bind::<Nullable<Integer>, _>(media.height)
    .bind::<Nullable<Double>, _>(media.duration)
    .bind::<Bool, _>(ready)
    .bind::<Nullable<Text>, _>(&media.alt_text)
    .execute(&mut conn)
    .await
}

/// Leaves a tombstone, unless something newer is known; whether it did.
pub(crate) async fn take_removed(
    mut conn: &AsyncPgConnection,
    version: i64,
    media: MediaId,
    owner: AccountId,
) -> QueryResult<bool> {
    let taken = statement(
        "INSERT INTO media AS known (id, owner_id, version, removed, ready) VALUES ($1, $2, $3, true, false) \
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, removed = true, ready = false, kind = NULL, \
         content_type = NULL, width = NULL, height = NULL, duration = NULL, alt_text = NULL WHERE known.version < excluded.version",
    )
    .bind::<SqlUuid, _>(media)
    .bind::<SqlUuid, _>(owner)
    .bind::<BigInt, _>(version)
    .execute(&mut conn)
    .await?;
    Ok(taken == 1)
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
