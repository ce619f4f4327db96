use crate::store::{self, Index};
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::content::PostRemoved;

/// Keeps nothing of a post but its version, so that an older event which comes late does not bring it back.
pub(crate) async fn forget_post(
    conn: &mut AsyncPgConnection,
    index: Index,
    version: i64,
    post: &PostRemoved,
) -> Result<()> {
    store::posts::bury(conn, index, version, post).await?;
    store::counts::bury(conn, index, post).await?;
    store::reactions::forget(conn, index, post).await?;
    Ok(())
}
