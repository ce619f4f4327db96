//! Two queues behind a bus, empty and nobody else's, on either transport.

use crate::BEHAVIOURS;
use crate::nature::{self, Nature};
use aws_config::timeout::TimeoutConfig;
use chassis::Transport;
use chassis::transport::{
    Aws, AwsSettings, DeadLetter, DeadLetterFilter, Embedded, LONGEST_WAIT, Message, Routes,
};
use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{LazyLock, Mutex, Once};
use std::time::{Duration, Instant};
use store::outbox::Pending;
use testkit::{SchemaPlan, TestDatabase};
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

/// One consuming service, and its queue.
pub(crate) const ONE: &str = "search-indexer";
/// Another.
pub(crate) const OTHER: &str = "content";
/// Both consume it.
pub(crate) const FOR_BOTH: &str = "profile.profile-changed.v1";
/// Only [`ONE`] of the two does.
pub(crate) const FOR_ONE: &str = "content.post-changed.v1";
/// Nobody does.
pub(crate) const FOR_NOBODY: &str = "identity.session-revoked.v1";

/// Long enough that no test sees its end.
pub(crate) const LONG: Duration = Duration::from_secs(300);
/// As short as a lease can be on SQS.
pub(crate) const SHORT: Duration = Duration::from_secs(1);
/// So long that a slow machine makes a few calls meanwhile, at none of which something must have come.
pub(crate) const MEANWHILE: Duration = Duration::from_secs(5);
/// For what has to come, however slow the machine is; longer than a lease, at whose end what was lost underway comes again.
const LIMIT: Duration = Duration::from_secs(150);

/// A transport with two empty queues.
pub(crate) struct Stage {
    pub(crate) transport: Transport,
    /// The same, as an administrator sees it.
    pub(crate) operator: Transport,
    pub(crate) nature: Nature,
    _own: Own,
}

/// What is this test's own for as long as its stage.
#[expect(dead_code, reason = "both are given back when they are dropped")]
enum Own {
    Database(TestDatabase),
    Lane(Lane),
}

/// In a database of its own.
pub(crate) async fn embedded() -> Stage {
    let plan = |service| SchemaPlan {
        service,
        migrations: Vec::new(),
        consumes: true,
        operates: false,
    };
    let database = TestDatabase::create(vec![plan(ONE), plan(OTHER)]).await;
    let routes = Routes::new([(ONE, vec![FOR_BOTH, FOR_ONE]), (OTHER, vec![FOR_BOTH])]);
    // One role reads only its own queue; the behaviours read both.
    let connect =
        |name| Transport::Embedded(Embedded::new(database.administrator(), name, 2, routes.clone()).unwrap());
    Stage {
        transport: connect("conformance"),
        operator: connect("operator"),
        nature: nature::EMBEDDED,
        _own: Own::Database(database),
    }
}

