use crate::app::App;
use crate::store::{archives, departures};
use chassis::{Error, Result, export};
use chrono::{DateTime, Utc};
use events::ExportId;

/// Exports at a time.
const BATCH: i64 = 50;

/// Forgets receipts and archives whose time is over. An archive is deleted before it is forgotten, so any number may be
/// at it at once.
///
/// # Errors
/// When the database or the storage says so; what was done stays done.
pub(crate) async fn forget_departed(app: &App, now: DateTime<Utc>) -> Result<()> {
    departures::forget_receipts(&*app.database.connection().await?, now).await?;
    loop {
        let expired = archives::expired(&*app.database.connection().await?, now, BATCH).await?;
        if expired.is_empty() {
            return Ok(());
        }
        for id in expired {
            delete(app, id).await?;
        }
    }
}

async fn delete(app: &App, id: ExportId) -> Result<()> {
    let keys = app
        .bucket
        .keys_below(&export::folder(id))
        .await
        .map_err(Error::Failed)?;
    for key in keys {
        app.bucket.remove(&key).await.map_err(Error::Failed)?;
    }
    archives::forget(&*app.database.connection().await?, id).await?;
    Ok(())
}
