//! What others publish becomes documents.

use crate::commands::{forget_person, forget_post, index_person, index_post};
use chassis::{Consumer, Result};
use diesel_async::AsyncPgConnection;
use events::identity::AccountState;
use events::{Envelope, Event};
use futures::FutureExt;

/// What the documents are made of.
const SUBSCRIPTIONS: &[&str] = &[
    "profile.profile-changed.v1",
    "content.post-changed.v1",
    "content.post-removed.v1",
    "identity.account-registered.v1",
    "identity.account-verified.v1",
    "identity.account-renamed.v1",
    "identity.account-suspended.v1",
    "identity.account-restored.v1",
];

/// Keeps the documents. Whether an account may be seen is the handler `audience`'s to know.
pub(crate) fn consumer() -> Consumer {
    Consumer::new("documents", SUBSCRIPTIONS, |conn, envelope| {
        consume(conn, envelope).boxed()
    })
}

async fn consume(conn: &mut AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    let version = envelope.version;
    if let Some(account) = envelope.event.account() {
        return match account.state {
            AccountState::Deleted => forget_person(conn, account.account_id).await,
            AccountState::Active | AccountState::Suspended => Ok(()),
        };
    }
    match &envelope.event {
        Event::ProfileChanged(card) => index_person(conn, version, card).await,
        Event::PostChanged(post) => index_post(conn, version, post).await,
        Event::PostRemoved(post) => forget_post(conn, version, post).await,
        _ => Ok(()),
    }
}
