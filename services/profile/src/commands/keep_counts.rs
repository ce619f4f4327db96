use crate::store::counts;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::content::AuthorPostCount;
use events::social_graph::RelationshipCounts;

/// Keeps how many people somebody is related to.
pub(crate) async fn keep_relationship_counts(
    conn: &AsyncPgConnection,
    version: i64,
    counted: &RelationshipCounts,
) -> Result<()> {
    counts::apply_relationships(conn, version, counted).await?;
    Ok(())
}

/// Keeps how many posts somebody has.
pub(crate) async fn keep_post_count(
    conn: &AsyncPgConnection,
    version: i64,
    counted: &AuthorPostCount,
) -> Result<()> {
    counts::apply_posts(conn, version, counted).await?;
    Ok(())
}
