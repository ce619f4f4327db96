//! Which files can be attached: told by media.

use crate::store::{changes, media};
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::media::{Media, MediaRemoved};
use events::{Cause, Event};
use store::outbox;

/// Notes that a file can be attached, and whether it can be seen already.
pub(crate) async fn take_file(
    conn: &mut AsyncPgConnection,
    version: i64,
    file: &Media,
    ready: bool,
) -> Result<()> {
    media::take(conn, version, file, ready).await?;
    Ok(())
}

/// Notes that a file is gone, or came to nothing, and takes it off the posts that show it.
pub(crate) async fn take_removed(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    version: i64,
    file: &MediaRemoved,
) -> Result<()> {
    if !media::take_removed(conn, version, file.media_id, file.owner_id).await? {
        return Ok(());
    }
    let changed = changes::detach(conn, file.media_id).await?;
    let events = changed
        .into_iter()
        .map(|whole| (whole.version, Event::PostChanged(whole.post)));
    outbox::append_all(conn, cause, events).await?;
    Ok(())
}
