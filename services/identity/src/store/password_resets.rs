//! Links by which a password is set anew.

use super::mail::Addressee;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, PasswordResetId};
use store::statement;

/// A link that is asked for.
pub(crate) struct NewReset {
    pub(crate) id: PasswordResetId,
    pub(crate) account: AccountId,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Makes a link for the address an account has now.
pub(crate) async fn insert(mut conn: &AsyncPgConnection, new: &NewReset) -> QueryResult<usize> {
    statement(
        "INSERT INTO password_reset (id, account_id, normalized_email, created_at, expires_at) \
         SELECT $1, id, normalized_email, $2, $3 FROM account WHERE id = $4",
    )
    .bind::<SqlUuid, _>(new.id)
    .bind::<Timestamptz, _>(new.created_at)
    .bind::<Timestamptz, _>(new.expires_at)
    .bind::<SqlUuid, _>(new.account)
    .execute(&mut conn)
    .await
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many links an account was sent since then. Whoever asks has the account locked.
pub(crate) async fn sent_since(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    since: DateTime<Utc>,
) -> QueryResult<i64> {
    let row: Count =
        statement("SELECT count(*) AS count FROM password_reset WHERE account_id = $1 AND created_at > $2")
            .bind::<SqlUuid, _>(account)
            .bind::<Timestamptz, _>(since)
            .get_result(&mut conn)
            .await?;
    Ok(row.count)
}

/// Whose password a link sets anew.
#[derive(QueryableByName)]
pub(crate) struct Target {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) account_id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) email: String,
    #[diesel(sql_type = Text)]
    pub(crate) username: String,
    #[diesel(sql_type = Text)]
    pub(crate) display_name: String,
}

/// The account of a link that can still be used.
pub(crate) async fn target(
    mut conn: &AsyncPgConnection,
    id: PasswordResetId,
    now: DateTime<Utc>,
) -> QueryResult<Option<Target>> {
    statement(
        "SELECT r.account_id, a.email, a.username, coalesce(c.display_name, a.display_name) AS display_name \
         FROM password_reset r \
         JOIN account a ON a.id = r.account_id AND a.normalized_email = r.normalized_email AND a.state = 'active' \
         LEFT JOIN card c ON c.account_id = a.id \
         WHERE r.id = $1 AND r.used_at IS NULL AND r.expires_at > $2",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(now)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Uses a link up, if nobody did before and it still can be: of two at the same moment, one.
pub(crate) async fn use_up(
    mut conn: &AsyncPgConnection,
    id: PasswordResetId,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let used = statement(
        "UPDATE password_reset r SET used_at = $2 FROM account a \
         WHERE r.id = $1 AND r.used_at IS NULL AND r.expires_at > $2 \
            AND a.id = r.account_id AND a.normalized_email = r.normalized_email AND a.state = 'active'",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(used == 1)
}

/// Makes all of an account's links worth nothing.
pub(crate) async fn void(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    statement("UPDATE password_reset SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL")
        .bind::<SqlUuid, _>(account)
        .bind::<Timestamptz, _>(now)
        .execute(&mut conn)
        .await
}

/// To whom a link is to be sent: nobody, when it is void or the account has another address by now.
pub(crate) async fn addressee(
    mut conn: &AsyncPgConnection,
    id: PasswordResetId,
) -> QueryResult<Option<Addressee>> {
    statement(
        "SELECT a.id AS account_id, a.email FROM password_reset r \
         JOIN account a ON a.id = r.account_id AND a.normalized_email = r.normalized_email \
         WHERE r.id = $1 AND r.used_at IS NULL AND a.state = 'active'",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()
}
