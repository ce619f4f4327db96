//! What EventBridge and SQS do only now and then, and no emulator at all: a call that fails in part inside an HTTP 200,
//! one that fails as a whole because of a single entry, an answer that is too short, none. A server on a free port
//! speaks their protocol and does as the events say.

use crate::stage::{FOR_ONE, event, saying, sized};
use aws_config::timeout::TimeoutConfig;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use chassis::transport::{Aws, AwsSettings, Message};
use chassis::{Transport, relay};
use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use testkit::TestService;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// The entries of every call, in the order of the calls.
type Calls = Arc<Mutex<Vec<Vec<Value>>>>;

struct Server {
    transport: Transport,
    calls: Calls,
    serving: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn start() -> Server {
    start_within(None).await
}

/// Whose calls may take so long.
async fn start_within(limit: Option<Duration>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let calls = Calls::default();
    let router = Router::new().route("/", post(answer)).with_state(calls.clone());
    let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let credentials = aws_sdk_sqs::config::Credentials::new("key", "secret", None, None, "test");
    let mut limits = TimeoutConfig::builder();
    limits.set_operation_timeout(limit);
    let means = aws_config::SdkConfig::builder()
        .timeout_config(limits.build())
        .behavior_version(aws_config::BehaviorVersion::v2026_01_12())
        .endpoint_url(&endpoint)
        .region(aws_config::Region::new("us-east-1"))
        .credentials_provider(aws_sdk_sqs::config::SharedCredentialsProvider::new(credentials))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let settings = AwsSettings {
        bus: "joint".to_owned(),
        queues: format!("{endpoint}/1/{{service}}").parse().unwrap(),
    };
    Server {
        transport: Transport::Aws(Aws::new(&means, settings)),
        calls,
        serving,
    }
}

/// The words of an event say what becomes of it.
async fn answer(State(calls): State<Calls>, headers: HeaderMap, body: String) -> (StatusCode, Json<Value>) {
    let request: Value = serde_json::from_str(&body).unwrap();
    let entries = request["Entries"].as_array().unwrap().clone();
    calls.lock().unwrap().push(entries.clone());
    let says = |words: &str| entries.iter().any(|entry| entry.to_string().contains(words));
    if says("HANG") {
        std::future::pending::<()>().await;
    }
    if says("POISON") {
        let error = json!({ "__type": "ValidationException", "message": "as you wished" });
        return (StatusCode::BAD_REQUEST, Json(error));
    }
    let answer = match headers["x-amz-target"].to_str().unwrap() {
        "AWSEvents.PutEvents" => {
            let mut results: Vec<_> = entries
                .iter()
                .map(|entry| match entry.to_string().contains("FAIL") {
                    true => json!({ "ErrorCode": "ThrottlingException", "ErrorMessage": "as you wished" }),
                    false => json!({ "EventId": Uuid::now_v7() }),
                })
                .collect();
            if says("SHORT") && entries.len() > 1 {
                results.pop();
            }
            let failed = results
                .iter()
                .filter(|result| result.get("ErrorCode").is_some())
                .count();
            json!({ "FailedEntryCount": failed, "Entries": results })
        }
        "AmazonSQS.DeleteMessageBatch" => {
            let (failed, well): (Vec<_>, Vec<_>) =
                entries.iter().partition(|entry| entry["ReceiptHandle"] == "FAIL");
            let ids = |entries: Vec<&Value>| -> Vec<Value> {
                let id = |entry: &Value| json!({ "Id": entry["Id"], "Code": "InternalError", "SenderFault": false });
                entries.into_iter().map(id).collect()
            };
            json!({ "Successful": ids(well), "Failed": ids(failed) })
        }
        other => panic!("nobody expects {other}"),
    };
    (StatusCode::OK, Json(answer))
}

fn failures(outcomes: &[anyhow::Result<()>]) -> Vec<usize> {
    (0..outcomes.len())
        .filter(|place| outcomes[*place].is_err())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_fails_in_part_fails_for_those_it_names() {
    let server = start().await;
    let words = ["a", "FAIL", "b", "c", "FAIL", "d", "e", "f", "g", "FAIL"];
    let events = words.map(|words| saying(FOR_ONE, words));
    let outcomes = server.transport.publish("content", &events).await;
    assert_eq!(failures(&outcomes), [1, 4, 9]);
    let error = outcomes[4].as_ref().unwrap_err().to_string();
    assert!(error.contains("ThrottlingException: as you wished"), "{error}");

    let calls = server.calls.lock().unwrap();
    assert_eq!(calls.len(), 1, "what was taken is not published again");
    let entry = &calls[0][2];
    assert_eq!(entry["EventBusName"], "joint");
    assert_eq!(entry["Source"], "content");
    assert_eq!(entry["DetailType"], FOR_ONE);
    assert_eq!(entry["Detail"], events[2].body);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_entry_that_fails_the_whole_call_blocks_no_other() {
    let server = start().await;
    let words = ["a", "b", "POISON", "FAIL", "c"];
    let events = words.map(|words| saying(FOR_ONE, words));
    let outcomes = server.transport.publish("content", &events).await;
    assert_eq!(failures(&outcomes), [2, 3]);
    assert_eq!(
        server
            .calls
            .lock()
            .unwrap()
            .iter()
            .filter(|call| call.len() == 1)
            .count(),
        5
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_too_short_counts_for_nobody() {
    let server = start().await;
    let events = ["a", "SHORT", "b"].map(|words| saying(FOR_ONE, words));
    let outcomes = server.transport.publish("content", &events).await;
    // One by one each has an answer of its own.
    assert_eq!(failures(&outcomes), Vec::<usize>::new());
    assert_eq!(server.calls.lock().unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_that_does_not_answer_is_given_up_within_the_relays_limit() {
    let server = start().await;
    let events = ["a", "HANG", "b"].map(|words| saying(FOR_ONE, words));
    let began = Instant::now();
    let outcomes = server.transport.publish("content", &events).await;
    assert_eq!(failures(&outcomes), [1]);
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "after {:?}",
        began.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn how_long_a_call_may_take_its_means_can_say() {
    let server = start_within(Some(Duration::from_millis(50))).await;
    let began = Instant::now();
    let outcomes = server
        .transport
        .publish("content", &[saying(FOR_ONE, "HANG")])
        .await;
    assert_eq!(failures(&outcomes), [0]);
    // Sooner than by the limit that holds without them.
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "after {:?}",
        began.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_is_larger_than_the_bus_takes() {
    let server = start().await;
    let mut events: Vec<_> = (0..25).map(|_| event(FOR_ONE)).collect();
    events.extend((0..6).map(|_| sized(FOR_ONE, 120_000)));
    events.push(sized(FOR_ONE, 300_000));
    let outcomes = server.transport.publish("content", &events).await;
    assert_eq!(failures(&outcomes), [31]);
    let calls = server.calls.lock().unwrap();
    assert_eq!(calls.iter().map(Vec::len).sum::<usize>(), 31);
    for call in calls.iter() {
        let bytes: usize = call
            .iter()
            .flat_map(|entry| {
                ["Source", "DetailType", "Detail"].map(|part| entry[part].as_str().unwrap().len())
            })
            .sum();
        assert!(
            call.len() <= 10 && bytes <= 256 * 1024,
            "{} entries of {bytes} bytes",
            call.len()
        );
    }
}

/// The rows of an outbox are marked by the bus's answer for each.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_bus_refused_waits_in_the_outbox_and_the_rest_does_not() {
    let server = start().await;
    let app = TestService::start(|config| {
        let database = config.database("content")?;
        let routes = utoipa_axum::router::OpenApiRouter::new();
        let manifest = chassis::Manifest::new("content");
        Ok(chassis::Service::new(manifest, config, database, routes))
    })
    .await;
    let fill = "INSERT INTO outbox (id, envelope) SELECT gen_random_uuid(), json_build_object('type', 'content.x.v1', \
                'occurredAt', now(), 'words', CASE WHEN n IN (3, 7, 8) THEN 'FAIL' ELSE 'well' END) \
                FROM generate_series(1, 10) AS n";
    app.session().await.batch_execute(fill).await.unwrap();
    let relayed = relay::once(&app.service, &server.transport).await.unwrap();
    assert_eq!((relayed.published, relayed.refused), (7, 3));
    let backlog = store::outbox::backlog(&app.session().await).await.unwrap();
    assert_eq!((backlog.pending, backlog.refused), (3, 3));
    // The next look publishes nothing twice.
    relay::once(&app.service, &server.transport).await.unwrap();
    assert_eq!(
        server
            .calls
            .lock()
            .unwrap()
            .iter()
            .map(Vec::len)
            .collect::<Vec<_>>(),
        [10, 3]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_acknowledged_is_named() {
    let server = start().await;
    let message = |receipt: &str| Message {
        receipt: receipt.to_owned(),
        body: String::new(),
        receive_count: 1,
    };
    let mut messages: Vec<_> = (0..12).map(|number| message(&format!("r{number}"))).collect();
    messages[3] = message("FAIL");
    messages[11] = message("FAIL");
    let outcomes = server.transport.acknowledge("content", &messages).await;
    assert_eq!(failures(&outcomes), [3, 11]);
    assert_eq!(
        server
            .calls
            .lock()
            .unwrap()
            .iter()
            .map(Vec::len)
            .collect::<Vec<_>>(),
        [10, 2]
    );
}
