use super::{announce, now, seen_by};
use crate::model::{Asker, CommentText};
use crate::store::{comments, counts};
use chassis::{Principal, Refusal, Result};
use diesel_async::AsyncPgConnection;
use events::content::Comment;
use events::{Cause, CommentId, Event, PostId};
use store::outbox;

/// Writes a comment below a post that its author may see, or an answer to a comment there.
pub(crate) async fn create_comment(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    author: &Principal,
    post_id: PostId,
    content: CommentText,
    parent_id: Option<CommentId>,
) -> Result<CommentId> {
    counts::lock(conn, post_id).await?;
    seen_by(conn, author, post_id).await?;
    if let Some(parent) = parent_id {
        let parent = comments::find(conn, Asker::from(author), post_id, parent).await?;
        if parent.is_none_or(|parent| parent.parent_id.is_some()) {
            let message = "ParentId must be a comment below this post that is not an answer itself";
            return Err(Refusal::invalid("parentId", message).into());
        }
    }
    let comment = Comment {
        comment_id: CommentId::new(),
        post_id,
        author_id: author.account,
        parent_id,
        content: content.into_string(),
        // Read under the lock, so that comments stand in the order in which they can be seen.
        created_at: now(),
        edited_at: None,
    };
    let id = comment.comment_id;
    comments::insert(conn, author, &comment).await?;
    let row = counts::add_comments(conn, post_id, 1).await?;
    let events = [(1, Event::CommentChanged(comment)), announce::counts(row)];
    outbox::append_all(conn, cause, events).await?;
    Ok(id)
}
