use super::{announce, attach, no_such_post, now, written_by};
use crate::model::{Edit, public_share};
use crate::store::history::{self, Change};
use crate::store::{changes, counts};
use chassis::{Principal, Result};
use diesel_async::AsyncPgConnection;
use events::content::Post;
use events::{Cause, Event, PostId};
use store::outbox;

/// Changes a post of one's own; what it was is kept for moderators. An edit that changes nothing leaves no trace.
pub(crate) async fn edit_post(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    author: &Principal,
    id: PostId,
    edit: Edit,
) -> Result<()> {
    written_by(conn, author, id).await?;
    if let Some(files) = &edit.attachments {
        attach::hold(conn, author, files).await?;
    }
    // It may have been removed since it was looked at.
    let before = changes::lock_own(conn, id, author.account).await?;
    let before = before.ok_or_else(no_such_post)?.post;
    let now = now();
    let Some(post) = edit.of(&before, now) else {
        return Ok(());
    };
    let change = Change {
        what: "edited",
        by: author.account,
        at: now,
        reason: None,
    };
    history::keep(conn, id, change).await?;
    if post.media != before.media {
        changes::reattach(conn, &post).await?;
    }
    if post.tags != before.tags {
        changes::retag(conn, &post).await?;
    }
    let version = changes::update(conn, &post).await?;
    let more_public = share(&post) - share(&before);
    let mut events = vec![(version, Event::PostChanged(post))];
    if more_public != 0 {
        let count = counts::add_posts(conn, author.account, 0, more_public).await?;
        events.push(announce::author_count(author.account, count));
    }
    outbox::append_all(conn, cause, events).await?;
    Ok(())
}

fn share(post: &Post) -> i64 {
    public_share(post.visibility, post.state)
}
