//! Accounts that go: what they leave, and the receipts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::{AccountId, ErasureId};
use store::statement;

/// An account that is to go.
#[derive(QueryableByName)]
pub(crate) struct Leaver {
    #[diesel(sql_type = Text)]
    pub(crate) state: String,
    #[diesel(sql_type = Text)]
    pub(crate) normalized_email: String,
    #[diesel(sql_type = Text)]
    pub(crate) password_hash: String,
    #[diesel(sql_type = BigInt)]
    pub(crate) version: i64,
}

/// Reads it.
async fn find(mut conn: &AsyncPgConnection, id: AccountId) -> QueryResult<Option<Leaver>> {
    statement(
        "SELECT a.state, a.normalized_email, c.password_hash, a.version \
         FROM account a JOIN credential c ON c.account_id = a.id WHERE a.id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(&mut conn)
    .await
    .optional()
}

/// Reads it and keeps everybody else away.
pub(crate) async fn lock(conn: &AsyncPgConnection, id: AccountId) -> QueryResult<Option<Leaver>> {
    for sql in [
        "SELECT FROM account WHERE id = $1 FOR UPDATE",
        "SELECT FROM credential WHERE account_id = $1 FOR UPDATE",
    ] {
        let mut conn = conn;
        statement(sql).bind::<SqlUuid, _>(id).execute(&mut conn).await?;
    }
    find(conn, id).await
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Every user name that an account has or had.
pub(crate) async fn names(mut conn: &AsyncPgConnection, id: AccountId) -> QueryResult<Vec<String>> {
    let names: Vec<Name> = statement(
        "SELECT name FROM held_username WHERE account_id = $1 UNION SELECT lower(username) FROM account WHERE id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .load(&mut conn)
    .await?;
    Ok(names.into_iter().map(|row| row.name).collect())
}

/// Forgets an account, everything that hangs on it, every mail about it among that, and what stands beside its address.
pub(crate) async fn forget(
    mut conn: &AsyncPgConnection,
    id: AccountId,
    normalized_email: &str,
) -> QueryResult<()> {
    for sql in [
        // Of before mails said whom they are about.
        "DELETE FROM mail WHERE recipient = $1 AND account_id IS NULL",
        "DELETE FROM allow_list WHERE normalized_email = $1",
        "DELETE FROM link_request WHERE normalized_email = $1",
    ] {
        statement(sql)
            .bind::<Text, _>(normalized_email)
            .execute(&mut conn)
            .await?;
    }
    forget_rows(conn, id).await
}

/// Forgets what hangs on an account that is gone already.
pub(crate) async fn forget_rows(mut conn: &AsyncPgConnection, id: AccountId) -> QueryResult<()> {
    statement("SELECT forget_account($1)")
        .bind::<SqlUuid, _>(id)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Takes away from where somebody came, and what is said beside it, of all lines about them or by them; and why they
/// suspended others.
pub(crate) async fn silence_log(mut conn: &AsyncPgConnection, id: AccountId) -> QueryResult<()> {
    statement(
        "UPDATE security_event SET ip_address = NULL, user_agent = NULL, detail = NULL \
         WHERE (account_id = $1 OR actor_id = $1) AND (ip_address, user_agent, detail) IS DISTINCT FROM (NULL, NULL, NULL)",
    )
    .bind::<SqlUuid, _>(id)
    .execute(&mut conn)
    .await?;
    statement("UPDATE suspension SET reason = '' WHERE suspended_by = $1 AND reason <> ''")
        .bind::<SqlUuid, _>(id)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Keeps a user name from everybody, for ever.
pub(crate) async fn reserve(
    mut conn: &AsyncPgConnection,
    digest: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    statement("INSERT INTO reserved_username (digest, since) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind::<Binary, _>(digest)
        .bind::<Timestamptz, _>(now)
        .execute(&mut conn)
        .await
}

#[derive(QueryableByName)]
struct Truth {
    #[diesel(sql_type = Bool)]
    truth: bool,
}

/// Whether a user name was somebody's who is gone.
pub(crate) async fn is_reserved(mut conn: &AsyncPgConnection, digest: &[u8]) -> QueryResult<bool> {
    let row: Truth = statement("SELECT EXISTS (SELECT FROM reserved_username WHERE digest = $1) AS truth")
        .bind::<Binary, _>(digest)
        .get_result(&mut conn)
        .await?;
    Ok(row.truth)
}

/// An erasure that begins.
pub(crate) struct NewErasure {
    pub(crate) id: ErasureId,
    pub(crate) account: AccountId,
    pub(crate) token_digest: [u8; 32],
    pub(crate) requested_at: DateTime<Utc>,
    pub(crate) readable_until: DateTime<Utc>,
}

/// Begins it.
pub(crate) async fn insert(mut conn: &AsyncPgConnection, erasure: &NewErasure) -> QueryResult<usize> {
    statement(
        "INSERT INTO erasure (id, account_id, token_digest, requested_at, readable_until) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind::<SqlUuid, _>(erasure.id)
    .bind::<SqlUuid, _>(erasure.account)
    .bind::<Binary, _>(erasure.token_digest.as_slice())
    .bind::<Timestamptz, _>(erasure.requested_at)
    .bind::<Timestamptz, _>(erasure.readable_until)
    .execute(&mut conn)
    .await
}

/// Notes that a service has confirmed; when it is the last of so many, the erasure is complete. A receipt that is
/// forgotten already needs no word.
pub(crate) async fn confirm(
    mut conn: &AsyncPgConnection,
    erasure: ErasureId,
    (service, at): (&str, DateTime<Utc>),
    services: i64,
) -> QueryResult<()> {
    // Locked, so that of two that confirm at once the second sees the first.
    let found = statement("SELECT FROM erasure WHERE id = $1 FOR UPDATE")
        .bind::<SqlUuid, _>(erasure)
        .execute(&mut conn)
        .await?;
    if found == 0 {
        return Ok(());
    }
    statement(
        "INSERT INTO erasure_confirmation (erasure_id, service, confirmed_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(erasure)
    .bind::<Text, _>(service)
    .bind::<Timestamptz, _>(at)
    .execute(&mut conn)
    .await?;
    statement(
        "UPDATE erasure e SET completed_at = all_of.last FROM (SELECT count(*) AS count, max(confirmed_at) AS last \
             FROM erasure_confirmation WHERE erasure_id = $1) all_of \
         WHERE e.id = $1 AND e.completed_at IS NULL AND all_of.count >= $2",
    )
    .bind::<SqlUuid, _>(erasure)
    .bind::<BigInt, _>(services)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// A receipt.
#[derive(QueryableByName)]
pub(crate) struct Receipt {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: ErasureId,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) requested_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) completed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) readable_until: DateTime<Utc>,
}

/// The receipt of this secret, as long as it may be read.
pub(crate) async fn receipt(
    mut conn: &AsyncPgConnection,
    token_digest: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<Receipt>> {
    statement(
        "SELECT id, requested_at, completed_at, readable_until FROM erasure \
         WHERE token_digest = $1 AND readable_until > $2",
    )
    .bind::<Binary, _>(token_digest)
    .bind::<Timestamptz, _>(now)
    .get_result(&mut conn)
    .await
    .optional()
}

/// A service's word.
#[derive(QueryableByName)]
pub(crate) struct Confirmation {
    #[diesel(sql_type = Text)]
    pub(crate) service: String,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) confirmed_at: DateTime<Utc>,
}

/// What has been confirmed of an erasure.
pub(crate) async fn confirmations(
    mut conn: &AsyncPgConnection,
    erasure: ErasureId,
) -> QueryResult<Vec<Confirmation>> {
    statement("SELECT service, confirmed_at FROM erasure_confirmation WHERE erasure_id = $1 ORDER BY service")
        .bind::<SqlUuid, _>(erasure)
        .load(&mut conn)
        .await
}

/// Forgets receipts of what is complete and cannot be read any more.
pub(crate) async fn forget_receipts(mut conn: &AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<usize> {
    statement("DELETE FROM erasure WHERE readable_until <= $1 AND completed_at IS NOT NULL")
        .bind::<Timestamptz, _>(now)
        .execute(&mut conn)
        .await
}
