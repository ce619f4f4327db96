//! Ending suspensions whose time is over.

use super::administer::end_suspension;
use crate::store::security_log::Line;
use crate::store::suspensions;
use chassis::{Database, Result};
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::{AccountId, Cause};
use serde_json::json;

/// So many at a time: nobody waits for a long transaction.
const BATCH: i64 = 500;

/// Restores those whose suspension is over; answers how many.
///
/// # Errors
/// When the database says so; what was done stays done.
pub(crate) async fn end_suspensions(database: &Database, now: DateTime<Utc>) -> Result<usize> {
    let mut restored = 0;
    // Looked for without a write, which would wake the worker that looks.
    while suspensions::is_any_over(&*database.connection().await?, now).await? {
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
            // Somebody else has them in hand.
            break;
        }
    }
    Ok(restored)
}

fn line(account: AccountId) -> Line {
    Line {
        account: Some(account),
        detail: Some(json!({ "because": "its time was over" })),
        ..Line::default()
    }
}
