//! The home of state in the service's own schema.

use super::{
    Asked, Begun, Contents, Conversation, Held, Id, Interaction, Lease, Opening, Outcome, Progressed, Taken,
    Until, conversation, interaction,
};
use crate::store::{conversations, interactions};
use chassis::{Database, Refusal, Result};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// So many rows at a time: nobody waits for a long delete.
const BATCH: u16 = 500;

/// Two tables.
#[derive(Clone)]
pub struct Table(Database);

impl Table {
    pub(crate) fn new(database: Database) -> Self {
        Self(database)
    }

    pub(super) async fn take(&self, asked: &Asked, now: DateTime<Utc>) -> Result<Taken> {
        let made = Interaction::new(asked, now);
        let there = self
            .0
            .write(async |conn| {
                if interactions::insert(conn, &made, now).await? {
                    return Ok(None);
                }
                let there = interactions::find(conn, &asked.id, now).await?;
                // It was there a moment ago, and somebody is being forgotten.
                let there = there.ok_or_else(|| Refusal::unavailable("Busy for a moment; try again"))?;
                Ok(Some(there))
            })
            .await?;
        Ok(match there {
            None => Taken::Now(made),
            Some(there) => Taken::Before(there.read()?),
        })
    }

    pub(super) async fn begin(
        &self,
        id: &Id,
        lease: Lease,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Begun> {
        let conn = self.0.connection().await?;
        if let Some(leased) = interactions::lease(&conn, id, lease, until, now).await? {
            return Ok(Begun::Yours(leased.read()?));
        }
        let there = interactions::find(&conn, id, now).await?;
        there.map_or(Ok(Begun::Gone), |there| Ok(there.read()?.not_begun()))
    }

    pub(super) async fn end(
        &self,
        id: &Id,
        lease: Lease,
        outcome: &Outcome,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let conn = self.0.connection().await?;
        if interactions::end(&conn, id, lease, outcome, now).await? {
            return Ok(());
        }
        match interactions::find(&conn, id, now).await? {
            None => Err(interaction::gone().into()),
            Some(there) if there.was_ended(lease, outcome) => Ok(()),
            Some(_) => Err(interaction::lease_lost().into()),
        }
    }

    pub(super) async fn interaction(&self, id: &Id, now: DateTime<Utc>) -> Result<Option<Interaction>> {
        let there = interactions::find(&*self.0.connection().await?, id, now).await?;
        there.map(interaction::Kept::read).transpose()
    }

    pub(super) async fn answered_by(
        &self,
        correlation_id: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Option<Interaction>> {
        let conn = self.0.connection().await?;
        let there = interactions::find_by_correlation(&conn, correlation_id, now).await?;
        there.map(interaction::Kept::read).transpose()
    }

    pub(super) async fn open(&self, opening: &Opening) -> Result<Conversation> {
        let made = Conversation::new(opening);
        self.0
            .write(async |conn| {
                conversations::insert(conn, &made).await?;
                Ok(())
            })
            .await?;
        Ok(made)
    }

    pub(super) async fn conversation(
        &self,
        id: Uuid,
        who: &Id,
        now: DateTime<Utc>,
    ) -> Result<Option<Conversation>> {
        let there = conversations::find(&*self.0.connection().await?, id, who, now).await?;
        there.map(conversation::Kept::read).transpose()
    }

    pub(super) async fn advance(
        &self,
        seen: &Conversation,
        contents: Contents,
        until: Until,
        now: DateTime<Utc>,
    ) -> Result<Conversation> {
        let next = seen.with(contents, until);
        let is_advanced = self
            .0
            .write(async |conn| Ok(conversations::advance(conn, seen.version, &next, now).await?))
            .await?;
        if is_advanced {
            Ok(next)
        } else {
            Err(self.why_not(seen, now).await?.into())
        }
    }

    pub(super) async fn close(&self, seen: &Conversation, now: DateTime<Utc>) -> Result<()> {
        let is_closed = conversations::close(&*self.0.connection().await?, seen, now).await?;
        if is_closed {
            Ok(())
        } else {
            Err(self.why_not(seen, now).await?.into())
        }
    }

    /// Why a step was not made.
    async fn why_not(&self, seen: &Conversation, now: DateTime<Utc>) -> Result<Refusal> {
        let there = self.conversation(seen.id, &seen.now.who, now).await?;
        Ok(there.map_or_else(conversation::gone, |_| conversation::moved_on()))
    }

    pub(super) async fn held(&self, who: &Id, now: DateTime<Utc>) -> Result<Held> {
        let conn = self.0.connection().await?;
        let interactions = interactions::of(&conn, who, now).await?.into_iter();
        let conversations = conversations::of(&conn, who, now).await?.into_iter();
        Ok(Held {
            interactions: interactions.map(interaction::Kept::read).collect::<Result<_>>()?,
            conversations: conversations
                .map(conversation::Kept::read)
                .collect::<Result<_>>()?,
        })
    }

    pub(super) async fn forget(&self, person: &Id) -> Result<Progressed> {
        let conn = self.0.connection().await?;
        let limit = i64::from(BATCH);
        let forgotten = [
            interactions::forget(&conn, person, limit).await?,
            conversations::forget(&conn, person, limit).await?,
        ];
        if forgotten.iter().any(|count| *count >= usize::from(BATCH)) {
            Ok(Progressed::More)
        } else {
            Ok(Progressed::Done)
        }
    }

    /// Takes away what has expired.
    pub(crate) async fn sweep(&self, now: DateTime<Utc>) -> Result<()> {
        let mut swept = 0;
        loop {
            let conn = self.0.connection().await?;
            let limit = i64::from(BATCH);
            let gone = interactions::sweep(&conn, now, limit).await?
                + conversations::sweep(&conn, now, limit).await?;
            swept += gone;
            if gone == 0 {
                break;
            }
        }
        if swept > 0 {
            tracing::info!(swept, "swept interactions and conversations that have expired");
        }
        Ok(())
    }
}
