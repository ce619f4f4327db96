//! What staff did elsewhere, as it was told. It only grows.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::staff::StaffDeed;
use store::statement;

/// Adds a deed. One that is known is not added again.
pub(crate) async fn add(mut conn: &AsyncPgConnection, told: &StaffDeed) -> QueryResult<usize> {
    statement(
        "INSERT INTO staff_deed (id, deed, at, actor_id, owner_id, subject_kind, subject_id, request_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(told.deed_id)
    .bind::<Text, _>(&told.deed)
    .bind::<Timestamptz, _>(told.done_at)
    .bind::<SqlUuid, _>(told.actor_id)
    .bind::<Nullable<SqlUuid>, _>(told.owner_id)
    .bind::<Text, _>(&told.subject_kind)
    .bind::<Text, _>(&told.subject_id)
    .bind::<SqlUuid, _>(told.request_id)
    .execute(&mut conn)
    .await
}
