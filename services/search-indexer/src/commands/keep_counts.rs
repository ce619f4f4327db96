use crate::store::{self, Index};
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::content::PostCounts;

/// Keeps how often a post was reacted to and commented, if it is newer.
pub(crate) async fn keep_counts(
    conn: &AsyncPgConnection,
    index: Index,
    version: i64,
    told: &PostCounts,
) -> Result<()> {
    Ok(store::counts::upsert(conn, index, version, told).await?)
}
