//! Takes a person out of messages that lie in the embedded queues: those that wait, and those that were put aside.
//!
//! On AWS nobody can: messages that wait expire after four days, dead letters after fourteen, and the bus's archive after
//! thirty. Whoever receives one before that knows that the person is erased, and does nothing.

use crate::service::schema_of;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use store::{scrub, statement};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Body {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    body: String,
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Bool)]
    answer: bool,
}

/// Scrubs what waits for this service and names an account, by the service's own role, which reaches no other queue.
///
/// # Errors
/// When the database says so.
pub(crate) async fn messages(conn: &AsyncPgConnection, service: &str, account: Uuid) -> QueryResult<()> {
    let queue = schema_of(service);
    for table in [format!("bus.{queue}"), format!("bus.{queue}_dead")] {
        if exists(conn, &table).await? {
            messages_in(conn, &table, account).await?;
        }
    }
    Ok(())
}

async fn exists(mut conn: &AsyncPgConnection, table: &str) -> QueryResult<bool> {
    let found: Answer = statement("SELECT to_regclass($1) IS NOT NULL AS answer")
        .bind::<Text, _>(table)
        .get_result(&mut conn)
        .await?;
    Ok(found.answer)
}

async fn messages_in(mut conn: &AsyncPgConnection, table: &str, account: Uuid) -> QueryResult<()> {
    let found: Vec<Body> = statement(format!(
        "SELECT id, body FROM {table} WHERE strpos(body, $1) > 0 ORDER BY id FOR UPDATE"
    ))
    .bind::<Text, _>(account.to_string())
    .load(&mut conn)
    .await?;
    let (ids, bodies): (Vec<_>, Vec<_>) = found
        .into_iter()
        .map(|row| (row.id, scrub::scrubbed(&row.body)))
        .unzip();
    statement(format!(
        "UPDATE {table} AS message SET body = told.body FROM unnest($1, $2) AS told (id, body) WHERE message.id = told.id"
    ))
    .bind::<Array<BigInt>, _>(ids)
    .bind::<Array<Text>, _>(bodies)
    .execute(&mut conn)
    .await?;
    Ok(())
}
