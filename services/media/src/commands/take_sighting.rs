//! Where files can be seen.

use crate::store::sightings;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::content::{Post, PostRemoved};
use events::profile::Card;

/// The files attached to a post, and for whom the post is.
pub(crate) async fn take_post(conn: &AsyncPgConnection, version: i64, post: &Post) -> Result<()> {
    sightings::upsert_post(conn, version, post).await?;
    Ok(())
}

/// A post that is gone shows nothing.
pub(crate) async fn take_removed_post(
    conn: &AsyncPgConnection,
    version: i64,
    post: &PostRemoved,
) -> Result<()> {
    sightings::bury_post(conn, version, post).await?;
    Ok(())
}

/// A person's pictures.
pub(crate) async fn take_card(conn: &AsyncPgConnection, version: i64, card: &Card) -> Result<()> {
    sightings::upsert_portrait(conn, version, card).await?;
    Ok(())
}
