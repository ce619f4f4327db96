//! Links. Their owner is in every `WHERE`.

use crate::model::Link;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, EntryId};
use store::statement;

/// All of somebody's, in the order in which they were added.
pub(crate) async fn of(mut conn: &AsyncPgConnection, owner: AccountId) -> QueryResult<Vec<Link>> {
    statement("SELECT id, platform, url FROM link WHERE account_id = $1 ORDER BY id")
        .bind::<SqlUuid, _>(owner)
        .load(&mut conn)
        .await
}

/// Inserts, or replaces the owner's.
pub(crate) async fn save(mut conn: &AsyncPgConnection, owner: AccountId, link: &Link) -> QueryResult<usize> {
    statement(
        "INSERT INTO link AS mine (id, account_id, platform, url) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (id) DO UPDATE SET platform = excluded.platform, url = excluded.url \
         WHERE mine.account_id = $2",
    )
    .bind::<SqlUuid, _>(link.id)
    .bind::<SqlUuid, _>(owner)
    .bind::<Text, _>(&link.platform)
    .bind::<Text, _>(&link.url)
    .execute(&mut conn)
    .await
}

pub(crate) async fn delete(
    mut conn: &AsyncPgConnection,
    owner: AccountId,
    id: EntryId,
) -> QueryResult<usize> {
    statement("DELETE FROM link WHERE id = $1 AND account_id = $2")
        .bind::<SqlUuid, _>(id)
        .bind::<SqlUuid, _>(owner)
        .execute(&mut conn)
        .await
}
