//! The documents that are being made anew, beside those that are searched.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use store::statement;
use uuid::Uuid;

/// What is made anew.
const TABLES: [&str; 5] = ["person", "credit", "post", "post_counts", "reaction"];

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

/// A reaction, by the post and who reacted.
#[derive(Clone, Copy, QueryableByName)]
pub(crate) struct Place {
    #[diesel(sql_type = SqlUuid)]
    post_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    account_id: Uuid,
}

/// Goes through some of the reactions behind this one; answers the last, if there was any. What was not told is no more: its version is
/// left in the shadow, so that an older event which comes late does not bring it back, but none that its post has not come to.
pub(crate) async fn bury_untold(
    mut conn: &AsyncPgConnection,
    after: Option<Place>,
    limit: i64,
) -> QueryResult<Option<Place>> {
    statement(
        "WITH page AS MATERIALIZED (SELECT * FROM reaction WHERE (post_id, account_id) > ($1, $2) \
           ORDER BY post_id, account_id LIMIT $3), \
         buried AS (INSERT INTO reaction_shadow (post_id, account_id, author_id, version) \
           SELECT r.post_id, r.account_id, r.author_id, least(r.version, coalesce(c.version, 0)) FROM page r \
           JOIN post_shadow p ON p.id = r.post_id AND NOT p.removed LEFT JOIN post_counts_shadow c ON c.post_id = r.post_id \
           WHERE NOT EXISTS (SELECT FROM reaction_shadow told \
             WHERE told.post_id = r.post_id AND told.account_id = r.account_id) \
           AND NOT EXISTS (SELECT FROM erased_account e WHERE e.account_id IN (r.account_id, r.author_id)) \
           ORDER BY r.post_id, r.account_id ON CONFLICT DO NOTHING) \
         SELECT post_id, account_id FROM page ORDER BY post_id DESC, account_id DESC LIMIT 1",
    )
    .bind::<SqlUuid, _>(after.map_or(Uuid::nil(), |after| after.post_id))
    .bind::<SqlUuid, _>(after.map_or(Uuid::nil(), |after| after.account_id))
    .bind::<BigInt, _>(limit)
    .get_result(&mut conn)
    .await
    .optional()
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
    statement("SELECT people, credits, posts FROM finish_rebuild($1)")
        .bind::<Array<Text>, _>(&TABLES[..])
        .get_result(&mut conn)
        .await
}