/// On AWS, if there is an endpoint; nothing, after saying so, if it is to be skipped.
pub(crate) async fn aws() -> Option<Stage> {
    static SAID: Once = Once::new();
    if variable("SKIP_LOCALSTACK").is_some() {
        // Not by println!, which is shown only when a test fails.
        SAID.call_once(|| {
            let words = format!(
                "skipped: the {BEHAVIOURS} behaviours of the conformance suite on AWS (EventBridge and SQS), because SKIP_LOCALSTACK is set"
            );
            writeln!(std::io::stderr(), "\n{words}").unwrap();
        });
        return None;
    }
    let lane = Lane::free().await;
    // A call that is given up is made again, and what an answer brought that nobody waited for is leased: on a slow machine
    // an event would come twice, or late. That the network bears both is shown elsewhere; here each comes once.
    let patient = TimeoutConfig::builder().operation_timeout(LIMIT).build();
    let means = chassis::aws::means().await.into_builder();
    let aws = Aws::new(&means.timeout_config(patient).build(), lane.settings());
    lane.clear().await;
    Some(Stage {
        transport: Transport::Aws(aws.clone()),
        operator: Transport::Aws(aws),
        nature: nature::AWS,
        _own: Own::Lane(lane),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by make test where their endpoint is"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn needed(name: &str) -> String {
    variable(name).unwrap_or_else(|| {
        panic!(
            "{name} is not set: this half of the suite needs an AWS endpoint. Run it by `make test`, which starts a \
             LocalStack, or leave it out by SKIP_LOCALSTACK=1"
        )
    })
}

/// The stacks of `infra/aws/messaging.yaml` at the endpoint. Each is a bus with its queues, for one test at a time.
static STACKS: LazyLock<(Semaphore, Mutex<Vec<String>>)> = LazyLock::new(|| {
    let _endpoint = needed("AWS_ENDPOINT_URL");
    let names = needed("TEST_STACKS");
    let names: Vec<_> = names.split_whitespace().map(str::to_owned).collect();
    (Semaphore::new(names.len()), Mutex::new(names))
});

/// A stack that is this test's for now.
struct Lane {
    stack: String,
    _permit: SemaphorePermit<'static>,
}

impl Lane {
    async fn free() -> Self {
        let (permits, names) = &*STACKS;
        let permit = permits.acquire().await.unwrap();
        let stack = names.lock().unwrap().pop();
        Self {
            stack: stack.expect("as many names as permits"),
            _permit: permit,
        }
    }

    fn settings(&self) -> AwsSettings {
        let queues = needed("TEST_QUEUE_URL").replace("{stack}", &self.stack);
        AwsSettings {
            bus: self.stack.clone(),
            queues: queues.parse().unwrap(),
        }
    }

    /// Also of what an earlier test has in hand.
    async fn clear(&self) {
        let http = aws_smithy_http_client::Builder::new().build_http();
        let config = aws_config::defaults(aws_config::BehaviorVersion::v2026_01_12()).http_client(http);
        let queues = aws_sdk_sqs::Client::new(&config.load().await);
        let settings = self.settings();
        for queue in [ONE, OTHER, crate::consuming::SERVICE] {
            for suffix in ["", "-dead"] {
                let purge = queues.purge_queue().queue_url(settings.queues.of(queue) + suffix);
                purge.send().await.unwrap();
            }
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        // The permit is given back after this.
        STACKS.1.lock().unwrap().push(std::mem::take(&mut self.stack));
    }
}

/// Looks until there is something.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    loop {
        looks.tick().await;
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < LIMIT, "not within {LIMIT:?}: {what}");
    }
}

impl Stage {
    /// What is there now.
    pub(crate) async fn look(&self, queue: &str, lease: Duration) -> Vec<Message> {
        self.transport
            .receive(queue, lease, Duration::ZERO)
            .await
            .unwrap()
    }

    /// The next messages, whenever they come.
    pub(crate) async fn next(&self, queue: &str, lease: Duration) -> Vec<Message> {
        until("a message", async || {
            Some(self.look(queue, lease).await).filter(|some| !some.is_empty())
        })
        .await
    }

    /// The next message, which comes alone.
    pub(crate) async fn next_one(&self, queue: &str, lease: Duration) -> Message {
        let mut messages = self.next(queue, lease).await;
        assert_eq!(messages.len(), 1, "{messages:?}");
        messages.remove(0)
    }

    /// So many messages, in as many receives as it takes.
    pub(crate) async fn next_of(&self, queue: &str, count: usize, lease: Duration) -> Vec<Message> {
        let mut messages = Vec::new();
        while messages.len() < count {
            messages.extend(self.next(queue, lease).await);
        }
        assert_eq!(messages.len(), count);
        messages
    }

    pub(crate) async fn send(&self, queue: &str, body: &str) {
        self.transport.send(queue, body, Duration::ZERO).await.unwrap();
    }

