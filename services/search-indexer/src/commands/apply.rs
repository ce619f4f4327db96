use super::{forget_person, forget_post, index_person, index_post};
use crate::store::Index;
use chassis::Result;
use diesel_async::AsyncPgConnection;
use events::identity::AccountState;
use events::{Envelope, Event};

/// Makes the documents of one index say what an event says.
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
        _ => Ok(()),
    }
}
