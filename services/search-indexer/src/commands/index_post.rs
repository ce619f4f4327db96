use crate::store::{self, Index};
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::content::Post;

/// Makes a post findable as it is now.
pub(crate) async fn index_post(
    conn: &mut AsyncPgConnection,
    index: Index,
    version: i64,
    post: &Post,
) -> Result<()> {
    store::posts::upsert(conn, index, version, post).await?;
    Ok(())
}
