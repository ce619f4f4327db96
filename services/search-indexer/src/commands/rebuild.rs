//! Makes the documents anew beside those that are searched, and puts them in their place.
//!
//! Owners tell what they have, and what happens meanwhile is written to both: nothing is missed, for an event is
//! published after its owner's rows are written, so whoever did not write it to the shadows, because there were none
//! yet, did so before the owner was asked. Nothing old overwrites anything new, for both carry versions.

use super::{apply, keep_reactions};
use crate::store::{Index, shadow};
use ::store::erasures;
use chassis::{Database, Error, Result};
use chrono::Utc;
use diesel::result::Error as DatabaseError;
use diesel_async::AsyncPgConnection;
use events::{Envelope, Event};
use uuid::Uuid;

/// How often the swap is tried: each time it waits for whoever is writing, and gives up before it holds up others. And how often a page
/// is, which writes much that others write at the same time.
const TRIES: usize = 100;

/// Reactions that are looked at in one transaction.
const PAGE: i64 = 5000;

/// Documents that are being made anew. Whoever begins takes over from whoever had begun before.
pub struct Rebuild {
    database: Database,
    id: Uuid,
}

/// What there is after a rebuild.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// People.
    pub people: i64,
    /// Credits of theirs.
    pub credits: i64,
    /// Posts.
    pub posts: i64,
}

impl Rebuild {
    /// Makes empty shadows. From now on events go to both.
    ///
    /// # Errors
    /// When the database says so.
    pub async fn begin(database: Database) -> Result<Self> {
        let id = Uuid::now_v7();
        database
            .write(async move |conn| Ok(shadow::begin(conn, id, Utc::now()).await?))
            .await?;
        Ok(Self { database, id })
    }

    /// Takes what an owner tells of its state.
    ///
    /// # Errors
    /// When the database says so, or somebody else has begun anew.
    pub async fn take(&self, told: &[Envelope]) -> Result<()> {
        let mut tries = 0;
        loop {
            match self.try_to_take(told).await {
                Err(error) if tries < TRIES && error.is_collision() => tries += 1,
                taken => return taken,
            }
        }
    }

    async fn try_to_take(&self, told: &[Envelope]) -> Result<()> {
        let id = self.id;
        self.database
            .write(async move |conn| {
                must_be_ours(conn, id).await?;
                // Whoever told it may have done so before somebody was erased here.
                let people = |envelope: &Envelope| envelope.event.people();
                let all: Vec<Uuid> = told.iter().flat_map(people).map(|id| id.0).collect();
                let erased = erasures::erased_among(conn, &all).await?;
                let is_here =
                    |envelope: &&Envelope| !people(envelope).iter().any(|id| erased.contains(&id.0));
                let mut reactions = Vec::new();
                for envelope in told.iter().filter(is_here) {
                    match &envelope.event {
                        // There are far more of them than of all else.
                        Event::ReactionChanged(told) => reactions.push((envelope.version, told)),
                        _ => apply(conn, Index::Shadow, envelope).await?,
                    }
                }
                keep_reactions(conn, Index::Shadow, &reactions).await
            })
            .await
    }

    /// Leaves versions of reactions that were not told, a page of them; answers where the next begins.
    async fn bury_untold(&self, after: Option<shadow::Place>) -> Result<Option<shadow::Place>> {
        let id = self.id;
        self.database
            .write(async move |conn| {
                must_be_ours(conn, id).await?;
                Ok(shadow::bury_untold(conn, after, PAGE).await?)
            })
            .await
    }

    /// Puts the shadows in the place of what is searched, in one moment.
    ///
    /// # Errors
    /// When the database says so, somebody else has begun anew, or the documents are in use all the time.
    pub async fn finish(self) -> Result<Rebuilt> {
        let id = self.id;
        shadow::analyze(&*self.database.connection().await?).await?;
        let (mut place, mut tries) = (None, 0);
        loop {
            match self.bury_untold(place).await {
                Ok(Some(next)) => place = Some(next),
                Ok(None) => break,
                Err(error) if tries < TRIES && error.is_collision() => tries += 1,
                Err(error) => return Err(error),
            }
        }
        let mut tries = 0;
        loop {
            tries += 1;
            let swapped = self
                .database
                .write(async move |conn| {
                    must_be_ours(conn, id).await?;
                    Ok(shadow::swap(conn).await?)
                })
                .await;
            match swapped {
                Ok(counts) => {
                    return Ok(Rebuilt {
                        people: counts.people,
                        credits: counts.credits,
                        posts: counts.posts,
                    });
                }
                Err(error) if tries < TRIES && is_in_use(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

async fn must_be_ours(conn: &AsyncPgConnection, id: Uuid) -> Result<()> {
    if shadow::is_running(conn, Some(id)).await? {
        return Ok(());
    }
    Err(Error::Failed(anyhow::anyhow!(
        "another rebuild has begun since, and this one cannot go on"
    )))
}

/// Whether a lock was not given in time.
fn is_in_use(error: &Error) -> bool {
    let Error::Failed(cause) = error else {
        return false;
    };
    match cause.downcast_ref::<DatabaseError>() {
        Some(DatabaseError::DatabaseError(_, told)) => told.message().contains("lock timeout"),
        _ => false,
    }
}

/// Writes an event to the shadows as well, if there are any.
pub(crate) async fn follow(conn: &mut AsyncPgConnection, envelope: &Envelope) -> Result<()> {
    if shadow::is_running(conn, None).await? {
        apply(conn, Index::Shadow, envelope).await?;
    }
    Ok(())
}
