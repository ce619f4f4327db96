//! How often something was tried in vain. Rows, so that every process counts together with all others; by the
//! database's clock, so that they agree on the time.

use crate::model::Rule;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Double, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::time::Duration;
use store::statement;

/// Counts a try, unless it has to wait; answers how long then.
///
/// One statement, and the row stays locked until the end of the transaction: of many tries at the same moment each finds
/// those before it counted. Where nothing is to be waited for, `blocked_until` lies in the distant past: the present
/// would lie in the future of a transaction that began before and had to wait for the row.
pub(crate) async fn take(
    mut conn: &AsyncPgConnection,
    key: &[u8],
    rule: Rule,
) -> QueryResult<Result<(), Duration>> {
    let counted = statement(
        "INSERT INTO throttle AS t (key, tries, last_at, blocked_until) \
         VALUES ($1, 1, now(), CASE WHEN 1 < $2 THEN to_timestamp(0) ELSE now() + $3 * interval '1 second' END) \
         ON CONFLICT (key) DO UPDATE SET last_at = greatest(t.last_at, now()), \
            tries = 1 + greatest(0, t.tries - extract(epoch FROM now() - t.last_at)::double precision / $5), \
            blocked_until = ( \
                SELECT CASE WHEN n < $2 THEN to_timestamp(0) \
                    ELSE now() + interval '1 second' * least($4, $3 * power(2, least(64, n - $2))) END \
                FROM round(1 + greatest(0, t.tries - extract(epoch FROM now() - t.last_at)::double precision / $5)) AS n) \
         WHERE t.blocked_until <= now()",
    )
    .bind::<Binary, _>(key)
    .bind::<Double, _>(f64::from(rule.free))
    .bind::<Double, _>(rule.first_wait.as_secs_f64())
    .bind::<Double, _>(rule.longest_wait.as_secs_f64())
    .bind::<Double, _>(rule.one_forgiven_in.as_secs_f64())
    .execute(&mut conn)
    .await?;
    if counted == 1 {
        return Ok(Ok(()));
    }
    Ok(Err(wait(conn, key).await?))
}

#[derive(QueryableByName)]
struct Wait {
    #[diesel(sql_type = Double)]
    seconds: f64,
}

/// How long the next one has to wait, which may be no time at all. It is not counted.
pub(crate) async fn wait(mut conn: &AsyncPgConnection, key: &[u8]) -> QueryResult<Duration> {
    let row: Option<Wait> = statement(
        "SELECT extract(epoch FROM blocked_until - now())::double precision AS seconds FROM throttle WHERE key = $1",
    )
    .bind::<Binary, _>(key)
    .get_result(&mut conn)
    .await
    .optional()?;
    let seconds = row.map_or(0.0, |row| row.seconds);
    Ok(Duration::try_from_secs_f64(seconds).unwrap_or_default())
}

/// Takes back what [`take`] has counted: the try was not in vain.
pub(crate) async fn give_back(mut conn: &AsyncPgConnection, key: &[u8]) -> QueryResult<usize> {
    statement(
        "UPDATE throttle SET tries = greatest(0, tries - 1), blocked_until = to_timestamp(0) WHERE key = $1",
    )
    .bind::<Binary, _>(key)
    .execute(&mut conn)
    .await
}

/// Forgets what was not tried since then; answers how many, at most `limit`.
pub(crate) async fn forget(
    mut conn: &AsyncPgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    statement(
        "DELETE FROM throttle WHERE key IN ( \
            SELECT key FROM throttle WHERE last_at < $1 AND blocked_until < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<diesel::sql_types::BigInt, _>(limit)
    .execute(&mut conn)
    .await
}
