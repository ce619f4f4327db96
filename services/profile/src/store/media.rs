//! Which files can be somebody's picture, as media last said.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, MediaId};
use store::statement;

/// A file that was heard of.
#[derive(QueryableByName)]
pub(crate) struct Heard {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) owner_id: AccountId,
    #[diesel(sql_type = Bool)]
    pub(crate) is_image: bool,
    #[diesel(sql_type = Bool)]
    pub(crate) removed: bool,
}

/// Reads what is known of a file, which cannot be removed meanwhile.
pub(crate) async fn find_and_hold(mut conn: &AsyncPgConnection, id: MediaId) -> QueryResult<Option<Heard>> {
    statement("SELECT owner_id, is_image, removed FROM media WHERE id = $1 FOR SHARE")
        .bind::<SqlUuid, _>(id)
        .get_result(&mut conn)
        .await
        .optional()
}

/// Applies media's word if it is newer; answers whether it was.
pub(crate) async fn apply(
    mut conn: &AsyncPgConnection,
    version: i64,
    id: MediaId,
    heard: &Heard,
) -> QueryResult<bool> {
    let rows = statement(
        "INSERT INTO media (id, owner_id, is_image, removed, version) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET owner_id = excluded.owner_id, is_image = excluded.is_image, \
         removed = excluded.removed, version = excluded.version WHERE media.version < excluded.version",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<SqlUuid, _>(heard.owner_id)
    .bind::<Bool, _>(heard.is_image)
    .bind::<Bool, _>(heard.removed)
    .bind::<BigInt, _>(version)
    .execute(&mut conn)
    .await?;
    Ok(rows == 1)
}
