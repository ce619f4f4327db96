//! Taking a post away, and giving it back.

use super::note_deed::note_deed;
use super::{announce, no_such_post, now};
use crate::model::public_share;
use crate::store::audit::Deed;
use crate::store::history::{self, Change};
use crate::store::{changes, counts};
use chassis::{Principal, Result};
use diesel_async::AsyncPgConnection;
use events::content::{Post, PostState};
use events::{Cause, DeedId, Event, PostId};
use store::outbox;

/// A state that a moderator gives to a post, in the words of history and audit.
pub(super) struct Judgement<'a> {
    pub(super) state: PostState,
    pub(super) change: &'static str,
    pub(super) deed: &'static str,
    pub(super) reason: Option<&'a str>,
}

/// Gives a post this state. One that has it already is left as it is, and nothing is told or noted.
pub(super) async fn judge(
    conn: &AsyncPgConnection,
    cause: &Cause,
    moderator: &Principal,
    id: PostId,
    judgement: Judgement<'_>,
) -> Result<()> {
    let before = changes::lock(conn, id).await?.ok_or_else(no_such_post)?.post;
    if before.state == judgement.state {
        return Ok(());
    }
    let now = now();
    let change = Change {
        what: judgement.change,
        by: moderator.account,
        at: now,
        reason: judgement.reason,
    };
    history::keep(conn, id, change).await?;
    let version = changes::set_state(conn, id, judgement.state).await?;
    let post = Post {
        state: judgement.state,
        ..before.clone()
    };
    let more_public = share(&post) - share(&before);
    let mut events = vec![(version, Event::PostChanged(post))];
    if more_public != 0 {
        let count = counts::add_posts(conn, before.author_id, 0, more_public).await?;
        events.push(announce::author_count(before.author_id, count));
    }
    let deed = Deed {
        id: DeedId::new(),
        actor: moderator.account,
        what: judgement.deed,
        subject_kind: "post",
        subject: id.0,
        request: cause.correlation_id,
    };
    note_deed(conn, cause, deed, before.author_id, now).await?;
    outbox::append_all(conn, cause, events).await?;
    Ok(())
}

fn share(post: &Post) -> i64 {
    public_share(post.visibility, post.state)
}
