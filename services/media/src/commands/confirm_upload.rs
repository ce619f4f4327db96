//! Looks at what was uploaded, and makes it a file that can be used; or, when it is a picture, one that is to be
//! cleaned, of which nothing is copied: what is shown will be written anew.
//!
//! No lock is held while storage is asked. Any number may do this for one file at the same time: each copies what it
//! has verified to a key of its own, and the one whose key gets into the row wins; the others answer what it answers.
//! An upload URL that is still good can therefore change nothing that was verified, in whatever order things happen.

use super::{delete_early, fresh_key, no_such_media, storage_is_away, unusable};
use crate::app::App;
use crate::model::{
    self, Announced, Boxes, Described, GIVEN_UP_AFTER, GLANCE, Inspected, LOOK, Rejection, TAIL, inspect,
};
use crate::storage::{Glimpse, Served, Storage};
use crate::store::media::{Own, Row};
use crate::store::{media, objects};
use chassis::{Error, Refusal, Result};
use chrono::{DateTime, Utc};
use events::media::Kind;
use events::{Cause, Event};
use store::outbox;

/// Makes an uploaded file ready, or a picture one that is being cleaned. Asked again, it answers the same.
///
/// # Errors
/// 404 when it is none of the owner's; 400 when nothing was uploaded yet, and when the bytes are not what was
/// announced: then the file is given up.
pub(crate) async fn confirm_upload(
    app: &App,
    cause: &Cause,
    own: Own,
    described: Described,
    now: DateTime<Utc>,
) -> Result<Row> {
    let pending = match standing(app, own).await? {
        Standing::Confirmed(row) => return Ok(row),
        Standing::Pending(row) => row,
    };
    let announced = pending.announced().map_err(Error::Failed)?;
    let (etag, described) = match examine(&app.storage, &pending.upload_key, &announced).await? {
        Examined::Fine {
            etag,
            described: found,
        } => (etag, combine(announced.format.kind, found, described)),
        Examined::Wrong(rejection) => {
            give_up(app, own, &pending, rejection).await?;
            return settled(app, own).await;
        }
        // Perhaps because somebody else has just confirmed it.
        Examined::Absent => return settled(app, own).await,
    };
    if announced.format.kind == Kind::Image {
        return match begin(app, cause, own, described).await? {
            Some(row) => Ok(row),
            None => settled(app, own).await,
        };
    }
    let key = fresh_key("media");
    let written = app.database.connection().await?;
    objects::write_down(&written, &key, own.id, now + GIVEN_UP_AFTER).await?;
    drop(written);

    let disposition = announced.disposition();
    let served = Served {
        content_type: announced.format.content_type,
        disposition: &disposition,
    };
    let promoted = app
        .storage
        .promote(&pending.upload_key, &etag, &key, served)
        .await;
    if !promoted.map_err(|error| storage_is_away(&error))? {
        return settled(app, own).await;
    }
    let won = make_ready(app, cause, own, &key, described).await?;
    delete_early(
        &app.storage,
        [if won.is_some() { &pending.upload_key } else { &key }],
    )
    .await;
    match won {
        Some(row) => Ok(row),
        None => settled(app, own).await,
    }
}

enum Standing {
    Confirmed(Row),
    Pending(Row),
}

/// How the owner's file stands.
async fn standing(app: &App, own: Own) -> Result<Standing> {
    let conn = app.database.connection().await?;
    let row = media::own(&conn, own).await?.ok_or_else(no_such_media)?;
    match row.state.as_str() {
        "processing" | "ready" | "failed" => Ok(Standing::Confirmed(row)),
        "pending" => Ok(Standing::Pending(row)),
        _ => {
            let rejection = row.rejected_for.as_deref().and_then(Rejection::parse);
            Err(rejection.map_or_else(no_such_media, refused).into())
        }
    }
}

/// The answer when there was nothing to do here: somebody else did it, or there is nothing yet.
async fn settled(app: &App, own: Own) -> Result<Row> {
    match standing(app, own).await? {
        Standing::Confirmed(row) => Ok(row),
        Standing::Pending(_) => {
            let message = "Nothing was uploaded yet; send the file to its uploadUrl first";
            Err(unusable("MEDIA_NOT_UPLOADED", message).into())
        }
    }
}

