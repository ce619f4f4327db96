//! Accounts that are suspended, and restored.

use super::accounts::PublicState;
use crate::model::Reason;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::statement;

/// Why, and until when.
pub(crate) struct NewSuspension {
    pub(crate) account: AccountId,
    pub(crate) reason: Reason,
    pub(crate) until: Option<DateTime<Utc>>,
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: Option<AccountId>,
}

/// Notes why an account is suspended; of one that is, the new reason and end.
pub(crate) async fn upsert(mut conn: &AsyncPgConnection, new: &NewSuspension) -> QueryResult<usize> {
    statement(
        "INSERT INTO suspension AS s (account_id, reason, until, suspended_at, suspended_by) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (account_id) DO UPDATE SET reason = excluded.reason, until = excluded.until, \
            suspended_by = excluded.suspended_by",
    )
    .bind::<SqlUuid, _>(new.account)
    .bind::<Text, _>(new.reason.as_str())
    .bind::<Nullable<Timestamptz>, _>(new.until)
    .bind::<Timestamptz, _>(new.at)
    .bind::<Nullable<SqlUuid>, _>(new.by)
    .execute(&mut conn)
    .await
}

/// Ends a suspension.
pub(crate) async fn remove(mut conn: &AsyncPgConnection, account: AccountId) -> QueryResult<usize> {
    statement("DELETE FROM suspension WHERE account_id = $1")
        .bind::<SqlUuid, _>(account)
        .execute(&mut conn)
        .await
}

/// Puts an account from one state into the other; nothing, when it is not in that state.
pub(crate) async fn change_state(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    from: &str,
    to: &str,
) -> QueryResult<Option<PublicState>> {
    statement(
        "UPDATE account SET state = $3, version = version + 1 WHERE id = $1 AND state = $2 \
         RETURNING id, username, display_name, state, email_verified_at IS NOT NULL AS email_verified, created_at, version",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Text, _>(from)
    .bind::<Text, _>(to)
    .get_result(&mut conn)
    .await
    .optional()
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    account_id: AccountId,
}

/// Whether somebody's suspension is over.
pub(crate) async fn is_any_over(mut conn: &AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<bool> {
    let over: Option<Id> = statement("SELECT account_id FROM suspension WHERE until <= $1 LIMIT 1")
        .bind::<Timestamptz, _>(now)
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(over.is_some())
}

/// Accounts whose suspension is over, locked together with it; those that somebody else has in hand are passed over.
pub(crate) async fn lock_over(
    mut conn: &AsyncPgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<AccountId>> {
    let over: Vec<Id> = statement(
        "SELECT s.account_id FROM suspension s JOIN account a ON a.id = s.account_id WHERE s.until <= $1 \
         ORDER BY s.until LIMIT $2 FOR NO KEY UPDATE OF a SKIP LOCKED FOR UPDATE OF s SKIP LOCKED",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .load(&mut conn)
    .await?;
    Ok(over.into_iter().map(|row| row.account_id).collect())
}
