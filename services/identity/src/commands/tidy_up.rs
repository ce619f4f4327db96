//! Ending what has come to its time.

use super::administer::end_suspension;
use crate::store::security_log::Line;
use crate::store::{expired, suspensions, throttles};
use chassis::{Database, Result};
use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use events::{AccountId, Cause};
use serde_json::json;

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
    let restored = restore_those_whose_time_has_come(database, now).await?;
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

async fn restore_those_whose_time_has_come(database: &Database, now: DateTime<Utc>) -> Result<usize> {
    let mut restored = 0;
    loop {
        let batch = async |conn: &mut AsyncPgConnection| {
            let over = suspensions::lock_over(conn, now, BATCH).await?;
            for account in &over {
                end_suspension(conn, &Cause::system(), *account, &line(*account), now).await?;
            }
            Ok(over.len())
        };
        let done = database.write(batch).await?;
        restored += done;
        if done == 0 {
            return Ok(restored);
        }
    }
}

fn line(account: AccountId) -> Line {
    Line {
        account: Some(account),
        detail: Some(json!({ "because": "its time was over" })),
        ..Line::default()
    }
}
