//! What the routes share.

use chassis::operators::Desk;
use chassis::{Database, Transport};
use diesel_async::AsyncPgConnection;
use std::sync::Arc;

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
