use super::{announce, attach, no_such_post, now, written_by};
use crate::model::{Edit, public_share};
use crate::store::{counts, posts};
use chassis::{Principal, Result};
use diesel_async::AsyncPgConnection;
use events::content::Post;
use events::{Cause, Event, PostId};
use store::outbox;

/// Changes a post of one's own. An edit that changes nothing leaves no trace.
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
    let before = posts::lock_own(conn, id, author.account).await?;
    let before = before.ok_or_else(no_such_post)?.post;
    let Some(post) = edit.of(&before, now()) else {
        return Ok(());
    };
    if post.media != before.media {
        posts::reattach(conn, &post).await?;
    }
    if post.tags != before.tags {
        posts::retag(conn, &post).await?;
    }
    let version = posts::update(conn, &post).await?;
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