fn refused(rejection: Rejection) -> Refusal {
    unusable(rejection.code(), rejection.message())
}

enum Examined {
    Fine { etag: String, described: Described },
    Wrong(Rejection),
    Absent,
}

/// Looks at the beginning, and at more only where that does not tell enough.
async fn examine(storage: &Storage, key: &str, announced: &Announced) -> Result<Examined> {
    for most in [GLANCE, LOOK] {
        let glimpse = storage.glimpse(key, most).await;
        let Some(glimpse) = glimpse.map_err(|error| storage_is_away(&error))? else {
            return Ok(Examined::Absent);
        };
        match inspect(announced, &glimpse.head, glimpse.size) {
            Ok(Inspected::Fine(pixels)) => {
                let is_whole = pixels.is_some() || is_whole(storage, key, announced, &glimpse).await?;
                if !is_whole {
                    return Ok(Examined::Wrong(Rejection::Damaged));
                }
                let described = Described {
                    pixels,
                    ..Described::default()
                };
                return Ok(Examined::Fine {
                    etag: glimpse.etag,
                    described,
                });
            }
            Ok(Inspected::Unclear) => {}
            Err(rejection) => return Ok(Examined::Wrong(rejection)),
        }
    }
    Ok(Examined::Wrong(Rejection::Damaged))
}

/// Looks at as much more as tells whether the file is whole.
async fn is_whole(storage: &Storage, key: &str, announced: &Announced, glimpse: &Glimpse) -> Result<bool> {
    let size = u64::try_from(glimpse.size)?;
    if !matches!(
        announced.format.content_type,
        "audio/mp4" | "video/mp4" | "video/quicktime"
    ) {
        let tail = storage.slice(key, size.saturating_sub(TAIL), TAIL).await;
        let tail = tail.map_err(|error| storage_is_away(&error))?;
        return Ok(model::is_whole(announced.format, size, &glimpse.head, &tail));
    }
    let mut boxes = Boxes::of(size);
    loop {
        match boxes.next() {
            Err(is_whole) => return Ok(is_whole),
            Ok(at) => {
                let header = storage.slice(key, at, Boxes::HEADER).await;
                if !boxes.take(&header.map_err(|error| storage_is_away(&error))?) {
                    return Ok(false);
                }
            }
        }
    }
}

/// What the bytes tell, and what only the owner can.
fn combine(kind: Kind, found: Described, told: Described) -> Described {
    match kind {
        Kind::Image => Described {
            alt_text: told.alt_text,
            ..found
        },
        Kind::Video => told,
        Kind::Audio => Described { pixels: None, ..told },
        Kind::Document => Described {
            alt_text: told.alt_text,
            ..Described::default()
        },
    }
}

async fn give_up(app: &App, own: Own, pending: &Row, rejection: Rejection) -> Result<()> {
    let conn = app.database.connection().await?;
    media::reject(&conn, own, rejection.code()).await?;
    drop(conn);
    delete_early(&app.storage, [&pending.upload_key]).await;
    Ok(())
}

/// Puts the key into the row, unless somebody else did, and publishes.
async fn make_ready(
    app: &App,
    cause: &Cause,
    own: Own,
    key: &str,
    described: Described,
) -> Result<Option<Row>> {
    app.database
        .write(async move |conn| {
            let Some(row) = media::make_ready(conn, own, key, &described).await? else {
                return Ok(None);
            };
            objects::keep(conn, key).await?;
            outbox::append(
                conn,
                cause,
                row.version,
                Event::MediaReady(row.told().map_err(Error::Failed)?),
            )
            .await?;
            Ok(Some(row))
        })
        .await
}

/// Takes a picture as one that is to be cleaned, unless somebody else did, and publishes.
async fn begin(app: &App, cause: &Cause, own: Own, described: Described) -> Result<Option<Row>> {
    app.database
        .write(async move |conn| {
            let Some(row) = media::begin(conn, own, &described).await? else {
                return Ok(None);
            };
            // However long cleaning has to wait, the sweep does not take it.
            if objects::keep(conn, &row.upload_key).await? == 0 {
                return Err(no_such_media().into());
            }
            outbox::append(
                conn,
                cause,
                row.version,
                Event::MediaConfirmed(row.told().map_err(Error::Failed)?),
            )
            .await?;
            Ok(Some(row))
        })
        .await
}
