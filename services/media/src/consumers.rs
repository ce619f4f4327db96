//! What others publish, and what becomes of it here.

use crate::commands::request_rendering::request_rendering;
use crate::commands::take_sighting;
use chassis::{Consumer, Result, Subscription};
use chrono::Utc;
use diesel_async::AsyncPgConnection;
use events::{Envelope, Event};

pub(crate) const SIGHTINGS: Subscription = Subscription::new(
    "sightings",
    &[
        "content.post-changed.v1",
        "content.post-removed.v1",
        "profile.profile-changed.v1",
    ],
);

/// Keeps where files can be seen, and so by whom.
pub(crate) fn sightings() -> Consumer {
    Consumer::new(SIGHTINGS, |conn, envelope| {
        Box::pin(take_sighting(conn, envelope))
    })
}

pub(crate) const RENDITIONS: Subscription = Subscription::new("renditions", &["media.media-confirmed.v1"]);

/// Notes which pictures are to be cleaned.
pub(crate) fn renditions() -> Consumer {
    Consumer::new(RENDITIONS, |conn, envelope| {
        Box::pin(take_confirmed(conn, envelope))
    })
}

async fn take_confirmed(conn: &mut AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    match &envelope.event {
        Event::MediaConfirmed(file) => request_rendering(conn, &envelope.as_cause(), file, Utc::now()).await,
        _ => Ok(()),
    }
}

async fn take_sighting(conn: &mut AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    let version = envelope.version;
    match &envelope.event {
        Event::PostChanged(post) => take_sighting::take_post(conn, version, post).await,
        Event::PostRemoved(post) => take_sighting::take_removed_post(conn, version, post).await,
        Event::ProfileChanged(card) => take_sighting::take_card(conn, version, card).await,
        _ => Ok(()),
    }
}
