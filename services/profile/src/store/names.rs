//! Whose user names are and were, as keyed hashes.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Bool, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use events::AccountId;
use store::statement;

/// Remembers whose a name is; who had it first has it for good.
pub(crate) async fn keep(
    mut conn: &AsyncPgConnection,
    digest: &[u8],
    account: AccountId,
) -> QueryResult<usize> {
    statement("INSERT INTO known_name (digest, account_id) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING")
        .bind::<Binary, _>(digest)
        .bind::<SqlUuid, _>(account)
        .execute(&mut conn)
        .await
}

#[derive(QueryableByName)]
struct Truth {
    #[diesel(sql_type = Bool)]
    truth: bool,
}

/// Whether a name is or was somebody else's, who may be gone.
pub(crate) async fn is_anothers(
    mut conn: &AsyncPgConnection,
    digest: &[u8],
    by_other_than: AccountId,
) -> QueryResult<bool> {
    let row: Truth = statement(
        "SELECT EXISTS (SELECT FROM known_name WHERE digest = $1 AND account_id IS DISTINCT FROM $2) AS truth",
    )
    .bind::<Binary, _>(digest)
    .bind::<SqlUuid, _>(by_other_than)
    .get_result(&mut conn)
    .await?;
    Ok(row.truth)
}
