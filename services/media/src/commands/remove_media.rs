use super::not_theirs;
use crate::model::Viewer;
use crate::store::media::{self, Own, Row};
use crate::store::objects;
use chassis::Result;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use events::media::MediaRemoved;
use events::{Cause, Event};
use store::outbox;

/// Removes a file of one's own. Its objects are doomed with the commit; answers their keys, for the caller to delete
/// them early.
///
/// # Errors
/// 404 when it is not there for this asker, 403 when it is and is somebody else's.
pub(crate) async fn remove_media(
    conn: &AsyncPgConnection,
    cause: &Cause,
    own: Own,
    viewer: Viewer,
    now: DateTime<Utc>,
) -> Result<Vec<String>> {
    let Some(row) = media::remove(conn, own).await? else {
        return Err(not_theirs(conn, viewer, own.id).await?.into());
    };
    objects::doom(conn, &[row.id], now).await?;
    if let Some(event) = removed(&row) {
        outbox::append(conn, cause, row.version, event).await?;
    }
    Ok(objects::keys_of(conn, row.id).await?)
}

/// What is published of a removal: nothing when nobody had heard of the file.
pub(super) fn removed(row: &Row) -> Option<Event> {
    // The first version is the announcement, which others are not told; what was never confirmed has two.
    (row.version > 2).then_some(Event::MediaRemoved(MediaRemoved {
        media_id: row.id,
        owner_id: row.owner_id,
    }))
}
