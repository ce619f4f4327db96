use super::{announce, now, seen_by};
use crate::model::ReactionType;
use crate::store::counts::{self, CountsRow};
use crate::store::reactions;
use chassis::{Principal, Result};
use diesel_async::AsyncPgConnection;
use events::{Cause, Event, PostId};
use store::outbox;

/// Makes this a person's only reaction to a post; none takes it back. Answers the counts after it.
pub(crate) async fn react(
    conn: &mut AsyncPgConnection,
    cause: &Cause,
    who: &Principal,
    post: PostId,
    reaction: Option<ReactionType>,
) -> Result<CountsRow> {
    counts::lock(conn, post).await?;
    let standing = seen_by(conn, who, post).await?;
    if standing.my_reaction == reaction {
        return Ok(standing.counts);
    }
    match reaction {
        Some(reaction) => reactions::set(conn, who, post, reaction, now()).await?,
        None => reactions::unset(conn, who.account, post).await?,
    }
    let row = counts::swap_reaction(conn, post, standing.my_reaction, reaction).await?;
    let told = Event::ReactionChanged(row.told_of(who.account, reaction));
    outbox::append_all(conn, cause, [announce::counts(row), (row.version, told)]).await?;
    Ok(row.counts)
}
