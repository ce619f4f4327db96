//! The bus and the queues. Two are known, so it is an enum and not a trait.
//!
//! Both give: at least once, visibility timeout, receive count, dead letters after [`MAX_RECEIVES`], delay,
//! batches of [`BATCH`]. One conformance suite runs against both.

mod dead_letters;
mod embedded;
mod provision;

pub use dead_letters::{DeadLetter, DeadLetterFilter};
pub use embedded::{Embedded, Routes};
pub use provision::provision;

use crate::Wake;
use std::time::Duration;
use store::outbox::Pending;

/// Most messages in one receive; SQS's own limit.
pub const BATCH: usize = 10;

/// After this many receives without success a message is a dead letter.
pub const MAX_RECEIVES: u32 = 5;

/// For how long a received message is nobody else's.
pub const VISIBILITY: Duration = Duration::from_secs(60);

/// A message as it was received. Its body is not trusted to be an envelope.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Names this receive: what [`Transport::acknowledge`] and [`Transport::retry_after`] take.
    pub receipt: String,
    /// An envelope, if all is well.
    pub body: String,
    /// How often it has been received, this time included.
    pub receive_count: u32,
}

/// How many messages a queue holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// To be received now.
    pub ready: i64,
    /// Received, and not yet done.
    pub in_flight: i64,
    /// To be received later.
    pub delayed: i64,
    /// Put aside.
    pub dead: i64,
}

impl Depth {
    /// Whether nothing is left to do; dead letters do not count.
    #[must_use]
    pub fn is_quiet(self) -> bool {
        self.ready == 0 && self.in_flight == 0 && self.delayed == 0
    }
}

/// Where events go and come from.
#[derive(Clone)]
pub enum Transport {
    /// Tables in the same PostgreSQL: one command on a laptop, one small server, fast tests.
    Embedded(Embedded),
}

impl Transport {
    /// Most events in one publishing call.
    #[must_use]
    pub fn publish_batch(&self) -> i64 {
        match self {
            Self::Embedded(_) => 100,
        }
    }

    /// Puts events on the bus; answers for each whether the bus took it, in the same order.
    pub async fn publish(&self, source: &str, events: &[Pending]) -> Vec<anyhow::Result<()>> {
        match self {
            Self::Embedded(embedded) => embedded.publish(source, events).await,
        }
    }

    /// Puts a body on one queue, to be received after a delay: for replays.
    ///
    /// # Errors
    /// When it is not on the queue.
    pub async fn send(&self, queue: &str, body: &str, delay: Duration) -> anyhow::Result<()> {
        match self {
            Self::Embedded(embedded) => embedded.send(queue, body, delay).await,
        }
    }

    /// Prepares to consume: leases of consumers that died are released without counting as a receive.
    ///
    /// # Errors
    /// When the queues cannot be reached.
    pub async fn take_over(&self, queue: &str) -> anyhow::Result<()> {
        match self {
            Self::Embedded(embedded) => embedded.take_over(queue).await,
        }
    }

    /// Up to [`BATCH`] messages, each leased for a time; those received too often are put aside instead.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn receive(&self, queue: &str, lease: Duration) -> anyhow::Result<Vec<Message>> {
        match self {
            Self::Embedded(embedded) => embedded.receive(queue, lease).await,
        }
    }

    /// These are done and never come again.
    ///
    /// # Errors
    /// When the queue cannot be reached: then they come again.
    pub async fn acknowledge(&self, queue: &str, messages: &[Message]) -> anyhow::Result<()> {
        match self {
            Self::Embedded(embedded) => embedded.acknowledge(queue, messages).await,
        }
    }

    /// This one comes again, and not before the delay is over.
    ///
    /// # Errors
    /// When the queue cannot be reached: then it comes when its lease ends.
    pub async fn retry_after(&self, queue: &str, message: &Message, delay: Duration) -> anyhow::Result<()> {
        match self {
            Self::Embedded(embedded) => embedded.retry_after(queue, message, delay).await,
        }
    }

    /// Gives back what was received and not begun.
    ///
    /// # Errors
    /// When the queue cannot be reached: then they come when their lease ends.
    pub async fn give_back(&self, queue: &str, messages: &[Message]) -> anyhow::Result<()> {
        match self {
            Self::Embedded(embedded) => embedded.give_back(queue, messages).await,
        }
    }

    /// How many messages a queue holds.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn depth(&self, queue: &str) -> anyhow::Result<Depth> {
        match self {
            Self::Embedded(embedded) => embedded.depth(queue).await,
        }
    }

    /// What says that a queue may have something. On SQS the receive itself waits, so nothing does.
    #[must_use]
    pub fn wake(&self, queue: &str) -> Option<Wake> {
        match self {
            Self::Embedded(embedded) => embedded.wake(queue),
        }
    }
}
