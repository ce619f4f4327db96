//! What is shown: rows made into views. Nothing here changes anything.

mod comments;
mod holdings;
mod moderation;
mod posts;
mod reactions;
mod snapshot;

pub(crate) use comments::{CommentView, comment, comments};
pub(crate) use holdings::holdings;
pub(crate) use moderation::{DeedView, HistoryView, ReportView, deeds, post_history, report, reports};
pub(crate) use posts::{
    AuthorView, PostView, count_of_author, home_feed, post, posts_of_author, public_feed,
};
pub(crate) use reactions::{ReactionCounts, ReactionView, reactions};
pub(crate) use snapshot::snapshot;

use crate::commands::no_such_post;
use crate::model::Asker;
use crate::store;
use audience::Verdict;
use chassis::{Caller, Result};
use diesel_async::AsyncPgConnection;
use events::{MediaId, PostId};

/// Refuses those who may not see a post; what hangs below it is for the others.
async fn admit(conn: &AsyncPgConnection, caller: &Caller, post: PostId) -> Result<store::posts::Standing> {
    let standing = store::posts::standing_to_reader(conn, Asker::from(caller), post).await?;
    let standing = standing.ok_or_else(no_such_post)?;
    Verdict::parse(&standing.verdict).admit(caller, no_such_post())?;
    Ok(standing)
}

/// The stable address of a file's content; whoever asks there is checked again.
fn media_url(id: MediaId) -> String {
    format!("/api/media/{id}/content")
}

/// The stable address of somebody's picture, in the size that lists show.
fn picture_url(id: MediaId) -> String {
    format!("{}?size=thumb", media_url(id))
}
