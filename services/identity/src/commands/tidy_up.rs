//! Ending what has come to its time.

use super::end_suspensions::end_suspensions;
use crate::store::{expired, throttles};
use chassis::{Database, Result};
use chrono::{DateTime, TimeDelta, Utc};

/// So many at a time: nobody waits for a long delete.
const BATCH: i64 = 500;

/// For how long what cannot be used any more is kept: whoever is asked what happened can still look.
const KEPT: TimeDelta = TimeDelta::days(30);

/// By then everything that was tried in vain is forgiven, whatever the rule.
const FORGIVEN: TimeDelta = TimeDelta::days(2);

/// Restores those whose suspension is over, and forgets sessions, links and tries that are long over.
///
/// # Errors
/// When the database says so; what was done stays done.
pub(crate) async fn tidy_up(database: &Database, now: DateTime<Utc>) -> Result<()> {
    let restored = end_suspensions(database, now).await?;
    let mut forgotten = 0;
    for table in expired::TABLES {
        loop {
            let conn = database.connection().await?;
            let gone = expired::forget(&conn, table, now - KEPT, BATCH).await?;
            forgotten += gone;
            if gone == 0 {
                break;
            }
        }
    }
    loop {
        let conn = database.connection().await?;
        let gone = throttles::forget(&conn, now - FORGIVEN, BATCH).await?;
        forgotten += gone;
        if gone == 0 {
            break;
        }
    }
    if restored + forgotten > 0 {
        tracing::info!(restored, forgotten, "tidied up what has come to its time");
    }
    Ok(())
}
