use crate::store::history;
use chassis::{Database, Result};
use chrono::{DateTime, TimeDelta, Utc};

/// For how long moderators can look at what its author has removed.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);

/// Most posts in one transaction.
const AT_A_TIME: i64 = 500;

/// Wipes what was removed thirty days ago. Any number may do it at once.
pub(crate) async fn wipe_removed(database: &Database, now: DateTime<Utc>) -> Result<()> {
    let conn = database.connection().await?;
    while history::wipe_removed(&conn, now - KEPT_FOR, AT_A_TIME).await? > 0 {}
    Ok(())
}
