//! What this service has, told as it was published.

use crate::store::counts;
use crate::store::snapshot::{self, Told};
use chassis::{Error, Result, SnapshotPage};
use diesel_async::AsyncPgConnection;
use events::content::PostRemoved;
use events::{Cause, Envelope, Event, PostId};

const PAGE: i64 = 500;

/// A page of all posts with their counts, the removed ones as that.
pub(crate) async fn snapshot(conn: &AsyncPgConnection, from: Option<String>) -> Result<SnapshotPage> {
    let after: Option<PostId> = from
        .map(|id| id.parse())
        .transpose()
        .map_err(|_error| Error::Failed(anyhow::anyhow!("a snapshot goes on at the id of a post")))?;
    let told = snapshot::page(conn, after, PAGE).await?;
    let is_full = i64::try_from(told.len()).is_ok_and(|found| found == PAGE);
    let next = told
        .last()
        .filter(|_| is_full)
        .map(|told| told.whole.post.post_id.to_string());
    let cause = Cause::system();
    let here: Vec<PostId> = told
        .iter()
        .filter(|told| !told.removed)
        .map(|told| told.whole.post.post_id)
        .collect();
    let counted = counts::of(conn, &here).await?;
    let counted = counted
        .iter()
        .map(|row| Envelope::new(row.version, Event::PostCountsChanged(row.told()), &cause));
    let envelopes = told.into_iter().map(|Told { whole, removed }| {
        let event = if removed {
            Event::PostRemoved(PostRemoved {
                post_id: whole.post.post_id,
                author_id: whole.post.author_id,
            })
        } else {
            Event::PostChanged(whole.post)
        };
        Envelope::new(whole.version, event, &cause)
    });
    Ok(SnapshotPage {
        envelopes: envelopes.chain(counted).collect(),
        next,
    })
}
