//! The bus and the queues. Two are known, so it is an enum and not a trait.
//!
//! Both give: at least once, visibility timeout, receive count, dead letters after [`MAX_RECEIVES`], delay,
//! batches of [`BATCH`]. One conformance suite (`tests/conformance`) runs against both, and says where they differ.

mod aws;
mod dead_letters;
mod embedded;
mod lease;
mod provision;
pub(crate) mod scrub;

pub use aws::{Aws, AwsSettings, QueueUrls, Unusable};
pub use dead_letters::{DeadLetter, DeadLetterFilter};
pub use embedded::{Embedded, Routes};
pub use provision::{provision, subscribe};

use crate::Wake;
use anyhow::anyhow;
use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use std::time::Duration;
use store::Lasting;
use store::outbox::Pending;

/// Most messages in one receive; SQS's own limit.
pub const BATCH: usize = 10;

/// After this many receives without success a message is a dead letter.
pub const MAX_RECEIVES: u32 = 5;

/// For how long a received message is nobody else's.
pub const VISIBILITY: Duration = Duration::from_secs(60);

/// The longest that a receive waits for a message; SQS's own limit.
pub const LONGEST_WAIT: Duration = Duration::from_secs(20);

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
    /// EventBridge and SQS: many processes that need not know each other.
    Aws(Aws),
}

impl Transport {
    /// Most events in one publishing call.
    #[must_use]
    pub fn publish_batch(&self) -> usize {
        match self {
            Self::Embedded(_) => 100,
            Self::Aws(_) => aws::PUBLISH_BATCH,
        }
    }

    /// When what a service does because of the bus, or notes for it, has to last. The embedded queues share the services'
    /// log: there a step that is forgotten in a crash is forgotten with all that followed from it, and comes again.
    #[must_use]
    pub fn lasting(&self) -> Lasting {
        match self {
            Self::Embedded(_) => Lasting::InOrder,
            Self::Aws(_) => Lasting::Committed,
        }
    }

    /// Puts events on the bus; answers for each whether the bus took it, in the same order.
    pub async fn publish(&self, source: &str, events: &[Pending]) -> Vec<anyhow::Result<()>> {
        match self {
            Self::Embedded(embedded) => embedded.publish(source, events).await,
            Self::Aws(aws) => aws.publish(source, events).await,
        }
    }

    /// Puts a body on one queue, to be received after a delay: for replays.
    ///
    /// # Errors
    /// When it is not on the queue.
    pub async fn send(&self, queue: &str, body: &str, delay: Duration) -> anyhow::Result<()> {
        match self {
            Self::Embedded(embedded) => embedded.send(queue, body, delay).await,
            Self::Aws(aws) => aws.send(queue, body, delay).await,
        }
    }

    /// Prepares to consume: leases of consumers that died are released without counting as a receive. (SQS cannot know
    /// who died; there it is made sure that the queue puts aside what fails.)
    ///
    /// # Errors
    /// When the queues cannot be reached, or would try for ever.
    pub async fn take_over(&self, queue: &str) -> anyhow::Result<()> {
        match self {
            Self::Embedded(embedded) => embedded.take_over(queue).await,
            Self::Aws(aws) => aws.take_over(queue).await,
        }
    }

