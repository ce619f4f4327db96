use super::storage_is_away;
use crate::model::GIVEN_UP_AFTER;
use crate::storage::Storage;
use crate::store::{media, objects};
use chassis::{Database, Result};
use chrono::{DateTime, Utc};

const BATCH: i64 = 100;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Uploads that were given up, because they were not confirmed in time.
    pub given_up: usize,
    /// Keys that were deleted from storage and forgotten.
    pub deleted: usize,
}

/// Gives up uploads that were not confirmed in time, and deletes what is doomed. A key is forgotten only after it was
/// deleted; to delete it twice is harmless, so sweeps may meet.
pub(crate) async fn sweep(database: &Database, storage: &Storage, now: DateTime<Utc>) -> Result<Swept> {
    let mut swept = Swept::default();
    loop {
        let conn = database.connection().await?;
        let given_up = media::expire(&conn, now - GIVEN_UP_AFTER, BATCH).await?;
        swept.given_up += given_up;
        if given_up == 0 {
            break;
        }
    }
    loop {
        let keys = objects::doomed(&*database.connection().await?, now, BATCH).await?;
        if keys.is_empty() {
            return Ok(swept);
        }
        for key in &keys {
            let deleted = storage.remove(key).await;
            deleted.map_err(|error| storage_is_away(&error))?;
        }
        objects::forget(&*database.connection().await?, &keys).await?;
        swept.deleted += keys.len();
    }
}