    pub(crate) async fn publish(&self, events: &[Pending]) -> Vec<anyhow::Result<()>> {
        self.transport.publish("conformance", events).await
    }

    /// Publishes what has no reason to fail.
    pub(crate) async fn publish_all(&self, events: &[Pending]) {
        for outcome in self.publish(events).await {
            outcome.unwrap();
        }
    }

    pub(crate) async fn acknowledge(&self, queue: &str, messages: &[Message]) {
        let outcomes = self.transport.acknowledge(queue, messages).await;
        assert_eq!(outcomes.len(), messages.len());
        for outcome in outcomes {
            outcome.unwrap();
        }
    }

    /// Waits until a queue has nothing more to do.
    pub(crate) async fn until_quiet(&self, queue: &str) {
        until("quiet", async || {
            self.transport
                .depth(queue)
                .await
                .unwrap()
                .is_quiet()
                .then_some(())
        })
        .await;
    }

    /// Receives all that is there so often without success that it is put aside.
    pub(crate) async fn bury(&self, queue: &str, count: usize) {
        until("death", async || {
            for message in self.look(queue, LONG).await {
                self.transport
                    .retry_after(queue, &message, Duration::ZERO)
                    .await
                    .unwrap();
            }
            let depth = self.transport.depth(queue).await.unwrap();
            (depth.is_quiet() && usize::try_from(depth.dead).unwrap() == count).then_some(())
        })
        .await;
    }

    /// Receives that were dropped while they waited may wait on at the server, and take what comes next. So each is
    /// given something, before it takes what another test sends; or its time is over.
    pub(crate) async fn feed_dropped_waits(&self, queue: &str, count: usize) {
        if !self.nature.waits_by_itself {
            return;
        }
        let in_flight = async || self.transport.depth(queue).await.unwrap().in_flight;
        for _ in 0..count {
            let (before, sent) = (in_flight().await, Instant::now());
            self.send(queue, "for who has gone").await;
            until("it is taken", async || {
                (in_flight().await > before || sent.elapsed() > LONGEST_WAIT).then_some(())
            })
            .await;
        }
    }

    /// All dead letters.
    pub(crate) async fn dead(&self, queue: &str) -> Vec<DeadLetter> {
        self.operator
            .dead_letters(queue, &DeadLetterFilter::default(), 1000)
            .await
            .unwrap()
    }
}

/// An event of this type, as it waits in an outbox.
pub(crate) fn event(kind: &str) -> Pending {
    saying(kind, "nothing in particular")
}

/// An event with words.
pub(crate) fn saying(kind: &str, words: &str) -> Pending {
    let id = Uuid::now_v7();
    // Always of the same length: else a moment in a thousand has fewer digits.
    let now = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let envelope = json!({
        "id": id, "type": kind, "source": "conformance", "subject": "somebody", "version": 7,
        "occurredAt": now, "correlationId": id, "data": { "words": words },
    });
    Pending {
        id,
        body: envelope.to_string(),
        kind: Some(kind.to_owned()),
        attempts: 0,
    }
}

/// An event whose envelope has exactly so many bytes.
pub(crate) fn sized(kind: &str, bytes: usize) -> Pending {
    let frame = saying(kind, "").body.len();
    let event = saying(kind, &"x".repeat(bytes - frame));
    assert_eq!(event.body.len(), bytes);
    event
}

/// A body, as what it says.
pub(crate) fn read(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// The ids of the events in these messages; a copy too many is found.
pub(crate) fn ids(messages: &[Message]) -> BTreeSet<Uuid> {
    let ids: BTreeSet<_> = messages
        .iter()
        .map(|message| read(&message.body)["id"].as_str().unwrap().parse().unwrap())
        .collect();
    assert_eq!(ids.len(), messages.len(), "something came twice");
    ids
}

/// The ids of these events.
pub(crate) fn ids_of(events: &[Pending]) -> BTreeSet<Uuid> {
    events.iter().map(|event| event.id).collect()
}
