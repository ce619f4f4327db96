//! Cleans pictures that were confirmed, one at a time, and makes them ready.
//!
//! Whoever takes one has it for a while, and no transaction is open while they read, decode and write. Everything that
//! lasts comes in one transaction at the end: the new keys, the state, the events, and that the work is done. Killed
//! before it, the picture comes to somebody again, and what was written meanwhile has a doom; killed after it, only the
//! file that came is left to the sweep.

use super::{delete_early, fresh_key};
use crate::app::App;
use crate::model::{Announced, Format, GIVEN_UP_AFTER, Inspected, Rejection, Size, inspect};
use crate::pictures::{Cleaned, Flaw, Picture};
use crate::storage::Served;
use crate::store::media::{Rewritten, Row};
use crate::store::renditions::{self, Rendering, Rendition};
use crate::store::{media, objects};
use anyhow::Context;
use chassis::{Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use events::media::MediaRejected;
use events::{Cause, Event, MediaId};
use store::outbox;

/// How long whoever takes a picture has it to themselves. Two who have it are no harm: one of them commits.
const TAKEN_FOR: TimeDelta = TimeDelta::seconds(90);

/// A picture that was taken so often and never brought back has taken the process with it each time.
const MOST_TIMES: i32 = 3;

/// Seconds until the next try when the storage is away.
const AGAIN_AFTER: [i64; 4] = [1, 5, 30, 120];

/// Cleans the picture that waits longest; answers how many it has brought to their end, which is one or none.
pub(crate) async fn render(app: &App) -> Result<usize> {
    let now = Utc::now();
    let taken = renditions::take(&*app.database.connection().await?, now, now + TAKEN_FOR).await?;
    let Some(work) = taken else { return Ok(0) };
    let cause: Cause = serde_json::from_value(work.cause.clone())?;
    let found = media::find(&*app.database.connection().await?, work.media_id).await?;
    let Some(row) = found.filter(|row| row.state == "processing") else {
        renditions::done(&*app.database.connection().await?, work.media_id).await?;
        return Ok(1);
    };
    if work.taken > MOST_TIMES {
        give_up(app, &cause, &row, Rejection::Damaged).await?;
        return Ok(1);
    }
    match clean(app, &row).await {
        Ok(Ok(cleaned)) => match keep(app, &cause, &row, cleaned).await {
            Ok(()) => Ok(1),
            Err(Error::Failed(error)) => put_back(app, &work, &error).await,
            Err(refused) => Err(refused),
        },
        // On a machine that is busy also a simple picture takes long.
        Ok(Err(Rejection::Elaborate)) if work.taken < MOST_TIMES => {
            let due_at = Utc::now() + TimeDelta::seconds(1);
            renditions::try_again(&*app.database.connection().await?, work.media_id, due_at).await?;
            Ok(0)
        }
        Ok(Err(rejection)) => {
            give_up(app, &cause, &row, rejection).await?;
            Ok(1)
        }
        Err(error) => put_back(app, &work, &error).await,
    }
}

/// Reads a picture and cleans it. The bytes are looked at again: only those that are decoded here count.
async fn clean(app: &App, row: &Row) -> anyhow::Result<Result<Cleaned, Rejection>> {
    let announced = row.announced()?;
    let most = u64::try_from(announced.format.limit())?;
    let Some(bytes) = app.storage.read(&row.upload_key, most + 1).await? else {
        return Ok(Err(Rejection::Lost));
    };
    let size = i64::try_from(bytes.len())?;
    match inspect(&announced, &bytes, size) {
        Ok(Inspected::Fine(_)) => {}
        Ok(Inspected::Unclear) => return Ok(Err(Rejection::Damaged)),
        Err(rejection) => return Ok(Err(rejection)),
    }
    let cleaned = app.workshop.clean(bytes, announced.format).await;
    if let Err(flaw) = &cleaned {
        tracing::info!(media.id = %row.id, flaw = ?flaw, "a picture was not taken");
    }
    Ok(cleaned.map_err(|flaw: Flaw| flaw.into()))
}

/// Writes what was cleaned, and makes it ready.
async fn keep(app: &App, cause: &Cause, row: &Row, cleaned: Cleaned) -> Result<()> {
    let announced = row.announced().map_err(Error::Failed)?;
    let (pixels, content_type) = (cleaned.original.pixels, cleaned.original.content_type);
    let size = i64::try_from(cleaned.original.bytes.len())?;
    let original = put(app, row.id, &announced, cleaned.original).await?;
    let mut copies = Vec::new();
    for (size, picture) in [(Size::Large, cleaned.large), (Size::Thumb, cleaned.thumb)] {
        if let Some(picture) = picture {
            copies.push((size, put(app, row.id, &announced, picture).await?));
        }
    }
    let keys: Vec<&String> = std::iter::once(&original)
        .chain(copies.iter().map(|(_, copy)| copy))
        .map(|copy| &copy.object_key)
        .collect();
    let written = Rewritten {
        object_key: &original.object_key,
        content_type,
        size,
        pixels,
    };
    let (upload_doom, id) = (when_upload_goes(row, Utc::now()), row.id);
    let (copies, written, own_keys) = (&copies, &written, &keys);
    let is_ready = app
        .database
        .write(async move |conn| {
            renditions::done(conn, id).await?;
            let Some(ready) = media::finish(conn, id, written).await? else {
                return Ok(false);
            };
            for (size, copy) in copies {
                renditions::insert(conn, id, *size, copy).await?;
            }
            for key in own_keys {
                objects::keep(conn, key).await?;
            }
            objects::let_go(conn, &ready.upload_key, upload_doom).await?;
            outbox::append(
                conn,
                cause,
                ready.version,
                Event::MediaReady(ready.told().map_err(Error::Failed)?),
            )
            .await?;
            Ok(true)
        })
        .await?;
    // Who removed it meanwhile did not know of the new keys.
    let useless = if is_ready { vec![&row.upload_key] } else { keys };
    delete_early(&app.storage, useless).await;
    Ok(())
}

/// Writes a picture under a key that was written down first.
async fn put(app: &App, id: MediaId, announced: &Announced, picture: Picture) -> Result<Rendition> {
    let object_key = fresh_key("media");
    let doomed_at = Utc::now() + GIVEN_UP_AFTER;
    objects::write_down(&*app.database.connection().await?, &object_key, id, doomed_at).await?;
    let format = Format::of(picture.content_type).context("a picture of an unknown type");
    let format = format.map_err(Error::Failed)?;
    let disposition = announced.name.disposition(format);
    let served = Served {
        content_type: picture.content_type,
        disposition: &disposition,
    };
    let written = app.storage.write(&object_key, picture.bytes, served).await;
    written.map_err(Error::Failed)?;
    Ok(Rendition {
        object_key,
        content_type: picture.content_type.to_owned(),
    })
}

/// Tells that a picture came to nothing, and deletes it.
async fn give_up(app: &App, cause: &Cause, row: &Row, rejection: Rejection) -> Result<()> {
    let (upload_doom, id) = (when_upload_goes(row, Utc::now()), row.id);
    app.database
        .write(async move |conn| {
            renditions::done(conn, id).await?;
            let Some(failed) = media::fail(conn, id, rejection.code()).await? else {
                return Ok(());
            };
            objects::let_go(conn, &failed.upload_key, upload_doom).await?;
            let rejected = MediaRejected {
                media_id: failed.id,
                owner_id: failed.owner_id,
                reason: rejection.code().to_owned(),
            };
            outbox::append(conn, cause, failed.version, Event::MediaRejected(rejected)).await?;
            Ok(())
        })
        .await?;
    delete_early(&app.storage, [&row.upload_key]).await;
    Ok(())
}

/// When nothing can be sent to an upload's address any more.
fn when_upload_goes(row: &Row, now: DateTime<Utc>) -> DateTime<Utc> {
    now.max(row.created_at + GIVEN_UP_AFTER)
}

/// Leaves a picture for later, because the storage is away.
async fn put_back(app: &App, work: &Rendering, error: &anyhow::Error) -> Result<usize> {
    tracing::warn!(media.id = %work.media_id, error = format!("{error:#}"), "a picture is left for later");
    let tries = usize::try_from(work.put_back).unwrap_or_default();
    let seconds = AGAIN_AFTER.get(tries).or(AGAIN_AFTER.last()).copied();
    let due_at = Utc::now() + TimeDelta::seconds(seconds.unwrap_or(1));
    renditions::put_back(&*app.database.connection().await?, work.media_id, due_at).await?;
    Ok(0)
}
