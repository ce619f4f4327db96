//! Credits. Their owner is in every `WHERE`.

use crate::model::Credit;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, EntryId};
use store::statement;
use uuid::Uuid;

/// All of somebody's, in their order.
pub(crate) async fn of(mut conn: &AsyncPgConnection, owner: AccountId) -> QueryResult<Vec<Credit>> {
    statement(
        "SELECT id, title, role, company, year, description, position FROM credit \
         WHERE account_id = $1 ORDER BY position, id",
    )
    .bind::<SqlUuid, _>(owner)
    .load(&mut conn)
    .await
}

/// A credit, and whose it is.
#[derive(QueryableByName)]
pub(crate) struct Owned {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) account_id: AccountId,
    #[diesel(embed)]
    pub(crate) credit: Credit,
}

/// All of several people's, in their order.
pub(crate) async fn of_all(mut conn: &AsyncPgConnection, owners: &[AccountId]) -> QueryResult<Vec<Owned>> {
    statement(
        "SELECT account_id, id, title, role, company, year, description, position FROM credit \
         WHERE account_id = ANY($1) ORDER BY account_id, position, id",
    )
    .bind::<Array<SqlUuid>, _>(owners)
    .load(&mut conn)
    .await
}

/// Inserts, or replaces the owner's.
pub(crate) async fn save(
    mut conn: &AsyncPgConnection,
    owner: AccountId,
    credit: &Credit,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO credit AS mine (id, account_id, title, role, company, year, description, position) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET title = excluded.title, \
         role = excluded.role, company = excluded.company, year = excluded.year, \
         description = excluded.description, position = excluded.position WHERE mine.account_id = $2",
    )
    .bind::<SqlUuid, _>(credit.id)
    .bind::<SqlUuid, _>(owner)
    .bind::<Text, _>(&credit.title)
    .bind::<Text, _>(&credit.role)
    .bind::<Nullable<Text>, _>(&credit.company)
    .bind::<Nullable<Integer>, _>(credit.year)
    .bind::<Nullable<Text>, _>(&credit.description)
    .bind::<Integer, _>(credit.position)
    .execute(&mut conn)
    .await
}

pub(crate) async fn delete(
    mut conn: &AsyncPgConnection,
    owner: AccountId,
    id: EntryId,
) -> QueryResult<usize> {
    statement("DELETE FROM credit WHERE id = $1 AND account_id = $2")
        .bind::<SqlUuid, _>(id)
        .bind::<SqlUuid, _>(owner)
        .execute(&mut conn)
        .await
}

/// Numbers the owner's credits in this order.
pub(crate) async fn put_in_order(
    mut conn: &AsyncPgConnection,
    owner: AccountId,
    order: &[EntryId],
) -> QueryResult<usize> {
    let ids: Vec<Uuid> = order.iter().copied().map(Uuid::from).collect();
    statement(
        "UPDATE credit SET position = asked.place - 1 \
         FROM unnest($1) WITH ORDINALITY AS asked (id, place) \
         WHERE credit.id = asked.id AND account_id = $2",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<SqlUuid, _>(owner)
    .execute(&mut conn)
    .await
}
