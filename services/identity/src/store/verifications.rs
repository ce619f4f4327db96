//! Links that prove who reads an address.

use super::mail::Addressee;
use crate::model::Email;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, VerificationId};
use store::statement;

/// A link that is asked for.
pub(crate) struct NewVerification {
    pub(crate) id: VerificationId,
    pub(crate) account: AccountId,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Makes a link for the address an account has now.
pub(crate) async fn insert(mut conn: &AsyncPgConnection, new: &NewVerification) -> QueryResult<usize> {
    statement(
        "INSERT INTO verification (id, account_id, normalized_email, created_at, expires_at) \
         SELECT $1, id, normalized_email, $2, $3 FROM account WHERE id = $4",
    )
    .bind::<SqlUuid, _>(new.id)
    .bind::<Timestamptz, _>(new.created_at)
    .bind::<Timestamptz, _>(new.expires_at)
    .bind::<SqlUuid, _>(new.account)
    .execute(&mut conn)
    .await
}

/// Makes a link for an address that is to become the account's.
pub(crate) async fn insert_change(
    mut conn: &AsyncPgConnection,
    new: &NewVerification,
    email: &Email,
) -> QueryResult<usize> {
    statement(
        "INSERT INTO verification (id, account_id, normalized_email, new_email, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind::<SqlUuid, _>(new.id)
    .bind::<SqlUuid, _>(new.account)
    .bind::<Text, _>(email.normalized())
    .bind::<Text, _>(email.as_written())
    .bind::<Timestamptz, _>(new.created_at)
    .bind::<Timestamptz, _>(new.expires_at)
    .execute(&mut conn)
    .await
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How often an account asked for another address since then.
pub(crate) async fn changes_since(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    since: DateTime<Utc>,
) -> QueryResult<i64> {
    let row: Count = statement(
        "SELECT count(*) AS count FROM verification WHERE account_id = $1 AND created_at > $2 AND new_email IS NOT NULL",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Timestamptz, _>(since)
    .get_result(&mut conn)
    .await?;
    Ok(row.count)
}

/// Makes worth nothing whatever would give an account another address.
pub(crate) async fn void_changes(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    statement(
        "UPDATE verification SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL AND new_email IS NOT NULL",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await
}

#[derive(QueryableByName)]
struct Unverified {
    #[diesel(sql_type = SqlUuid)]
    id: AccountId,
}

/// The active account of an address that still has to be confirmed. It stays locked, so that of two who ask at once the second
/// counts what the first has made.
pub(crate) async fn lock_unverified(
    mut conn: &AsyncPgConnection,
    normalized_email: &str,
) -> QueryResult<Option<AccountId>> {
    let account: Option<Unverified> = statement(
        "SELECT id FROM account \
         WHERE normalized_email = $1 AND state = 'active' AND email_verified_at IS NULL FOR NO KEY UPDATE",
    )
    .bind::<Text, _>(normalized_email)
    .get_result(&mut conn)
    .await
    .optional()?;
    Ok(account.map(|account| account.id))
}

/// How many links an account was sent since then. Whoever asks has the account locked.
pub(crate) async fn sent_since(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    since: DateTime<Utc>,
) -> QueryResult<i64> {
    let row: Count =
        statement("SELECT count(*) AS count FROM verification WHERE account_id = $1 AND created_at > $2")
            .bind::<SqlUuid, _>(account)
            .bind::<Timestamptz, _>(since)
            .get_result(&mut conn)
            .await?;
    Ok(row.count)
}

/// A link that somebody came by, and the account it speaks of.
#[derive(QueryableByName)]
pub(crate) struct Found {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) account_id: AccountId,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) expires_at: DateTime<Utc>,
    /// The account is active, and still has the address or is still to have it.
    #[diesel(sql_type = Bool)]
    pub(crate) is_current: bool,
    /// There is nothing left to do.
    #[diesel(sql_type = Bool)]
    pub(crate) is_confirmed: bool,
    /// The address that is to become the account's.
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) new_email: Option<String>,
}

/// A link and, before it, its account, locked against another use at the same moment.
pub(crate) async fn lock(mut conn: &AsyncPgConnection, id: VerificationId) -> QueryResult<Option<Found>> {
    statement(
        "SELECT v.account_id, v.expires_at, v.new_email, a.state = 'active' AND ( \
                a.normalized_email = v.normalized_email OR v.new_email IS NOT NULL AND v.used_at IS NULL \
            ) AS is_current, \
            a.normalized_email = v.normalized_email AND a.email_verified_at IS NOT NULL AS is_confirmed \
         FROM verification v JOIN account a ON a.id = v.account_id WHERE v.id = $1 \
         FOR NO KEY UPDATE OF a, v",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Notes that a link was used.
pub(crate) async fn mark_used(
    mut conn: &AsyncPgConnection,
    id: VerificationId,
    at: DateTime<Utc>,
) -> QueryResult<usize> {
    statement("UPDATE verification SET used_at = $1 WHERE id = $2")
        .bind::<Timestamptz, _>(at)
        .bind::<SqlUuid, _>(id)
        .execute(&mut conn)
        .await
}

/// To whom a link is to be sent: nobody, when the account is gone or has another address by now.
pub(crate) async fn addressee(
    mut conn: &AsyncPgConnection,
    id: VerificationId,
) -> QueryResult<Option<Addressee>> {
    statement(
        "SELECT a.id AS account_id, coalesce(v.new_email, a.email) AS email FROM verification v \
         JOIN account a ON a.id = v.account_id \
            AND (a.normalized_email = v.normalized_email OR v.new_email IS NOT NULL AND v.used_at IS NULL) \
         WHERE v.id = $1 AND a.state = 'active'",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()
}
