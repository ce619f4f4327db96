//! Passwords, for those who have a session or a link and change what is theirs.

use crate::model::PasswordHash;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::statement;

/// An account whose password is asked for again.
#[derive(QueryableByName)]
pub(crate) struct Owner {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) email: String,
    #[diesel(sql_type = Text)]
    pub(crate) username: String,
    #[diesel(sql_type = Text)]
    pub(crate) password_hash: String,
}

/// An active account with its password.
pub(crate) async fn owner(mut conn: &AsyncPgConnection, id: AccountId) -> QueryResult<Option<Owner>> {
    statement(
        "SELECT a.id, a.email, a.username, p.password_hash FROM account a JOIN credential p ON p.account_id = a.id \
         WHERE a.id = $1 AND a.state = 'active'",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()
}

#[derive(QueryableByName)]
struct Truth {
    #[diesel(sql_type = Bool)]
    truth: bool,
}

/// Locks an account and then its password, if both still are what was checked outside of this transaction.
pub(crate) async fn lock(
    mut conn: &AsyncPgConnection,
    (id, state, checked_hash): (AccountId, &str, &str),
) -> QueryResult<bool> {
    let row: Option<Truth> = statement(
        "SELECT p.password_hash = $2 AS truth FROM account a JOIN credential p ON p.account_id = a.id \
         WHERE a.id = $1 AND a.state = $3 FOR NO KEY UPDATE OF a, p",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Text, _>(checked_hash)
    .bind::<Text, _>(state)
    .get_result(&mut conn)
    .await
    .optional()?;
    Ok(row.is_some_and(|row| row.truth))
}

/// Keeps an account and its password as they are until the transaction ends, together with others who do: for whoever
/// begins a session by it.
pub(crate) async fn hold(mut conn: &AsyncPgConnection, id: AccountId) -> QueryResult<usize> {
    statement(
        "SELECT FROM account a JOIN credential p ON p.account_id = a.id WHERE a.id = $1 FOR SHARE OF a, p",
    )
    .bind::<SqlUuid, _>(id)
    .execute(&mut conn)
    .await
}

/// Sets a password. Whoever does has the account locked: so it waited for whoever begins a session by the old one, and
/// the session is found and ended.
pub(crate) async fn set_password(
    mut conn: &AsyncPgConnection,
    id: AccountId,
    hash: &PasswordHash,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    statement("UPDATE credential SET password_hash = $2, changed_at = $3 WHERE account_id = $1")
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(&hash.0)
        .bind::<Timestamptz, _>(now)
        .execute(&mut conn)
        .await
}
