//! What a service hands out about a person: parts that are to be written, and the rows in them.

use crate::statement;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A part that is to be written.
#[derive(Clone, Debug, QueryableByName)]
pub struct Part {
    /// Of which export.
    #[diesel(sql_type = SqlUuid)]
    pub export_id: Uuid,
    /// Whose.
    #[diesel(sql_type = SqlUuid)]
    pub account_id: Uuid,
    /// Why.
    #[diesel(sql_type = Jsonb)]
    pub cause: serde_json::Value,
    /// Where in storage.
    #[diesel(sql_type = Text)]
    pub key: String,
}

/// Writes down that a part is to be written.
///
/// # Errors
/// When the database says so.
pub async fn request(mut conn: &AsyncPgConnection, part: &Part) -> QueryResult<usize> {
    statement(
        "INSERT INTO export_part (export_id, account_id, cause, key) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(part.export_id)
    .bind::<SqlUuid, _>(part.account_id)
    .bind::<Jsonb, _>(&part.cause)
    .bind::<Text, _>(&part.key)
    .execute(&mut conn)
    .await
}

/// Takes the part that waits longest, passing over those that others are taking. Whoever dies with it in hand loses it
/// at `until`.
///
/// # Errors
/// When the database says so.
pub async fn take(
    mut conn: &AsyncPgConnection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Option<Part>> {
    statement(
        "UPDATE export_part SET due_at = $2 WHERE export_id = ( \
           SELECT export_id FROM export_part WHERE due_at <= $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) \
         RETURNING export_id, account_id, cause, key",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(until)
    .get_result(&mut conn)
    .await
    .optional()
}

/// The same for the parts of one account.
///
/// # Errors
/// When the database says so.
pub async fn take_of(
    mut conn: &AsyncPgConnection,
    account: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Option<Part>> {
    statement(
        "UPDATE export_part SET due_at = $3 WHERE export_id = ( \
           SELECT export_id FROM export_part WHERE account_id = $1 AND due_at <= $2 ORDER BY due_at LIMIT 1 \
           FOR UPDATE SKIP LOCKED) \
         RETURNING export_id, account_id, cause, key",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(until)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Puts a part back, to be written at this time.
///
/// # Errors
/// When the database says so.
pub async fn put_back(
    mut conn: &AsyncPgConnection,
    export: Uuid,
    due_at: DateTime<Utc>,
) -> QueryResult<usize> {
    statement("UPDATE export_part SET due_at = $2 WHERE export_id = $1")
        .bind::<SqlUuid, _>(export)
        .bind::<Timestamptz, _>(due_at)
        .execute(&mut conn)
        .await
}

/// Crosses a part off; whether it was still to be written.
///
/// # Errors
/// When the database says so.
pub async fn done(mut conn: &AsyncPgConnection, export: Uuid) -> QueryResult<bool> {
    let done = statement("DELETE FROM export_part WHERE export_id = $1")
        .bind::<SqlUuid, _>(export)
        .execute(&mut conn)
        .await?;
    Ok(done == 1)
}

/// What a service holds about a person under one name: a query whose `$1` is the account.
pub type Holding = (&'static str, &'static str);

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Jsonb)]
    row: serde_json::Value,
}

/// The rows that these queries find of an account, by name.
///
/// # Errors
/// When the database says so.
pub async fn rows(
    mut conn: &AsyncPgConnection,
    account: Uuid,
    holdings: &[Holding],
) -> QueryResult<BTreeMap<&'static str, Vec<serde_json::Value>>> {
    let mut found = BTreeMap::new();
    for (name, query) in holdings {
        let rows: Vec<Held> = statement(format!("SELECT to_jsonb(held) AS row FROM ({query}) AS held"))
            .bind::<SqlUuid, _>(account)
            .load(&mut conn)
            .await?;
        found.insert(*name, rows.into_iter().map(|held| held.row).collect());
    }
    Ok(found)
}
