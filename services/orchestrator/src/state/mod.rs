//! What must be remembered between a command's being asked and its being answered: interactions, and conversations that
//! lead to one. The commands of operators on Discord will stand on it.
//!
//! Whoever takes a command from outside has few seconds to answer, and may be asked the same again. So it takes the
//! *interaction*, once, publishes what is to be done, and says that it is being worked on. A processor leases it, does the work
//! under the interaction's correlation id, and ends it; an event that answers it later finds it by that id. A command that
//! should not be given by mistake is a *conversation* first, of which each step must have seen the one before.
//!
//! There are two homes. In `Table` rows stand in the service's own schema, in `Dynamo` items in a table of DynamoDB, and one
//! list of behaviours is run against both. The time is an argument. Everything expires, and is not there any more from that
//! moment on, even if it was not swept yet. There are ids, codes and what a conversation holds, never whole people.
//!
//! Call it with no connection of the database in hand and outside of any transaction, so from a command or a worker and not
//! from a consumer of events: either home may reach for a connection of its own, or for the network. The tables refuse whoever is
//! erased and asks; DynamoDB knows of no tombstones, so what an interaction leads to has to be written by who knows of them.

pub(crate) mod conversation;
mod dynamo;
mod ids;
pub(crate) mod interaction;
mod table;

pub use conversation::{Contents, Conversation, Opening};
pub use dynamo::{ACTIONS, Dynamo, PARTITION_KEY, SORT_KEY, TIME_TO_LIVE};
pub use ids::{Code, Id, Lease, Until, Version};
pub use interaction::{Asked, Begun, Interaction, Outcome, Progress, Taken};
pub use table::Table;

use crate::settings::Settings;
use chassis::erasure::Progress as Progressed;
use chassis::{Database, Refusal, Result};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use uuid::Uuid;

/// The longest lease: as long as a function may run.
const LONGEST_LEASE: TimeDelta = TimeDelta::minutes(15);

/// Where interactions and conversations are.
#[derive(Clone)]
pub enum State {
    /// In the service's own schema.
    Table(Table),
    /// In DynamoDB.
    Dynamo(Dynamo),
}

/// What somebody asked for, and was about to ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The first asked first.
    pub interactions: Vec<Interaction>,
    /// The first opened first.
    pub conversations: Vec<Conversation>,
}

impl State {
    /// Where the configuration says. Nothing is connected before the first use.
    #[must_use]
    pub fn new(settings: &Settings, database: &Database) -> Self {
        match &settings.interactions {
            Some(table) => Self::Dynamo(Dynamo::of_environment(table)),
            None => Self::Table(Table::new(database.clone())),
        }
    }

    /// Takes an interaction, whoever else is trying to. One that has expired does not stand in the way.
    ///
    /// # Errors
    /// 503 when its home does not answer; then the same again is as good.
    pub async fn take(&self, asked: &Asked, now: DateTime<Utc>) -> Result<Taken> {
        match self {
            Self::Table(table) => table.take(asked, now).await,
            Self::Dynamo(dynamo) => dynamo.take(asked, now).await,
        }
    }

    /// Begins to work on an interaction, which is the caller's for so long. It is somebody else's again when that time is over,
    /// and not sooner.
    ///
    /// # Errors
    /// When the lease is no time or longer than a quarter of an hour; 503 when its home does not answer.
    pub async fn begin(&self, id: &Id, time: TimeDelta, now: DateTime<Utc>) -> Result<Begun> {
        if time <= TimeDelta::zero() || time > LONGEST_LEASE {
            return Err(Refusal::invalid("lease", "A lease lasts a quarter of an hour at most").into());
        }
        let lease = Lease(Uuid::now_v7());
        // Both homes know thousandths of a second.
        let (until, now) = ((now + time).trunc_subsecs(3), now.trunc_subsecs(3));
        match self {
            Self::Table(table) => table.begin(id, lease, until, now).await,
            Self::Dynamo(dynamo) => dynamo.begin(id, lease, until, now).await,
        }
    }

