use super::{forget_person, forget_post, index_person, index_post, keep_counts, keep_reactions};
use crate::store::Index;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::identity::AccountState;
use events::{Envelope, Event};

/// Makes one index say what an event says.
pub(crate) async fn apply(conn: &mut AsyncPgConnection, index: Index, envelope: &Envelope) -> Result<()> {
    let version = envelope.version;
    if let Some(account) = envelope.event.account() {
        return match account.state {
            AccountState::Deleted => forget_person(conn, index, account.account_id).await,
            AccountState::Active | AccountState::Suspended => Ok(()),
        };
    }
    match &envelope.event {
        Event::ProfileChanged(card) => index_person(conn, index, version, card).await,
        Event::PostChanged(post) => index_post(conn, index, version, post).await,
        Event::PostRemoved(post) => forget_post(conn, index, version, post).await,
        Event::PostCountsChanged(counts) => keep_counts(conn, index, version, counts).await,
        Event::ReactionChanged(reaction) => keep_reactions(conn, index, &[(version, reaction)]).await,
        _ => Ok(()),
    }
}
