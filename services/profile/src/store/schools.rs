//! Education. Its owner is in every `WHERE`.

use crate::model::School;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, EntryId};
use store::statement;

/// All of somebody's, the latest first.
pub(crate) async fn of(mut conn: &AsyncPgConnection, owner: AccountId) -> QueryResult<Vec<School>> {
    statement(
        "SELECT id, institution, degree, field, start_year, end_year FROM education WHERE account_id = $1 \
         ORDER BY coalesce(end_year, start_year) DESC NULLS FIRST, id",
    )
    .bind::<SqlUuid, _>(owner)
    .load(&mut conn)
    .await
}

/// Inserts, or replaces the owner's.
pub(crate) async fn save(
    mut conn: &AsyncPgConnection,
    owner: AccountId,
    school: &School,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO education AS mine (id, account_id, institution, degree, field, start_year, end_year) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET \
         institution = excluded.institution, degree = excluded.degree, field = excluded.field, \
         start_year = excluded.start_year, end_year = excluded.end_year WHERE mine.account_id = $2",
    )
    .bind::<SqlUuid, _>(school.id)
    .bind::<SqlUuid, _>(owner)
    .bind::<Text, _>(&school.institution)
    .bind::<Text, _>(&school.degree)
    .bind::<Nullable<Text>, _>(&school.field)
    .bind::<Nullable<Integer>, _>(school.start_year)
    .bind::<Nullable<Integer>, _>(school.end_year)
    .execute(&mut conn)
    .await
}

pub(crate) async fn delete(
    mut conn: &AsyncPgConnection,
    owner: AccountId,
    id: EntryId,
) -> QueryResult<usize> {
    statement("DELETE FROM education WHERE id = $1 AND account_id = $2")
        .bind::<SqlUuid, _>(id)
        .bind::<SqlUuid, _>(owner)
        .execute(&mut conn)
        .await
}
