//! The transport of AWS: EventBridge is the bus, and each consuming service has a queue of SQS behind a rule.
//!
//! What differs by nature from the embedded one, and what follows from it:
//!
//! - SQS counts every receive and nobody can take one back. So [`Transport::give_back`](super::Transport::give_back)
//!   leaves the count as it is, and a consumer whose database is away keeps what it has and polls no further.
//! - A lease cannot be tied to a living process: after a crash its messages wait for the visibility timeout.
//! - A message that is to be tried later is still leased, so [`Depth`](super::Depth) counts it as in flight; all
//!   numbers are SQS's approximations.
//! - Whole seconds, rounded up; no delay beyond 15 minutes, no lease beyond 12 hours.
//!
//! `infra/aws/messaging.yaml` makes the bus, the rules and the queues; a queue without a dead-letter queue is refused.

mod dead_letters;
mod publish;
mod queue;
mod settings;
mod undelivered;

pub(super) use dead_letters::Fate;
pub(super) use publish::PUBLISH_BATCH;
pub use settings::{AwsSettings, QueueUrls, Unusable};

use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use std::sync::Arc;
use std::time::Duration;

/// An answer that takes longer will not come.
const CONNECT: Duration = Duration::from_secs(3);

/// For one publishing call with its repetitions: twice this, and some, fits into the relay's own limit, so that a call
/// that fails as a whole can be tried again entry by entry.
const PUBLISH: Duration = Duration::from_secs(4);

/// For one call to a queue, which may itself wait [`LONGEST_WAIT`](super::LONGEST_WAIT) for a message.
const QUEUE: Duration = Duration::from_secs(30);

/// EventBridge and SQS, as one process sees them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Aws {
    bus: aws_sdk_eventbridge::Client,
    queues: aws_sdk_sqs::Client,
    settings: Arc<AwsSettings>,
}

impl Aws {
    /// As the process's environment says: region, credentials, `AWS_ENDPOINT_URL` and all else that AWS's tools know.
    /// Nothing is connected before the first use.
    pub async fn from_environment(settings: AwsSettings) -> Self {
        Self::new(&crate::aws::means().await, settings)
    }

    /// By these means. How long a call may take they can say themselves, for an endpoint that is slower than AWS; but a relay
    /// gives up after its own limit, and what takes nearly as long leaves no time to try the events of a failed call one by one.
    #[must_use]
    pub fn new(means: &SdkConfig, settings: AwsSettings) -> Self {
        let theirs = means.timeout_config().and_then(TimeoutConfig::operation_timeout);
        let within = |limit| {
            TimeoutConfig::builder()
                .connect_timeout(CONNECT)
                .operation_timeout(theirs.unwrap_or(limit))
                .build()
        };
        let bus = aws_sdk_eventbridge::config::Builder::from(means).timeout_config(within(PUBLISH));
        let queues = aws_sdk_sqs::config::Builder::from(means).timeout_config(within(QUEUE));
        Self {
            bus: aws_sdk_eventbridge::Client::from_conf(bus.build()),
            queues: aws_sdk_sqs::Client::from_conf(queues.build()),
            settings: Arc::new(settings),
        }
    }
}
