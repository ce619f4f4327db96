//! Accounts that are gone for good: the tombstones that refuse what comes late, and how far each erasure is.

use crate::statement;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Jsonb, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::collections::HashSet;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Gone {
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
}

/// Those of these accounts that are gone. The others cannot go before the transaction ends.
///
/// # Errors
/// When the database says so.
pub async fn erased_among(mut conn: &AsyncPgConnection, accounts: &[Uuid]) -> QueryResult<HashSet<Uuid>> {
    if accounts.is_empty() {
        return Ok(HashSet::new());
    }
    let gone: Vec<Gone> = statement("SELECT account_id FROM erased_among($1) AS account_id")
        .bind::<Array<SqlUuid>, _>(accounts)
        .load(&mut conn)
        .await?;
    Ok(gone.into_iter().map(|row| row.account_id).collect())
}

/// Puts up a tombstone, after waiting for whoever is writing about the account; whether there was none. What is to be
/// erased waits to be taken.
///
/// # Errors
/// When the database says so.
pub async fn bury(
    mut conn: &AsyncPgConnection,
    account: Uuid,
    erasure: Uuid,
    cause: &serde_json::Value,
) -> QueryResult<bool> {
    statement("SELECT pg_advisory_xact_lock(erasure_lock($1))")
        .bind::<SqlUuid, _>(account)
        .execute(&mut conn)
        .await?;
    let buried = statement(
        "INSERT INTO erased_account (account_id, erasure_id, cause) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<SqlUuid, _>(erasure)
    .bind::<Jsonb, _>(cause)
    .execute(&mut conn)
    .await?;
    Ok(buried == 1)
}

/// An erasure that is not at its end.
#[derive(Clone, Debug, QueryableByName)]
pub struct Pending {
    /// Of whom.
    #[diesel(sql_type = SqlUuid)]
    pub account_id: Uuid,
    /// Which.
    #[diesel(sql_type = SqlUuid)]
    pub erasure_id: Uuid,
    /// Why.
    #[diesel(sql_type = Jsonb)]
    pub cause: serde_json::Value,
    /// Up to which event the outbox has been scrubbed, if that has begun.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub scrubbed_to: Option<Uuid>,
}

/// Takes the erasure that waits longest, passing over those that others are taking. Whoever dies with it in hand loses
/// it at `until`.
///
/// # Errors
/// When the database says so.
pub async fn take(
    mut conn: &AsyncPgConnection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Option<Pending>> {
    statement(
        "UPDATE erased_account SET due_at = $2 WHERE account_id = ( \
           SELECT account_id FROM erased_account WHERE erased_at IS NULL AND due_at <= $1 \
           ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) \
         RETURNING account_id, erasure_id, cause, scrubbed_to",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(until)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Puts an erasure back, to be gone on with at this time.
///
/// # Errors
/// When the database says so.
pub async fn put_back(
    mut conn: &AsyncPgConnection,
    account: Uuid,
    due_at: DateTime<Utc>,
) -> QueryResult<usize> {
    statement("UPDATE erased_account SET due_at = $2 WHERE account_id = $1 AND erased_at IS NULL")
        .bind::<SqlUuid, _>(account)
        .bind::<Timestamptz, _>(due_at)
        .execute(&mut conn)
        .await
}

/// Notes how far the outbox has been scrubbed, and that the erasure may be gone on with at this time.
///
/// # Errors
/// When the database says so.
pub async fn note_scrubbed(
    mut conn: &AsyncPgConnection,
    account: Uuid,
    scrubbed_to: Uuid,
    due_at: DateTime<Utc>,
) -> QueryResult<usize> {
    statement("UPDATE erased_account SET scrubbed_to = $2, due_at = $3 WHERE account_id = $1")
        .bind::<SqlUuid, _>(account)
        .bind::<SqlUuid, _>(scrubbed_to)
        .bind::<Timestamptz, _>(due_at)
        .execute(&mut conn)
        .await
}

/// Notes that nothing is left; whether it was not noted yet.
///
/// # Errors
/// When the database says so.
pub async fn finish(mut conn: &AsyncPgConnection, account: Uuid, now: DateTime<Utc>) -> QueryResult<bool> {
    let finished =
        statement("UPDATE erased_account SET erased_at = $2 WHERE account_id = $1 AND erased_at IS NULL")
            .bind::<SqlUuid, _>(account)
            .bind::<Timestamptz, _>(now)
            .execute(&mut conn)
            .await?;
    Ok(finished == 1)
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    answer: bool,
}

/// Whether some part of an export of this account is still to be written.
///
/// # Errors
/// When the database says so.
pub async fn awaits_exports(mut conn: &AsyncPgConnection, account: Uuid) -> QueryResult<bool> {
    let found: Answer = statement("SELECT EXISTS (SELECT FROM export_part WHERE account_id = $1) AS answer")
        .bind::<SqlUuid, _>(account)
        .get_result(&mut conn)
        .await?;
    Ok(found.answer)
}
