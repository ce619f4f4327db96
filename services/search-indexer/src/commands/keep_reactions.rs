use crate::store::{Index, counts, reactions};
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::content::Reaction;

/// Keeps what people's reactions are, each with its version, if it is newer; none to a post that is removed.
pub(crate) async fn keep_reactions(
    conn: &AsyncPgConnection,
    index: Index,
    told: &[(i64, &Reaction)],
) -> Result<()> {
    let posts: Vec<_> = told
        .iter()
        .map(|(_, told)| (told.post_id, told.author_id))
        .collect();
    let held = counts::hold(conn, index, &posts).await?;
    let told: Vec<_> = told
        .iter()
        .copied()
        .filter(|(_, told)| held.contains(&told.post_id))
        .collect();
    Ok(reactions::upsert(conn, index, &told).await?)
}
