//! The documents that are being made anew, beside those that are searched.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use store::statement;
use uuid::Uuid;

/// Makes empty shadows, and notes who fills them. Whoever did before cannot go on.
pub(crate) async fn begin(mut conn: &AsyncPgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    statement("SELECT begin_rebuild($1, $2)")
        .bind::<SqlUuid, _>(id)
        .bind::<Timestamptz, _>(now)
        .execute(&mut conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Running {
    #[diesel(sql_type = Bool)]
    running: bool,
}

/// Whether shadows are being filled (by this one, or by anybody); they stay until the transaction ends.
pub(crate) async fn is_running(mut conn: &AsyncPgConnection, by: Option<Uuid>) -> QueryResult<bool> {
    let found: Option<Running> =
        statement("SELECT true AS running FROM rebuild WHERE $1::uuid IS NULL OR id = $1 FOR SHARE")
            .bind::<Nullable<SqlUuid>, _>(by)
            .get_result(&mut conn)
            .await
            .optional()?;
    Ok(found.is_some_and(|found| found.running))
}

/// Counts what is in the shadows, so that the first search does not find their indexes useless.
pub(crate) async fn analyze(mut conn: &AsyncPgConnection) -> QueryResult<()> {
    statement("ANALYZE person_shadow, credit_shadow, post_shadow, post_counts_shadow, reaction_shadow")
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// How many documents there are.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub(crate) struct Counts {
    #[diesel(sql_type = BigInt)]
    pub(crate) people: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) credits: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) posts: i64,
}

/// Puts the shadows in the place of the documents; answers how many there are now. It waits for whoever is using the
/// documents, and not long: who waits holds up others.
pub(crate) async fn swap(mut conn: &AsyncPgConnection) -> QueryResult<Counts> {
    statement("SELECT people, credits, posts FROM finish_rebuild()")
        .get_result(&mut conn)
        .await
}
