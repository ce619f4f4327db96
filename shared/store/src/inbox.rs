//! Which events this service has already acted on.

use crate::{Lasting, statement};
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::collections::HashSet;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = SqlUuid)]
    event_id: Uuid,
}

/// Takes events as this handler's to act on; answers those that it had not taken before.
///
/// Call it first in the transaction that holds the effects, so that both last or neither does. Another
/// transaction that holds a claim on one of them is waited for. `lasting` is of the whole transaction.
///
/// # Errors
/// When the database says so.
pub async fn claim(
    mut conn: &AsyncPgConnection,
    handler: &str,
    events: &[Uuid],
    lasting: Lasting,
) -> QueryResult<HashSet<Uuid>> {
    let lasts = lasting.relation();
    let claimed: Vec<Claimed> = statement(format!(
        "INSERT INTO inbox (handler, event_id) SELECT $1, id FROM unnest($2) AS id, {lasts} ORDER BY id \
         ON CONFLICT DO NOTHING RETURNING event_id"
    ))
    .bind::<Text, _>(handler)
    .bind::<Array<SqlUuid>, _>(events)
    .load(&mut conn)
    .await?;
    Ok(claimed.into_iter().map(|row| row.event_id).collect())
}
