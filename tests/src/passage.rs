//! The way of processes to EventBridge and SQS, with a hand of the test's on it: calls can be refused, broken off or held, what
//! waits for another try is hastened, and leases of the dead end when the test says so.

use crate::processes::{LARGEST, LOOK, answer_of};
use aws_sdk_sqs::Client;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use futures::stream;
use http::request::Parts;
use http::{StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// So long a receive waits for a message, instead of twenty seconds: who was killed while it waited takes nothing for longer.
const PATIENCE: u64 = 2;

/// Seconds that a message is leased for, and for which its lease is renewed. All other times are pauses before another try.
const LEASE: u64 = 60;

/// However slow the machine is.
const LIMIT: Duration = Duration::from_secs(60);

/// What becomes of a call that puts events on the bus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bus {
    /// It passes.
    #[default]
    Open,
    /// It is answered by 503.
    Refuses,
    /// Its connection breaks off before the bus hears of it.
    Breaks,
    /// The bus takes it, and its connection breaks off before the answer.
    LosesAnswers,
}

/// A server between processes and the endpoint.
pub struct Passage {
    hand: Arc<Hand>,
    address: String,
    serving: JoinHandle<()>,
}

struct Hand {
    endpoint: String,
    http: reqwest::Client,
    queues: Client,
    known: Mutex<Known>,
}

/// What the test wants, and what was seen.
#[derive(Default)]
struct Known {
    bus: Bus,
    failed: usize,
    hastens: bool,
    /// Whose acknowledgements are not answered, and how many there were.
    held: Option<(String, usize)>,
    /// Receives that wait, by the queue's address.
    waiting: BTreeMap<String, usize>,
    /// What every receive was given, by the queue's address.
    receipts: BTreeMap<String, Vec<String>>,
}

