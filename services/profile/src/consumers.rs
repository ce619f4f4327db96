//! What this service learns from others.

use crate::commands::keep_account::keep_account;
use crate::commands::keep_counts::{keep_post_count, keep_relationship_counts};
use crate::commands::keep_media::{forget_media, keep_media};
use chassis::{Consumer, Result, Secrets, Subscription};
use diesel_async::AsyncPgConnection;
use events::{Envelope, Event};

pub(crate) const SUBSCRIPTION: Subscription = Subscription::new(
    "profile",
    &[
        "identity.account-registered.v1",
        "identity.account-verified.v1",
        "identity.account-renamed.v1",
        "identity.account-suspended.v1",
        "identity.account-restored.v1",
        "media.media-ready.v1",
        "media.media-removed.v1",
        "social-graph.relationship-counts-changed.v1",
        "content.author-post-count-changed.v1",
    ],
);

pub(crate) fn consumer(secrets: Secrets) -> Consumer {
    Consumer::new(SUBSCRIPTION, move |conn, envelope| {
        let secrets = secrets.clone();
        Box::pin(async move { consume(conn, &secrets, envelope).await })
    })
}

async fn consume(conn: &AsyncPgConnection, secrets: &Secrets, envelope: &Envelope) -> Result<()> {
    let (version, cause) = (envelope.version, envelope.as_cause());
    if let Some(account) = envelope.event.account() {
        return keep_account(conn, secrets, &cause, version, account).await;
    }
    match &envelope.event {
        Event::MediaReady(file) => keep_media(conn, version, file).await,
        Event::MediaRemoved(file) => forget_media(conn, &cause, version, file).await,
        Event::RelationshipCountsChanged(counted) => keep_relationship_counts(conn, version, counted).await,
        Event::AuthorPostCountChanged(counted) => keep_post_count(conn, version, counted).await,
        _ => Ok(()),
    }
}
