//! What others publish, and what becomes of it here.

use crate::commands::{take_author, take_media};
use chassis::{Consumer, Result, Subscription};
use diesel_async::AsyncPgConnection;
use events::media::MediaRemoved;
use events::{Envelope, Event};

pub(crate) const AUTHORS: Subscription = Subscription::new(
    "authors",
    &[
        "identity.account-registered.v1",
        "identity.account-verified.v1",
        "identity.account-renamed.v1",
        "identity.account-suspended.v1",
        "identity.account-restored.v1",
        "profile.profile-changed.v1",
    ],
);

/// Keeps the cards of authors.
pub(crate) fn authors() -> Consumer {
    Consumer::new(AUTHORS, |conn, envelope| Box::pin(take_author(conn, envelope)))
}

pub(crate) const MEDIA: Subscription = Subscription::new(
    "media",
    &[
        "media.media-confirmed.v1",
        "media.media-ready.v1",
        "media.media-rejected.v1",
        "media.media-removed.v1",
    ],
);

/// Keeps the files that can be attached.
pub(crate) fn media() -> Consumer {
    Consumer::new(MEDIA, |conn, envelope| Box::pin(take_media(conn, envelope)))
}

async fn take_author(conn: &mut AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    if let Some(account) = envelope.event.account() {
        return take_author::take_account(conn, envelope.version, account).await;
    }
    match &envelope.event {
        Event::ProfileChanged(card) => take_author::take_profile(conn, envelope.version, card).await,
        _ => Ok(()),
    }
}

async fn take_media(conn: &mut AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    match &envelope.event {
        Event::MediaConfirmed(file) => take_media::take_file(conn, envelope.version, file, false).await,
        Event::MediaReady(file) => take_media::take_file(conn, envelope.version, file, true).await,
        Event::MediaRejected(file) => {
            let gone = MediaRemoved {
                media_id: file.media_id,
                owner_id: file.owner_id,
            };
            take_media::take_removed(conn, &envelope.as_cause(), envelope.version, &gone).await
        }
        Event::MediaRemoved(file) => {
            take_media::take_removed(conn, &envelope.as_cause(), envelope.version, file).await
        }
        _ => Ok(()),
    }
}
