//! Addresses that may sign up while only owners may, besides those of the configuration.

use crate::model::Email;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::statement;

#[derive(QueryableByName)]
struct Truth {
    #[diesel(sql_type = Bool)]
    truth: bool,
}

/// Whether it names this address.
pub(crate) async fn names(mut conn: &AsyncPgConnection, email: &Email) -> QueryResult<bool> {
    let row: Truth = statement("SELECT EXISTS (SELECT FROM allow_list WHERE normalized_email = $1) AS truth")
        .bind::<Text, _>(email.normalized())
        .get_result(&mut conn)
        .await?;
    Ok(row.truth)
}

/// An address that may sign up.
#[derive(QueryableByName)]
pub(crate) struct Entry {
    #[diesel(sql_type = Text)]
    pub(crate) normalized_email: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) added_by: Option<AccountId>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
}

/// The list, by address.
pub(crate) async fn entries(
    mut conn: &AsyncPgConnection,
    after: Option<&str>,
    limit: i64,
) -> QueryResult<Vec<Entry>> {
    statement(
        "SELECT normalized_email, added_by, created_at FROM allow_list \
         WHERE $1::text IS NULL OR normalized_email > $1 ORDER BY normalized_email LIMIT $2",
    )
    .bind::<Nullable<Text>, _>(after)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await
}

/// Adds an address; answers its entry, and whether it is new.
pub(crate) async fn add(
    mut conn: &AsyncPgConnection,
    email: &Email,
    by: AccountId,
    now: DateTime<Utc>,
) -> QueryResult<(Entry, bool)> {
    let added = statement(
        "INSERT INTO allow_list (normalized_email, added_by, created_at) VALUES ($1, $2, $3) \
         ON CONFLICT (normalized_email) DO NOTHING",
    )
    .bind::<Text, _>(email.normalized())
    .bind::<SqlUuid, _>(by)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    let entry = statement(
        "SELECT normalized_email, added_by, created_at FROM allow_list WHERE normalized_email = $1",
    )
    .bind::<Text, _>(email.normalized())
    .get_result(&mut conn)
    .await?;
    Ok((entry, added == 1))
}

/// Takes an address away; whether it was there.
pub(crate) async fn remove(mut conn: &AsyncPgConnection, email: &Email) -> QueryResult<bool> {
    let removed = statement("DELETE FROM allow_list WHERE normalized_email = $1")
        .bind::<Text, _>(email.normalized())
        .execute(&mut conn)
        .await?;
    Ok(removed == 1)
}
