//! Erasing a person: their files are removed, then every version of their objects, then the records.
//!
//! Storage is asked outside of any transaction. A key is let go after it was deleted, so whoever comes after a crash
//! deletes again what may be left.

use super::remove_media::removed;
use super::storage_is_away;
use crate::app::App;
use crate::model::GIVEN_UP_AFTER;
use crate::store::{holdings, media, objects};
use chassis::Result;
use chassis::erasure::{Erasure, Progress};
use chrono::Utc;
use diesel_async::AsyncPgConnection;
use events::{AccountId, Cause, MediaId};
use store::outbox;

/// Files, or objects, in one step.
const AT_A_TIME: i64 = 50;

/// Takes the next step.
pub(crate) async fn erase_person(app: &App, erasure: Erasure) -> Result<Progress> {
    let (owner, cause) = (erasure.account, &erasure.cause);
    let removed = app
        .database
        .write(async move |conn| remove_files(conn, cause, owner).await)
        .await?;
    if removed > 0 {
        return Ok(Progress::More);
    }
    let is_in_hand = app
        .database
        .write(async move |conn| Ok(holdings::forget_renderings(conn, owner).await?))
        .await?;
    if is_in_hand {
        // Whoever cleans a picture of this person finds that it is gone, and deletes what they wrote.
        return Ok(Progress::Later);
    }
    let keys = holdings::keys(&*app.database.connection().await?, owner, AT_A_TIME).await?;
    if !keys.is_empty() {
        delete(app, &keys).await?;
        return Ok(Progress::More);
    }
    app.database
        .write(async move |conn| {
            holdings::erase(conn, owner).await?;
            audience::erase(conn, owner).await?;
            Ok(Progress::Done)
        })
        .await
}

/// Removes some files, and tells of those that others had heard of; answers how many there were.
async fn remove_files(conn: &AsyncPgConnection, cause: &Cause, owner: AccountId) -> Result<usize> {
    let rows = media::remove_some_of(conn, owner, AT_A_TIME).await?;
    let ids: Vec<MediaId> = rows.iter().map(|row| row.id).collect();
    objects::doom(conn, &ids, Utc::now()).await?;
    let events = rows.iter().filter_map(|row| Some((row.version, removed(row)?)));
    outbox::append_all(conn, cause, events).await?;
    Ok(rows.len())
}

/// Deletes objects, with every version. Somebody may still have an address that writes there, or be about to: the sweep
/// deletes once more when nobody can any longer.
async fn delete(app: &App, keys: &[String]) -> Result<()> {
    for key in keys {
        let deleted = app.storage.remove(key).await;
        deleted.map_err(|error| storage_is_away(&error))?;
    }
    let conn = app.database.connection().await?;
    holdings::disown(&conn, keys, MediaId::new(), Utc::now() + GIVEN_UP_AFTER).await?;
    Ok(())
}
