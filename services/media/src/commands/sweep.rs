use super::storage_is_away;
use crate::model::GIVEN_UP_AFTER;
use crate::storage::Storage;
use crate::store::{media, objects};
use chassis::{Database, Result};
use chrono::{DateTime, Utc};

const BATCH: i64 = 100;

/// Gives up uploads that were not confirmed in time, and deletes what is doomed. A key is forgotten only after it was
/// deleted; to delete it twice is harmless, so sweeps may meet.
pub(crate) async fn sweep(database: Database, storage: Storage, now: DateTime<Utc>) -> Result<()> {
    let (mut given_up, mut deleted) = (0, 0);
    loop {
        let conn = database.connection().await?;
        let expired = media::expire(&conn, now - GIVEN_UP_AFTER, BATCH).await?;
        given_up += expired;
        if expired == 0 {
            break;
        }
    }
    loop {
        let keys = objects::doomed(&*database.connection().await?, now, BATCH).await?;
        if keys.is_empty() {
            break;
        }
        for key in &keys {
            let deleted = storage.remove(key).await;
            deleted.map_err(|error| storage_is_away(&error))?;
        }
        objects::forget(&*database.connection().await?, &keys).await?;
        deleted += keys.len();
    }
    if given_up + deleted > 0 {
        tracing::info!(given_up, deleted, "swept uploads that came to nothing");
    }
    Ok(())
}
