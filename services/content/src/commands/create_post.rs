use super::{announce, attach, now};
use crate::model::Draft;
use crate::store::changes;
use chassis::{Principal, Result};
use diesel_async::AsyncPgConnection;
use events::content::{Post, PostState};
use events::{Cause, Event, PostId};
use store::outbox;

/// Publishes a post.
pub(crate) async fn create_post(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    author: &Principal,
    draft: Draft,
) -> Result<PostId> {
    attach::hold(conn, author, &draft.attachments).await?;
    let post = Post {
        post_id: PostId::new(),
        author_id: author.account,
        content: draft.content.into_string(),
        visibility: draft.visibility,
        tags: draft.tags.into_strings(),
        media: draft.attachments.into_ids(),
        state: PostState::Published,
        created_at: now(),
        edited_at: None,
    };
    let id = post.post_id;
    let count = changes::insert(conn, author, &post).await?;
    let events = [
        (1, Event::PostChanged(post)),
        announce::author_count(author.account, count),
    ];
    outbox::append_all(conn, cause, events).await?;
    Ok(id)
}
