//! User names: the present ones, and those that are held for who had them.

use super::accounts::{PublicState, taken};
use crate::model::{Taken, Username};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::statement;

/// Holds a name for an account, for good; false when another account has or had it. The index decides who was first.
pub(crate) async fn hold(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    username: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let held = statement(
        "INSERT INTO held_username AS h (name, account_id, since) VALUES (lower($1), $2, $3) \
         ON CONFLICT (name) DO UPDATE SET since = h.since WHERE h.account_id = excluded.account_id",
    )
    .bind::<Text, _>(username)
    .bind::<SqlUuid, _>(account)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(held == 1)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many names an account has taken since then.
pub(crate) async fn taken_since(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    since: DateTime<Utc>,
) -> QueryResult<i64> {
    let row: Count =
        statement("SELECT count(*) AS count FROM held_username WHERE account_id = $1 AND since > $2")
            .bind::<SqlUuid, _>(account)
            .bind::<Timestamptz, _>(since)
            .get_result(&mut conn)
            .await?;
    Ok(row.count)
}

/// Gives an account another name, which it holds; nothing, when that is what it is called already. Or says that somebody
/// else is called so. Then the transaction is over.
pub(crate) async fn rename(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    username: &Username,
) -> QueryResult<Result<Option<PublicState>, Taken>> {
    let renamed = statement(
        "UPDATE account SET username = $2, version = version + 1 WHERE id = $1 AND username <> $2 \
         RETURNING id, username, display_name, state, email_verified_at IS NOT NULL AS email_verified, created_at, version",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Text, _>(username.as_str())
    .get_result(&mut conn)
    .await
    .optional();
    match renamed {
        Ok(account) => Ok(Ok(account)),
        Err(error) => taken(&error).map_or(Err(error), |taken| Ok(Err(taken))),
    }
}
