//! What this service learns from others.

use crate::commands::keep_account::{keep_account, keep_card};
use chassis::{Consumer, Result, Subscription};
use diesel_async::AsyncPgConnection;
use events::{Envelope, Event};

pub(crate) const SUBSCRIPTION: Subscription = Subscription::new(
    "social-graph",
    &[
        "identity.account-registered.v1",
        "identity.account-verified.v1",
        "identity.account-renamed.v1",
        "identity.account-suspended.v1",
        "identity.account-restored.v1",
        "profile.profile-changed.v1",
    ],
);

pub(crate) fn consumer() -> Consumer {
    Consumer::new(SUBSCRIPTION, |conn, envelope| Box::pin(consume(conn, envelope)))
}

async fn consume(conn: &AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    if let Some(account) = envelope.event.account() {
        return keep_account(conn, envelope.version, account).await;
    }
    match &envelope.event {
        Event::ProfileChanged(card) => keep_card(conn, envelope.version, card).await,
        _ => Ok(()),
    }
}
