//! Second factors, and the codes that stand in for them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::statement;

/// A second factor as it is kept.
#[derive(QueryableByName)]
pub(crate) struct Kept {
    #[diesel(sql_type = Binary)]
    pub(crate) sealed_secret: Vec<u8>,
    #[diesel(sql_type = Bool)]
    pub(crate) is_enabled: bool,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) set_up_at: DateTime<Utc>,
}

/// An account's second factor, enabled or about to be.
pub(crate) async fn kept(mut conn: &AsyncPgConnection, account: AccountId) -> QueryResult<Option<Kept>> {
    statement(
        "SELECT sealed_secret, enabled_at IS NOT NULL AS is_enabled, set_up_at FROM two_factor WHERE account_id = $1",
    )
    .bind::<SqlUuid, _>(account)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Proposes a secret, in the place of one that was proposed before; false when one is enabled.
pub(crate) async fn propose(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    sealed: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let proposed = statement(
        "INSERT INTO two_factor AS t (account_id, sealed_secret, set_up_at) VALUES ($1, $2, $3) \
         ON CONFLICT (account_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, \
            set_up_at = excluded.set_up_at, last_step = 0 WHERE t.enabled_at IS NULL",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Binary, _>(sealed)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(proposed == 1)
}

/// Enables the secret that a code was made of, and uses that code's time step up: of two at the same moment, one.
pub(crate) async fn enable(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    sealed: &[u8],
    step: i64,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let enabled = statement(
        "UPDATE two_factor SET enabled_at = $4, last_step = $3 \
         WHERE account_id = $1 AND sealed_secret = $2 AND last_step < $3 AND enabled_at IS NULL",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Binary, _>(sealed)
    .bind::<BigInt, _>(step)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(enabled == 1)
}

/// Uses a time step of this secret up, if it is later than all that were used: of two at the same moment, one.
pub(crate) async fn use_step(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    sealed: &[u8],
    step: i64,
) -> QueryResult<bool> {
    let used = statement(
        "UPDATE two_factor SET last_step = $3 \
         WHERE account_id = $1 AND sealed_secret = $2 AND last_step < $3 AND enabled_at IS NOT NULL",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Binary, _>(sealed)
    .bind::<BigInt, _>(step)
    .execute(&mut conn)
    .await?;
    Ok(used == 1)
}

/// Uses a recovery code up: of two at the same moment, one.
pub(crate) async fn use_recovery_code(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let used = statement(
        "UPDATE recovery_code SET used_at = $3 WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Binary, _>(hash)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(used == 1)
}

/// Gives an account these recovery codes and no others.
pub(crate) async fn replace_recovery_codes(
    mut conn: &AsyncPgConnection,
    account: AccountId,
    hashes: &[Vec<u8>],
) -> QueryResult<usize> {
    statement("DELETE FROM recovery_code WHERE account_id = $1")
        .bind::<SqlUuid, _>(account)
        .execute(&mut conn)
        .await?;
    statement(
        "INSERT INTO recovery_code (account_id, code_hash) SELECT $1, hash FROM unnest($2) AS given (hash)",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Array<Binary>, _>(hashes)
    .execute(&mut conn)
    .await
}

/// Takes an account's second factor away, with its recovery codes.
pub(crate) async fn remove(mut conn: &AsyncPgConnection, account: AccountId) -> QueryResult<usize> {
    statement(
        "WITH codes AS (DELETE FROM recovery_code WHERE account_id = $1) DELETE FROM two_factor WHERE account_id = $1",
    )
    .bind::<SqlUuid, _>(account)
    .execute(&mut conn)
    .await
}
