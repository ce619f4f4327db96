//! Putting the archive of an export together once every part has come.
//!
//! It is written to a file of this machine, for a zip ends with its table of contents, and then to storage. Killed in
//! between, it comes to somebody again, who writes the same key anew.

use super::now;
use crate::app::App;
use crate::archive::Archive;
use crate::store::archives::{self, Arrival, Export};
use anyhow::Context;
use chassis::{Error, Result, export};
use chrono::{TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use store::erasures;

/// For how long whoever takes one has it to themselves. Two who have it are no harm: they write the same.
const TAKEN_FOR: TimeDelta = TimeDelta::minutes(30);

/// When something is away.
const AGAIN_AFTER: TimeDelta = TimeDelta::seconds(2);

/// For how long an archive can be fetched.
const KEPT_FOR: TimeDelta = TimeDelta::days(7);

/// Puts the archive together that waits longest; answers how many it has, which is one or none.
///
/// # Errors
/// When the database says so.
pub(crate) async fn assemble_export(app: &App) -> Result<usize> {
    let now = Utc::now();
    let taken = archives::take(&*app.database.connection().await?, now, now + TAKEN_FOR).await?;
    let Some(export) = taken else { return Ok(0) };
    match assemble(app, &export).await {
        Ok(()) => Ok(1),
        Err(error) => {
            tracing::warn!(export.id = %export.id, causes = ?error.causes(), "an archive is left for later");
            let due_at = Utc::now() + AGAIN_AFTER;
            archives::put_back(&*app.database.connection().await?, export.id, due_at).await?;
            Ok(0)
        }
    }
}

async fn assemble(app: &App, export: &Export) -> Result<()> {
    let arrivals = archives::arrivals(&*app.database.connection().await?, export.id).await?;
    let file = tempfile::NamedTempFile::new()
        .context("there is no place for an archive")
        .map_err(Error::Failed)?;
    let size = Box::pin(write(app, export, &arrivals, &file))
        .await
        .map_err(Error::Failed)?;
    let key = format!("{}archive.zip", export::folder(export.id));
    let stored = app.bucket.write_file(&key, file.path(), "application/zip").await;
    stored.map_err(Error::Failed)?;
    let kept = &key;
    let is_wanted = app
        .database
        .write(async move |conn| finish(conn, export, kept, size).await)
        .await?;
    if !is_wanted {
        app.bucket.remove(&key).await.map_err(Error::Failed)?;
    }
    for part in &arrivals {
        // What stays goes with the archive.
        if let Err(error) = app.bucket.remove(&part.key).await {
            tracing::warn!(export.id = %export.id, error = format!("{error:#}"), "a part was not deleted");
        }
    }
    Ok(())
}

/// Writes the archive into a file; answers how large it is.
async fn write(
    app: &App,
    export: &Export,
    arrivals: &[Arrival],
    file: &tempfile::NamedTempFile,
) -> anyhow::Result<i64> {
    let mut archive = Archive::begin(file.reopen()?);
    for arrival in arrivals {
        let part = app.bucket.read(&arrival.key).await?;
        let part = part.with_context(|| format!("the part of {} is not there", arrival.service))?;
        let holdings: export::Holdings = serde_json::from_slice(&part)?;
        archive.add_rows(&arrival.service, &holdings.rows)?;
        for held in &holdings.files {
            archive.add_file(&app.bucket, &arrival.service, held).await?;
        }
    }
    archive.end(export.id, export.account_id, export.requested_at)?;
    Ok(i64::try_from(file.as_file().metadata()?.len())?)
}

/// Says that an archive can be fetched; whether its person is still there.
async fn finish(conn: &AsyncPgConnection, export: &Export, key: &str, size: i64) -> Result<bool> {
    let erased = erasures::erased_among(conn, &[export.account_id.0]).await?;
    if !erased.is_empty() {
        return Ok(false);
    }
    let now = now();
    archives::finish(conn, export.id, (key, size), (now, now + KEPT_FOR)).await?;
    Ok(true)
}
