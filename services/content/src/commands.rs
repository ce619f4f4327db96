//! The use cases, one a file. Each runs inside the transaction that its caller opened; wiping and erasing open their own.

pub(crate) mod create_comment;
pub(crate) mod create_post;
pub(crate) mod edit_comment;
pub(crate) mod edit_post;
pub(crate) mod erase_person;
pub(crate) mod handle_report;
pub(crate) mod hide_post;
pub(crate) mod react;
pub(crate) mod remove_comment;
pub(crate) mod remove_post;
pub(crate) mod report_post;
pub(crate) mod restore_post;
pub(crate) mod take_author;
pub(crate) mod take_media;
pub(crate) mod wipe_removed;

mod announce;
mod attach;
mod moderate;
mod note_deed;

use crate::model::Asker;
use crate::store::posts::{self, Standing};
use audience::Verdict;
use chassis::{Caller, Principal, Refusal, Result};
use chrono::{DateTime, SubsecRound, Utc};
use diesel_async::AsyncPgConnection;
use events::PostId;
use std::sync::Arc;

/// The present, as precisely as it is shown.
fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}

/// 404 `POST_NOT_FOUND`.
pub(crate) fn no_such_post() -> Refusal {
    Refusal::not_found("POST_NOT_FOUND", "There is no such post")
}

/// 404 `COMMENT_NOT_FOUND`.
fn no_such_comment() -> Refusal {
    Refusal::not_found("COMMENT_NOT_FOUND", "There is no such comment below this post")
}

/// A post that this member may see, or the refusal they would be given for reading it.
async fn seen_by(conn: &AsyncPgConnection, member: &Principal, id: PostId) -> Result<Standing> {
    let standing = posts::standing(conn, Asker::from(member), id).await?;
    let standing = standing.ok_or_else(no_such_post)?;
    let caller = Caller::Account(Arc::new(member.clone()));
    Verdict::parse(&standing.verdict).admit(&caller, no_such_post())?;
    Ok(standing)
}

/// Lets the author of a post through; everybody else is first refused as for reading it.
async fn written_by(conn: &AsyncPgConnection, member: &Principal, id: PostId) -> Result<()> {
    let standing = seen_by(conn, member, id).await?;
    if standing.author_id != member.account {
        return Err(Refusal::forbidden("Only its author may change a post").into());
    }
    Ok(())
}
