use super::not_theirs;
use crate::model::{AltText, Viewer};
use crate::store::media::{self, Own, Row};
use chassis::{Error, Result};
use diesel_async::AsyncPgConnection;
use events::{Cause, Event};
use store::outbox;

/// Says in words what a file of one's own shows, or no longer. Others are told if they had heard of the file.
///
/// # Errors
/// 404 when it is not there for this asker, 403 when it is and is somebody else's.
pub(crate) async fn describe_media(
    conn: &AsyncPgConnection,
    cause: &Cause,
    own: Own,
    viewer: Viewer,
    alt_text: Option<&AltText>,
) -> Result<Row> {
    let Some(row) = media::describe(conn, own, alt_text).await? else {
        return own_file(conn, own, viewer).await;
    };
    let told = || row.told().map_err(Error::Failed);
    let event = match row.state.as_str() {
        "processing" => Some(Event::MediaConfirmed(told()?)),
        "ready" => Some(Event::MediaReady(told()?)),
        _ => None,
    };
    if let Some(event) = event {
        outbox::append(conn, cause, row.version, event).await?;
    }
    Ok(row)
}

/// A file of one's own, as it is.
///
/// # Errors
/// As [`describe_media`].
pub(crate) async fn own_file(conn: &AsyncPgConnection, own: Own, viewer: Viewer) -> Result<Row> {
    let row = media::own(conn, own).await?;
    match row.filter(|row| !matches!(row.state.as_str(), "rejected" | "removed")) {
        Some(row) => Ok(row),
        None => Err(not_theirs(conn, viewer, own.id).await?.into()),
    }
}
