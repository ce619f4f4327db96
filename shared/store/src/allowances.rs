//! How often somebody has done what is limited: one row a person and deed, so that nobody waits for another.

use crate::statement;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Double, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use std::time::Duration;
use uuid::Uuid;

/// So many times in so long a window.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// What is limited.
    pub deed: &'static str,
    /// How often.
    pub times: i32,
    /// Within how long.
    pub window: Duration,
}

/// How somebody stands with a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Whether it was counted; false when it would have been one too many.
    pub granted: bool,
    /// How often within the window, this time included.
    pub used: i32,
    /// Until a new window can begin.
    pub resets_in: Duration,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Bool)]
    granted: bool,
    #[diesel(sql_type = Integer)]
    used: i32,
    #[diesel(sql_type = Double)]
    resets_in: f64,
}

impl Row {
    fn read(self, limit: Limit) -> Standing {
        Standing {
            granted: self.granted,
            used: self.used,
            // A window that began in another transaction, while this one waited, began in its future.
            resets_in: Duration::try_from_secs_f64(self.resets_in)
                .unwrap_or_default()
                .min(limit.window),
        }
    }
}

/// Counts a deed, if it is not one too many. It lasts if the caller's transaction does, so what is refused or fails
/// afterwards is not counted.
///
/// One statement: what is one too many writes nothing, however often it comes.
///
/// # Errors
/// When the database says so.
pub async fn take(mut conn: &AsyncPgConnection, who: Uuid, limit: Limit) -> QueryResult<Standing> {
    let row: Option<Row> = statement(
        "WITH counted AS (\
             INSERT INTO allowance AS a (account_id, deed, began_at, used) VALUES ($1, $2, now(), 1) \
             ON CONFLICT (account_id, deed) DO UPDATE SET \
                 used = CASE WHEN a.began_at <= now() - $4 * interval '1 second' THEN 1 ELSE a.used + 1 END, \
                 began_at = CASE WHEN a.began_at <= now() - $4 * interval '1 second' THEN now() ELSE a.began_at END \
             WHERE a.used < $3 OR a.began_at <= now() - $4 * interval '1 second' \
             RETURNING used, began_at\
         ) SELECT true AS granted, used, \
             extract(epoch FROM began_at - now())::double precision + $4 AS resets_in FROM counted \
         UNION ALL SELECT false, used, extract(epoch FROM began_at - now())::double precision + $4 \
             FROM allowance WHERE account_id = $1 AND deed = $2 AND NOT EXISTS (SELECT FROM counted)",
    )
    .bind::<SqlUuid, _>(who)
    .bind::<Text, _>(limit.deed)
    .bind::<Integer, _>(limit.times)
    .bind::<Double, _>(limit.window.as_secs_f64())
    .get_result(&mut conn)
    .await
    .optional()?;
    // No row: another request of the same person made the row and used it up since this statement began.
    Ok(row.map_or(
        Standing {
            granted: false,
            used: limit.times,
            resets_in: limit.window,
        },
        |row| row.read(limit),
    ))
}

/// How somebody stands, without counting anything.
///
/// # Errors
/// When the database says so.
pub async fn look(mut conn: &AsyncPgConnection, who: Uuid, limit: Limit) -> QueryResult<Standing> {
    let row: Option<Row> = statement(
        "SELECT true AS granted, used, extract(epoch FROM began_at - now())::double precision + $3 AS resets_in \
         FROM allowance WHERE account_id = $1 AND deed = $2 AND began_at > now() - $3 * interval '1 second'",
    )
    .bind::<SqlUuid, _>(who)
    .bind::<Text, _>(limit.deed)
    .bind::<Double, _>(limit.window.as_secs_f64())
    .get_result(&mut conn)
    .await
    .optional()?;
    Ok(row.map_or(
        Standing {
            granted: true,
            used: 0,
            resets_in: limit.window,
        },
        |row| row.read(limit),
    ))
}

/// Forgets windows that are long over.
///
/// # Errors
/// When the database says so.
pub async fn forget_older_than(mut conn: &AsyncPgConnection, hours: i64) -> QueryResult<usize> {
    statement("DELETE FROM allowance WHERE began_at < now() - $1 * interval '1 hour'")
        .bind::<BigInt, _>(hours)
        .execute(&mut conn)
        .await
}
