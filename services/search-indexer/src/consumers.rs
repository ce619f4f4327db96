//! What others publish becomes documents.

use crate::commands::{apply, keep_file, rebuild};
use crate::store::Index;
use chassis::{Consumer, Result, Subscription};
use diesel_async::AsyncPgConnection;
use events::Envelope;
use futures::FutureExt;

/// What the documents are made of.
const SOURCES: &[&str] = &[
    "profile.profile-changed.v1",
    "content.post-changed.v1",
    "content.post-removed.v1",
    "identity.account-registered.v1",
    "identity.account-verified.v1",
    "identity.account-renamed.v1",
    "identity.account-suspended.v1",
    "identity.account-restored.v1",
];

pub(crate) const DOCUMENTS: Subscription = Subscription::new("documents", SOURCES);

/// Keeps the documents. Whether an account may be seen is the handler `audience`'s to know.
pub(crate) fn documents() -> Consumer {
    Consumer::new(DOCUMENTS, |conn, envelope| {
        apply(conn, Index::Live, envelope).boxed()
    })
}

pub(crate) const FILES: Subscription = Subscription::new(
    "files",
    &[
        "media.media-confirmed.v1",
        "media.media-ready.v1",
        "media.media-rejected.v1",
        "media.media-removed.v1",
    ],
);

/// Keeps the files that posts show. They are no documents: nobody searches for them, and they are not made anew.
pub(crate) fn files() -> Consumer {
    Consumer::new(FILES, |conn, envelope| {
        async move { keep_file::keep_file(conn, envelope).await }.boxed()
    })
}

/// One handler for both, by the name that it has in the inbox since it kept counts alone: so a batch that changes what several posts were
/// given goes from post to post in one order.
pub(crate) const GIVEN: Subscription = Subscription::new(
    "counts",
    &["content.post-counts-changed.v1", "content.reaction-changed.v1"],
);

/// Keeps what posts were given, which changes far more often than the posts.
pub(crate) fn given() -> Consumer {
    Consumer::new(GIVEN, |conn, envelope| keep_given(conn, envelope).boxed())
}

/// Writes to what is searched and, if there is one, to what is being made anew; the former first, see [`shadow`].
async fn keep_given(conn: &mut AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    apply(conn, Index::Live, envelope).await?;
    rebuild::follow(conn, envelope).await
}

pub(crate) const SHADOW: Subscription = Subscription::new("rebuild", SOURCES);

/// Keeps the documents that are being made anew. It comes after [`documents`], so that whoever puts the ones in the
/// place of the others waits for events that are between the two.
pub(crate) fn shadow() -> Consumer {
    Consumer::new(SHADOW, |conn, envelope| rebuild::follow(conn, envelope).boxed())
}
