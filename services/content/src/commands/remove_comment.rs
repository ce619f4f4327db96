use super::{announce, no_such_comment, now, seen_by};
use crate::model::Asker;
use crate::store::{comments, counts};
use chassis::{Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::{Cause, CommentId, PostId};
use store::outbox;

/// Removes a comment, and the answers to it, for good. Its author may, and the author of the post.
pub(crate) async fn remove_comment(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    (post, id): (PostId, CommentId),
) -> Result<()> {
    counts::lock(conn, post).await?;
    let standing = seen_by(conn, who, post).await?;
    let comment = comments::find(conn, Asker::from(who), post, id).await?;
    let comment = comment.ok_or_else(no_such_comment)?;
    if ![comment.author_id, standing.author_id].contains(&who.account) {
        let message = "Only its author and the author of the post may remove a comment";
        return Err(Refusal::forbidden(message).into());
    }
    let removed = comments::remove(conn, id, now()).await?;
    let fewer = i64::try_from(removed.len())?;
    let row = counts::add_comments(conn, post, -fewer).await?;
    let events = announce::removed_comments(post, removed).chain([announce::counts(row)]);
    outbox::append_all(conn, cause, events).await?;
    Ok(())
}
