use crate::store;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::content::Post;

/// Makes a post findable as it is now.
pub(crate) async fn index_post(conn: &mut AsyncPgConnection, version: i64, post: &Post) -> Result<()> {
    store::posts::upsert(conn, version, post).await?;
    Ok(())
}
