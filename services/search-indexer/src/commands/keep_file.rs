use crate::store;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::{Envelope, Event};

/// Keeps what an event says of a file that posts may show.
pub(crate) async fn keep_file(conn: &AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    let version = envelope.version;
    match &envelope.event {
        Event::MediaConfirmed(file) => store::files::upsert(conn, version, file, false).await?,
        Event::MediaReady(file) => store::files::upsert(conn, version, file, true).await?,
        Event::MediaRejected(file) => store::files::bury(conn, version, file.media_id, file.owner_id).await?,
        Event::MediaRemoved(file) => store::files::bury(conn, version, file.media_id, file.owner_id).await?,
        _ => 0,
    };
    Ok(())
}
