//! What the routes share.

use chassis::operators::Desk;
use chassis::{Database, Transport};
use diesel_async::AsyncPgConnection;
use std::sync::Arc;

/// Every service that consumes; a test of the whole network holds this to it.
const QUEUES: [&str; 7] = [
    "content",
    "identity",
    "media",
    "orchestrator",
    "profile",
    "search-indexer",
    "social-graph",
];

/// Every service that publishes.
const OUTBOXES: [&str; 7] = [
    "content",
    "identity",
    "media",
    "orchestrator",
    "profile",
    "search-indexer",
    "social-graph",
];

/// What operators look after.
#[derive(Clone)]
pub struct Watched {
    /// The way to the queues, as this service's role.
    pub transport: Transport,
    /// Every service that consumes.
    pub queues: Vec<&'static str>,
    /// Every service that publishes.
    pub outboxes: Vec<&'static str>,
}

impl Watched {
    /// All that there is, by this way to the queues.
    #[must_use]
    pub fn everything(transport: Transport) -> Self {
        Self {
            transport,
            queues: QUEUES.to_vec(),
            outboxes: OUTBOXES.to_vec(),
        }
    }

    pub(crate) fn in_order(mut self) -> Self {
        self.queues.sort_unstable();
        self.outboxes.sort_unstable();
        self
    }
}

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) database: Database,
    pub(crate) watched: Arc<Watched>,
}

impl App {
    /// The queues with all that is known of them.
    pub(crate) fn desk<'a>(&'a self, conn: &'a AsyncPgConnection) -> Desk<'a> {
        Desk {
            transport: &self.watched.transport,
            conn,
            queues: &self.watched.queues,
        }
    }
}
