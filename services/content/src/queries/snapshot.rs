//! What this service has, told as it was published.

use crate::store::counts;
use crate::store::snapshot::{self, Told};
use chassis::{Error, Result, SnapshotPage};
use diesel_async::AsyncPgConnection;
use events::content::PostRemoved;
use events::{AccountId, Cause, Envelope, Event, PostId};

const PAGE: i64 = 500;

/// A page of all posts with their counts, the removed ones as that; after the last of them pages of all reactions.
pub(crate) async fn snapshot(conn: &AsyncPgConnection, from: Option<String>) -> Result<SnapshotPage> {
    match from.as_deref().map(Place::read).transpose()? {
        Some(Place::Reaction(after)) => reactions(conn, after).await,
        Some(Place::Post(after)) => posts(conn, Some(after)).await,
        None => posts(conn, None).await,
    }
}

/// Where a snapshot goes on.
enum Place {
    /// After this post.
    Post(PostId),
    /// After this reaction, a post's and a person's; with the first one where there is none.
    Reaction(Option<(PostId, AccountId)>),
}

impl Place {
    const REACTIONS: &str = "reactions";

    fn read(text: &str) -> Result<Self> {
        let mut words = text.split(' ');
        let place = match (words.next(), words.next(), words.next()) {
            (Some(Self::REACTIONS), None, None) => Some(Self::Reaction(None)),
            (Some(Self::REACTIONS), Some(post), Some(person)) => {
                let place = post.parse().ok().zip(person.parse().ok());
                place.map(|place| Self::Reaction(Some(place)))
            }
            (Some(post), None, None) => post.parse().ok().map(Self::Post),
            _ => None,
        };
        let unknown = || Error::Failed(anyhow::anyhow!("a snapshot goes on at a post or a reaction"));
        place.ok_or_else(unknown)
    }
}

async fn reactions(conn: &AsyncPgConnection, after: Option<(PostId, AccountId)>) -> Result<SnapshotPage> {
    let told = snapshot::reactions(conn, after, PAGE).await?;
    let is_full = i64::try_from(told.len()).is_ok_and(|found| found == PAGE);
    let next = told
        .last()
        .filter(|_| is_full)
        .map(|(_, told)| format!("{} {} {}", Place::REACTIONS, told.post_id, told.account_id));
    let cause = Cause::system();
    let envelopes = told
        .into_iter()
        .map(|(version, told)| Envelope::new(version, Event::ReactionChanged(told), &cause));
    Ok(SnapshotPage {
        envelopes: envelopes.collect(),
        next,
    })
}

async fn posts(conn: &AsyncPgConnection, after: Option<PostId>) -> Result<SnapshotPage> {
    let told = snapshot::page(conn, after, PAGE).await?;
    let is_full = i64::try_from(told.len()).is_ok_and(|found| found == PAGE);
    let next = told
        .last()
        .filter(|_| is_full)
        .map_or(Place::REACTIONS.to_owned(), |told| {
            told.whole.post.post_id.to_string()
        });
    let cause = Cause::system();
    let here: Vec<PostId> = told
        .iter()
        .filter(|told| !told.removed)
        .map(|told| told.whole.post.post_id)
        .collect();
    let mut counted = counts::of(conn, &here).await?;
    // Whoever takes them waits for nobody in a circle.
    counted.sort_unstable_by_key(|row| row.post_id);
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
        next: Some(next),
    })
}