    /// Brings an interaction to its end, once. It may be late, as long as nobody else has taken it over; saying the same again
    /// is no harm. Who finds it by [`State::answered_by`] ends it under the lease that stands in it.
    ///
    /// # Errors
    /// 404 `INTERACTION_NOT_FOUND`; 409 `LEASE_LOST`, also when it has another end; 503 when its home does not answer.
    pub async fn end(&self, id: &Id, lease: Lease, outcome: &Outcome, now: DateTime<Utc>) -> Result<()> {
        match self {
            Self::Table(table) => table.end(id, lease, outcome, now).await,
            Self::Dynamo(dynamo) => dynamo.end(id, lease, outcome, now).await,
        }
    }

    /// An interaction.
    ///
    /// # Errors
    /// 503 when its home does not answer.
    pub async fn interaction(&self, id: &Id, now: DateTime<Utc>) -> Result<Option<Interaction>> {
        match self {
            Self::Table(table) => table.interaction(id, now).await,
            Self::Dynamo(dynamo) => dynamo.interaction(id, now).await,
        }
    }

    /// The interaction that an event answers, by the event's correlation id.
    ///
    /// # Errors
    /// 503 when its home does not answer.
    pub async fn answered_by(&self, correlation_id: Uuid, now: DateTime<Utc>) -> Result<Option<Interaction>> {
        match self {
            Self::Table(table) => table.answered_by(correlation_id, now).await,
            Self::Dynamo(dynamo) => dynamo.answered_by(correlation_id, now).await,
        }
    }

    /// Begins a conversation.
    ///
    /// # Errors
    /// 503 when its home does not answer.
    pub async fn open(&self, opening: &Opening, now: DateTime<Utc>) -> Result<Conversation> {
        match self {
            Self::Table(table) => table.open(opening).await,
            Self::Dynamo(dynamo) => dynamo.open(opening, now).await,
        }
    }

    /// Somebody's own conversation.
    ///
    /// # Errors
    /// 503 when its home does not answer.
    pub async fn conversation(&self, id: Uuid, who: &Id, now: DateTime<Utc>) -> Result<Option<Conversation>> {
        match self {
            Self::Table(table) => table.conversation(id, who, now).await,
            Self::Dynamo(dynamo) => dynamo.conversation(id, who, now).await,
        }
    }

    /// Takes a conversation a step further than it was seen; answers it as it is then. Of those who saw the same step, one
    /// succeeds.
    ///
    /// # Errors
    /// 409 `CONVERSATION_MOVED_ON`; 404 `CONVERSATION_NOT_FOUND`; 503 when its home does not answer.
    pub async fn advance(
        &self,
        seen: &Conversation,
        contents: Contents,
        until: Until,
        now: DateTime<Utc>,
    ) -> Result<Conversation> {
        match self {
            Self::Table(table) => table.advance(seen, contents, until, now).await,
            Self::Dynamo(dynamo) => dynamo.advance(seen, contents, until, now).await,
        }
    }

    /// Ends a conversation as it was seen. Of those who saw the same step, one succeeds: who may do what was spoken about.
    ///
    /// # Errors
    /// 409 `CONVERSATION_MOVED_ON`; 404 `CONVERSATION_NOT_FOUND`; 503 when its home does not answer.
    pub async fn close(&self, seen: &Conversation, now: DateTime<Utc>) -> Result<()> {
        match self {
            Self::Table(table) => table.close(seen, now).await,
            Self::Dynamo(dynamo) => dynamo.close(seen, now).await,
        }
    }

    /// All that somebody asked for and was about to ask for; nothing that others did.
    ///
    /// # Errors
    /// 503 when its home does not answer.
    pub async fn held(&self, who: &Id, now: DateTime<Utc>) -> Result<Held> {
        match self {
            Self::Table(table) => table.held(who, now).await,
            Self::Dynamo(dynamo) => dynamo.held(who, now).await,
        }
    }

    /// Does one step of taking away whatever somebody has asked, and whatever was asked or spoken about them, expired or not.
    /// For who erases people: after the tombstone, when nothing about them is taken any more. What was being taken at that very
    /// moment is gone when it expires.
    ///
    /// # Errors
    /// 503 when its home does not answer; what was done stays done.
    pub async fn forget(&self, person: &Id) -> Result<Progressed> {
        match self {
            Self::Table(table) => table.forget(person).await,
            Self::Dynamo(dynamo) => dynamo.forget(person).await,
        }
    }
}
