use crate::store;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::{Envelope, Event};

/// Keeps what an event says of a post's reactions and comments.
pub(crate) async fn keep_counts(conn: &AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    if let Event::PostCountsChanged(counts) = &envelope.event {
        store::counts::upsert(conn, envelope.version, counts).await?;
    }
    Ok(())
}