impl Passage {
    /// Opens one before this endpoint.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn open(endpoint: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let hand = Arc::new(Hand {
            endpoint: endpoint.to_owned(),
            http: reqwest::Client::new(),
            queues: Client::new(&chassis::aws::means().await),
            known: Mutex::default(),
        });
        let router = Router::new().fallback(pass).with_state(hand.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self {
            hand,
            address,
            serving,
        }
    }

    /// Where processes are told that the endpoint is.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// From now on this becomes of what is put on the bus.
    pub fn let_the_bus(&self, be: Bus) {
        let mut known = self.hand.known();
        (known.bus, known.failed) = (be, 0);
    }

    /// How many calls to the bus failed since it is as it is.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.hand.known().failed
    }

    /// From now on whatever waits for another try does not wait.
    pub fn hasten(&self) {
        self.hand.known().hastens = true;
    }

    /// From now on no acknowledgement of this queue is answered, nor does the queue hear of it; or all are again.
    pub fn hold_acknowledgements(&self, queue: Option<&str>) {
        self.hand.known().held = queue.map(|queue| (queue.to_owned(), 0));
    }

    /// How many messages were acknowledged that the queue has not heard of.
    #[must_use]
    pub fn held(&self) -> usize {
        self.hand.known().held.as_ref().map_or(0, |(_, count)| *count)
    }

    /// Now the leases end of what was received from this queue and is not done: a minute after its consumer was killed, that is.
    /// Receives that it left waiting come to their end before.
    ///
    /// # Panics
    /// When they do not.
    pub async fn end_leases(&self, queue: &str) {
        let (began, mut looks) = (Instant::now(), tokio::time::interval(LOOK));
        while self
            .hand
            .known()
            .waiting
            .get(queue)
            .is_some_and(|count| *count > 0)
        {
            assert!(began.elapsed() < LIMIT, "somebody still receives from {queue}");
            looks.tick().await;
        }
        let receipts = self.hand.known().receipts.remove(queue).unwrap_or_default();
        for receipt in receipts {
            let change = self.hand.queues.change_message_visibility().queue_url(queue);
            let change = change.receipt_handle(receipt).visibility_timeout(0);
            // What was acknowledged has no lease.
            drop(change.send().await);
        }
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Hand {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn forward(&self, parts: Parts, body: Bytes) -> Response {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut headers = parts.headers;
        // The body may be another by now.
        for name in [header::HOST, header::CONTENT_LENGTH] {
            headers.remove(name);
        }
        let asked = self
            .http
            .request(parts.method, format!("{}{path}", self.endpoint));
        answer_of(asked.headers(headers).body(body)).await
    }

    async fn put(&self, parts: Parts, body: Bytes) -> Response {
        let bus = self.known().bus;
        if matches!(bus, Bus::Open | Bus::LosesAnswers) {
            let answer = self.forward(parts, body).await;
            if bus == Bus::Open {
                return answer;
            }
        }
        self.known().failed += 1;
        if bus == Bus::Refuses {
            let words =
                json!({ "__type": "ServiceUnavailableException", "message": "the test's bus is away" });
            return (StatusCode::SERVICE_UNAVAILABLE, words.to_string()).into_response();
        }
        let broken = stream::once(async { Err::<Bytes, _>(std::io::Error::other("as the test wants")) });
        Body::from_stream(broken).into_response()
    }

    async fn receive(&self, parts: Parts, mut ask: Value) -> Response {
        let queue = queue_of(&ask);
        let wait = ask["WaitTimeSeconds"].as_u64().unwrap_or_default();
        // Looks at dead letters wait to ask all servers of a queue, and an emulator has one.
        let is_look = ["-dead", "-undelivered"]
            .iter()
            .any(|aside| queue.ends_with(aside));
        ask["WaitTimeSeconds"] = json!(if is_look { 0 } else { wait.min(PATIENCE) });
        *self.known().waiting.entry(queue.clone()).or_default() += 1;
        let answer = self.forward(parts, Bytes::from(ask.to_string())).await;
        let (head, body) = answer.into_parts();
        let body = to_bytes(body, LARGEST).await.expect("a body");
        let answered: Value = serde_json::from_slice(&body).unwrap_or_default();
        let messages = answered["Messages"].as_array().into_iter().flatten();
        let receipts = messages.filter_map(|message| message["ReceiptHandle"].as_str());
        let mut known = self.known();
        known
            .receipts
            .entry(queue.clone())
            .or_default()
            .extend(receipts.map(str::to_owned));
        *known.waiting.entry(queue).or_default() -= 1;
        Response::from_parts(head, Body::from(body))
    }

    async fn acknowledge(&self, parts: Parts, body: Bytes) -> Response {
        let ask: Value = serde_json::from_slice(&body).unwrap_or_default();
        let is_held = match &mut self.known().held {
            Some((queue, count)) if *queue == queue_of(&ask) => {
                *count += ask["Entries"].as_array().map_or(0, Vec::len);
                true
            }
            _ => false,
        };
        if is_held {
            std::future::pending::<()>().await;
        }
        self.forward(parts, body).await
    }

    async fn delay(&self, parts: Parts, body: Bytes) -> Response {
        let mut ask: Value = serde_json::from_slice(&body).unwrap_or_default();
        if self.known().hastens {
            for entry in ask["Entries"].as_array_mut().into_iter().flatten() {
                if entry["VisibilityTimeout"] != LEASE {
                    entry["VisibilityTimeout"] = json!(0);
                }
            }
        }
        self.forward(parts, Bytes::from(ask.to_string())).await
    }
}

fn queue_of(ask: &Value) -> String {
    ask["QueueUrl"].as_str().unwrap_or_default().to_owned()
}

async fn pass(State(hand): State<Arc<Hand>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        // Who asked was killed meanwhile.
        return StatusCode::BAD_REQUEST.into_response();
    };
    let target = parts.headers.get("x-amz-target");
    let target = target.and_then(|target| target.to_str().ok()).unwrap_or_default();
    match target.to_owned().as_str() {
        "AWSEvents.PutEvents" => hand.put(parts, body).await,
        "AmazonSQS.ReceiveMessage" => {
            let ask = serde_json::from_slice(&body).unwrap_or_default();
            // To its end, though who asked may be killed meanwhile: what it was given is leased.
            let received = tokio::spawn(async move { hand.receive(parts, ask).await });
            received.await.expect("a receive ends")
        }
        "AmazonSQS.DeleteMessageBatch" => hand.acknowledge(parts, body).await,
        "AmazonSQS.ChangeMessageVisibilityBatch" => hand.delay(parts, body).await,
        _ => hand.forward(parts, body).await,
    }
}
