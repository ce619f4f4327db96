//! Erasing a person, in steps: posts, comments, reactions, then the rest. Each step lasts by itself and tells what it
//! did, so that whoever comes after a crash goes on with what is left.

use super::announce;
use crate::store::counts;
use crate::store::erasure::{self, ErasedComment, ErasedReaction, Gone};
use ::store::outbox;
use chassis::erasure::{Erasure, Progress};
use chassis::{Database, Result};
use diesel_async::AsyncPgConnection;
use events::content::PostRemoved;
use events::{AccountId, Cause, Event, PostId};
use std::collections::BTreeMap;

/// Posts, comments or reactions in one step.
const AT_A_TIME: i64 = 50;

/// Takes the next step.
pub(crate) async fn erase_person(database: &Database, erasure: Erasure) -> Result<Progress> {
    database
        .write(async move |conn| {
            let (who, cause) = (erasure.account, &erasure.cause);
            let is_done = !erase_posts(conn, cause, who).await?
                && !erase_comments(conn, cause, who).await?
                && !erase_reactions(conn, cause, who).await?;
            if !is_done {
                return Ok(Progress::More);
            }
            erasure::delete_rest(conn, who).await?;
            audience::erase(conn, who).await?;
            Ok(Progress::Done)
        })
        .await
}

/// Erases some posts with everything below them; whether there were any.
async fn erase_posts(conn: &AsyncPgConnection, cause: &Cause, author: AccountId) -> Result<bool> {
    let posts = erasure::lock_posts(conn, author, AT_A_TIME).await?;
    if posts.is_empty() {
        return Ok(false);
    }
    let (comments, gone) = erasure::delete_posts(conn, &posts).await?;
    let removed = gone.into_iter().filter(|post| !post.was_removed);
    let removed = removed.map(|Gone { id, version, .. }| {
        let post = PostRemoved {
            post_id: id,
            author_id: author,
        };
        (version, Event::PostRemoved(post))
    });
    outbox::append_all(conn, cause, removed.chain(told(&comments))).await?;
    Ok(true)
}

/// Erases some comments on posts of others with the answers to them; whether there were any.
async fn erase_comments(conn: &AsyncPgConnection, cause: &Cause, author: AccountId) -> Result<bool> {
    let comments = erasure::delete_comments(conn, author, AT_A_TIME).await?;
    let mut fewer = BTreeMap::<PostId, i64>::new();
    for comment in comments.iter().filter(|comment| !comment.was_removed) {
        *fewer.entry(comment.post_id).or_default() += 1;
    }
    let mut events: Vec<_> = told(&comments).collect();
    for (post, fewer) in fewer {
        let row = counts::add_comments(conn, post, -fewer).await?;
        events.push(announce::counts(row));
    }
    outbox::append_all(conn, cause, events).await?;
    Ok(!comments.is_empty())
}

/// Erases some reactions; whether there were any.
async fn erase_reactions(conn: &AsyncPgConnection, cause: &Cause, who: AccountId) -> Result<bool> {
    let mut reactions = erasure::delete_reactions(conn, who, AT_A_TIME).await?;
    reactions.sort_by_key(|reaction| reaction.post_id);
    let mut events = Vec::new();
    for ErasedReaction { post_id, r#type } in &reactions {
        let row = counts::swap_reaction(conn, *post_id, Some(*r#type), None).await?;
        events.push(announce::counts(row));
    }
    outbox::append_all(conn, cause, events).await?;
    Ok(!reactions.is_empty())
}

/// Comments that others had heard of, said to be gone.
fn told(comments: &[ErasedComment]) -> impl Iterator<Item = (i64, Event)> {
    let removed = comments.iter().filter(|comment| !comment.was_removed);
    removed.flat_map(|comment| announce::removed_comments(comment.post_id, vec![comment.into()]))
}
