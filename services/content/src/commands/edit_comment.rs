use super::{no_such_comment, now, seen_by};
use crate::model::{Asker, CommentText};
use crate::store::comments;
use chassis::{Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::content::Comment;
use events::{Cause, CommentId, Event, PostId};
use store::outbox;

/// Changes the words of a comment of one's own. The same words leave no trace.
pub(crate) async fn edit_comment(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    author: &Principal,
    (post_id, id): (PostId, CommentId),
    content: CommentText,
) -> Result<()> {
    seen_by(conn, author, post_id).await?;
    let row = comments::find(conn, Asker::from(author), post_id, id).await?;
    let row = row.ok_or_else(no_such_comment)?;
    if row.author_id != author.account {
        return Err(Refusal::forbidden("Only its author may change a comment").into());
    }
    let comment = Comment {
        comment_id: id,
        post_id,
        author_id: row.author_id,
        parent_id: row.parent_id,
        content: content.into_string(),
        created_at: row.created_at,
        edited_at: Some(now()),
    };
    if comment.content == row.content {
        return Ok(());
    }
    // It may have been removed since it was looked at.
    let version = comments::update_own(conn, author.account, &comment).await?;
    let version = version.ok_or_else(no_such_comment)?;
    outbox::append(conn, cause, version, Event::CommentChanged(comment)).await?;
    Ok(())
}
