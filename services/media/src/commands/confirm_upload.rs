//! Looks at what was uploaded, and makes it a file that can be used.
//!
//! No lock is held while storage is asked. Any number may do this for one file at the same time: each copies what it
//! has verified to a key of its own, and the one whose key gets into the row wins; the others answer what it answers.
//! An upload URL that is still good can therefore change nothing that was verified, in whatever order things happen.

use super::{delete_early, fresh_key, no_such_media, storage_is_away, unusable};
use crate::app::App;
use crate::model::{Announced, Described, GIVEN_UP_AFTER, GLANCE, Inspected, LOOK, Rejection, inspect};
use crate::storage::{Served, Storage};
use crate::store::media::{Own, Row};
use crate::store::{media, objects};
use chassis::{Error, Refusal, Result};
use chrono::{DateTime, Utc};
use events::media::{Kind, Media};
use events::{Cause, Event};
use store::outbox;

/// Makes an uploaded file ready. Asked again, it answers the same.
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
        Standing::Ready(row) => return Ok(row),
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
    let won = make_ready(app, cause, own, (&key, announced.format.kind), described).await?;
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
    Ready(Row),
    Pending(Row),
}

/// How the owner's file stands.
async fn standing(app: &App, own: Own) -> Result<Standing> {
    let conn = app.database.connection().await?;
    let row = media::own(&conn, own).await?.ok_or_else(no_such_media)?;
    match row.state.as_str() {
        "ready" => Ok(Standing::Ready(row)),
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
        Standing::Ready(row) => Ok(row),
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
                let described = Described {
                    pixels,
                    duration: None,
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

/// What the bytes tell, and what only the owner can.
fn combine(kind: Kind, found: Described, told: Described) -> Described {
    match kind {
        Kind::Image => found,
        Kind::Video => told,
        Kind::Audio => Described { pixels: None, ..told },
        Kind::Document => Described::default(),
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
    (key, kind): (&str, Kind),
    described: Described,
) -> Result<Option<Row>> {
    app.database
        .write(async move |conn| {
            let Some(row) = media::make_ready(conn, own, key, described).await? else {
                return Ok(None);
            };
            objects::keep(conn, key).await?;
            outbox::append(conn, cause, row.version, ready(&row, kind)).await?;
            Ok(Some(row))
        })
        .await
}

fn ready(row: &Row, kind: Kind) -> Event {
    Event::MediaReady(Media {
        media_id: row.id,
        owner_id: row.owner_id,
        kind,
        content_type: row.content_type.clone(),
        size: row.size,
        width: row.width,
        height: row.height,
        duration: row.duration,
        created_at: row.created_at,
    })
}
