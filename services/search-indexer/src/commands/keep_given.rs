use crate::store::{counts, reactions};
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::{Envelope, Event};

/// Keeps what an event says of what a post was given: how many reactions and comments, and whose reaction.
pub(crate) async fn keep_given(conn: &AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    let version = envelope.version;
    match &envelope.event {
        Event::PostCountsChanged(told) => {
            counts::upsert(conn, version, told).await?;
        }
        Event::ReactionChanged(told) if counts::hold(conn, told.post_id).await? => {
            reactions::upsert(conn, version, told).await?;
        }
        _ => {}
    }
    Ok(())
}
