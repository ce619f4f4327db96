use super::{announce, no_such_post, now, written_by};
use crate::store::history::{self, Change};
use crate::store::{changes, comments, counts, reactions};
use chassis::{Principal, Result};
use diesel_async::AsyncPgConnection;
use events::content::PostRemoved;
use events::{Cause, Event, PostId};
use store::outbox;

/// Removes a post of one's own, for good, with everything below it. Moderators can look at it for a while.
pub(crate) async fn remove_post(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    author: &Principal,
    id: PostId,
) -> Result<()> {
    written_by(conn, author, id).await?;
    counts::lock(conn, id).await?;
    let now = now();
    let change = Change {
        what: "removed",
        by: author.account,
        at: now,
        reason: None,
    };
    changes::lock_own(conn, id, author.account)
        .await?
        .ok_or_else(no_such_post)?;
    history::keep(conn, id, change).await?;
    let removed = changes::remove_own(conn, id, author.account, now).await?;
    let removed = removed.ok_or_else(no_such_post)?;
    reactions::clear(conn, id).await?;
    let comments = comments::clear(conn, id, now).await?;
    let cleared = counts::clear(conn, id).await?;
    let author_count = counts::add_posts(conn, author.account, -1, -removed.public_share).await?;

    let gone = PostRemoved {
        post_id: id,
        author_id: author.account,
    };
    let events = [
        (removed.version, Event::PostRemoved(gone)),
        announce::counts(cleared),
        announce::author_count(author.account, author_count),
    ];
    let events = events.into_iter().chain(announce::removed_comments(id, comments));
    outbox::append_all(conn, cause, events).await?;
    Ok(())
}