    /// Up to [`BATCH`] messages, each leased for a time; those received too often are put aside instead.
    ///
    /// When there is none the answer comes at once, or on SQS after up to `wait`; see [`Transport::wake`]. It may be
    /// dropped meanwhile.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn receive(
        &self,
        queue: &str,
        lease: Duration,
        wait: Duration,
    ) -> anyhow::Result<Vec<Message>> {
        match self {
            Self::Embedded(embedded) => embedded.receive(queue, lease).await,
            Self::Aws(aws) => aws.receive(queue, lease, wait).await,
        }
    }

    /// Whether these are still to be handled by whoever received them; asked in the transaction that handles them. The
    /// embedded queues share the log with the effects, and after a crash of the server a consumer that lives on must not
    /// go on from what it knew before. (On SQS a lease is a matter of time alone.)
    ///
    /// # Errors
    /// When the database says so.
    pub(crate) async fn holds<'a>(
        &self,
        conn: &AsyncPgConnection,
        messages: impl IntoIterator<Item = &'a Message>,
    ) -> anyhow::Result<bool> {
        match self {
            Self::Embedded(embedded) => embedded.holds(conn, messages).await,
            Self::Aws(_) => Ok(true),
        }
    }

    /// These are done and never come again. Answers for each, in the same order; where that is an error, it comes
    /// again.
    pub async fn acknowledge(&self, queue: &str, messages: &[Message]) -> Vec<anyhow::Result<()>> {
        match self {
            Self::Embedded(embedded) => match embedded.acknowledge(queue, messages).await {
                Ok(()) => messages.iter().map(|_| Ok(())).collect(),
                Err(error) => messages.iter().map(|_| Err(anyhow!("{error:#}"))).collect(),
            },
            Self::Aws(aws) => aws.acknowledge(queue, messages).await,
        }
    }

    /// This one comes again, and not before the delay is over.
    ///
    /// # Errors
    /// When the queue cannot be reached: then it comes when its lease ends.
    pub async fn retry_after(&self, queue: &str, message: &Message, delay: Duration) -> anyhow::Result<()> {
        match self {
            Self::Embedded(embedded) => embedded.retry_after(queue, message, delay).await,
            Self::Aws(aws) => aws.lease(queue, std::slice::from_ref(message), delay).await,
        }
    }

    /// These are still being worked on: leased for this long from now.
    ///
    /// # Errors
    /// When the queue cannot be reached: then they come when their lease ends.
    pub async fn extend(&self, queue: &str, messages: &[Message], lease: Duration) -> anyhow::Result<()> {
        match self {
            Self::Embedded(embedded) => embedded.extend(queue, messages, lease).await,
            Self::Aws(aws) => aws.lease(queue, messages, lease).await,
        }
    }

    /// Whether [`Transport::give_back`] makes a receive as if it had not been. SQS has counted it for good, so there
    /// whoever cannot begin yet keeps what is in hand and receives no more.
    #[must_use]
    pub fn takes_back(&self) -> bool {
        match self {
            Self::Embedded(_) => true,
            Self::Aws(_) => false,
        }
    }

    /// Gives back what was received and not begun; it comes again at once, and where
    /// [the transport can](Transport::takes_back) this receive does not count.
    ///
    /// # Errors
    /// When the queue cannot be reached: then they come when their lease ends.
    pub async fn give_back(&self, queue: &str, messages: &[Message]) -> anyhow::Result<()> {
        match self {
            Self::Embedded(embedded) => embedded.give_back(queue, messages).await,
            Self::Aws(aws) => aws.lease(queue, messages, Duration::ZERO).await,
        }
    }

    /// How many messages a queue holds; on SQS about how many.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn depth(&self, queue: &str) -> anyhow::Result<Depth> {
        match self {
            Self::Embedded(embedded) => embedded.depth(queue).await,
            Self::Aws(aws) => aws.depth(queue).await,
        }
    }

    /// Asks a queue for an answer, and nothing else.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn answers(&self, queue: &str) -> anyhow::Result<()> {
        match self {
            Self::Embedded(embedded) => embedded.answers(queue).await,
            Self::Aws(aws) => aws.answers(queue).await,
        }
    }

    /// Asks the bus for an answer, and nothing else. The embedded one is in the database, with the queues.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn bus_answers(&self) -> anyhow::Result<()> {
        match self {
            Self::Embedded(_) => Ok(()),
            Self::Aws(aws) => aws.bus_answers().await,
        }
    }

    /// When what waits longest on a queue was published; nothing when it is empty, or on SQS, where only the metrics of
    /// CloudWatch know.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    pub async fn oldest(&self, queue: &str) -> anyhow::Result<Option<DateTime<Utc>>> {
        match self {
            Self::Embedded(embedded) => embedded.oldest(queue).await,
            Self::Aws(_) => Ok(None),
        }
    }

    /// What says that a queue may have something. On SQS the receive itself waits, so nothing does.
    #[must_use]
    pub fn wake(&self, queue: &str) -> Option<Wake> {
        match self {
            Self::Embedded(embedded) => embedded.wake(queue),
            Self::Aws(_) => None,
        }
    }
}
