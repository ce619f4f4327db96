//! The first answer to each `Idempotency-Key`, given again when the request comes again.

use crate::statement;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Jsonb, Nullable, SmallInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// A saved answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: serde_json::Value,
}

/// What became of a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// It is new: do the work and [`save`] the answer in the same transaction.
    New,
    /// It was answered before.
    Again(Reply),
    /// It was used with other words.
    Differs,
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Bool)]
    same: bool,
    #[diesel(sql_type = Nullable<SmallInt>)]
    status: Option<i16>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    body: Option<serde_json::Value>,
}

/// Takes a key, at the start of the transaction that does the work. A second asker waits here for the first.
///
/// # Errors
/// When the database says so.
pub async fn claim(
    mut conn: &AsyncPgConnection,
    scope: &str,
    key: &str,
    digest: &[u8],
) -> QueryResult<Claim> {
    let taken =
        statement("INSERT INTO reply (scope, key, digest) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind::<Text, _>(scope)
            .bind::<Text, _>(key)
            .bind::<diesel::sql_types::Binary, _>(digest)
            .execute(&mut conn)
            .await?;
    if taken == 1 {
        return Ok(Claim::New);
    }
    let kept: Kept =
        statement("SELECT digest = $1 AS same, status, body FROM reply WHERE scope = $2 AND key = $3")
            .bind::<diesel::sql_types::Binary, _>(digest)
            .bind::<Text, _>(scope)
            .bind::<Text, _>(key)
            .get_result(&mut conn)
            .await?;
    Ok(match kept {
        Kept { same: false, .. } => Claim::Differs,
        Kept { status, body, .. } => Claim::Again(Reply {
            status: status
                .and_then(|status| u16::try_from(status).ok())
                .unwrap_or(200),
            body: body.unwrap_or_default(),
        }),
    })
}

/// Keeps the answer; it lasts if the work does.
///
/// # Errors
/// When the database says so.
pub async fn save(mut conn: &AsyncPgConnection, scope: &str, key: &str, reply: &Reply) -> QueryResult<()> {
    statement("UPDATE reply SET status = $1, body = $2 WHERE scope = $3 AND key = $4")
        .bind::<SmallInt, _>(i16::try_from(reply.status).unwrap_or(i16::MAX))
        .bind::<Jsonb, _>(&reply.body)
        .bind::<Text, _>(scope)
        .bind::<Text, _>(key)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Forgets answers that nobody will ask for again.
///
/// # Errors
/// When the database says so.
pub async fn forget_older_than(mut conn: &AsyncPgConnection, hours: i64) -> QueryResult<usize> {
    statement("DELETE FROM reply WHERE created_at < now() - $1 * interval '1 hour'")
        .bind::<BigInt, _>(hours)
        .execute(&mut conn)
        .await
}
