//! What functions ask of AWS: secrets, the bus, the lease of a message, and other functions. A server on a free port speaks the
//! services' protocols, keeps what it is told, and does nothing else.

use super::{Function, Outcome, Variables};
use axum::extract::{Path as Segment, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// The part of AWS that functions speak with.
pub struct Cloud {
    endpoint: String,
    state: Shared,
    serving: JoinHandle<()>,
}

type Shared = Arc<Mutex<Known>>;

/// A function that others may call.
type Called = Arc<dyn Fn(Value) -> Answering + Send + Sync>;

type Answering = Pin<Box<dyn Future<Output = Outcome> + Send>>;

#[derive(Default)]
struct Known {
    secrets: HashMap<String, String>,
    previous: HashMap<String, String>,
    reads: Vec<String>,
    functions: HashMap<String, Called>,
    /// Functions that Lambda does not have run: with which status and which type of error.
    refused: HashMap<String, (u16, &'static str)>,
    asked: Vec<Value>,
    published: Vec<Value>,
    leases: Vec<(String, u64)>,
}

impl Drop for Cloud {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Cloud {
    /// Starts with nothing in it.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn start() -> Self {
        let state = Shared::default();
        let router = Router::new()
            .route("/", post(service))
            .route("/2015-03-31/functions/{name}/invocations", post(call))
            .with_state(state.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("AWS is served");
        });
        Self {
            endpoint,
            state,
            serving,
        }
    }

    /// How a function reaches it.
    #[must_use]
    pub fn variables(&self) -> Variables {
        let told = [
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("EVENT_BUS_NAME", "joint".to_owned()),
            (
                "QUEUE_URL",
                format!("{}/000000000000/joint-{{service}}", self.endpoint),
            ),
        ];
        told.map(|(name, value)| (name.to_owned(), value)).into()
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a secret, and what was kept in its place as the one before; answers its ARN.
    #[must_use]
    pub fn keep(&self, name: &str, value: &str) -> String {
        let arn = empty(name);
        let mut known = self.known();
        if let Some(before) = known.secrets.insert(arn.clone(), value.to_owned()) {
            known.previous.insert(arn.clone(), before);
        }
        arn
    }

    /// How often a secret was asked for.
    #[must_use]
    pub fn reads(&self, arn: &str) -> usize {
        self.known().reads.iter().filter(|read| *read == arn).count()
    }

    /// Has a function of this name, or in its place this one; answers the ARN of its alias.
    pub fn function<F, Fut>(&self, name: &str, function: F) -> String
    where
        F: Fn(Value) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Outcome> + Send + 'static,
    {
        let arn = format!("arn:aws:lambda:us-east-1:000000000000:function:{name}:live");
        let called: Called = Arc::new(move |event| -> Answering { Box::pin(function(event)) });
        let names = [arn.clone(), format!("{name}:live")];
        let functions = names.map(|name| (name, called.clone()));
        self.known().functions.extend(functions);
        arn
    }

    /// The same of a function that runs.
    pub fn runs(&self, name: &str, function: &Arc<Function>) -> String {
        let function = function.clone();
        self.function(name, move |event| {
            let function = function.clone();
            async move { function.invoke(event).await }
        })
    }

    /// Has Lambda not have this function run, with this status and this type of error.
    pub fn refuses(&self, name: &str, status: u16, kind: &'static str) {
        let refused = format!("{name}:live");
        self.known().refused.insert(refused, (status, kind));
    }

    /// What functions were asked, since this was asked last.
    #[must_use]
    pub fn asked(&self) -> Vec<Value> {
        std::mem::take(&mut self.known().asked)
    }

    /// What a secret holds.
    #[must_use]
    pub fn secret(&self, arn: &str) -> Option<String> {
        self.known().secrets.get(arn).cloned()
    }

    /// The types of the events that were put on the bus since this was asked last, in order.
    #[must_use]
    pub fn published(&self) -> Vec<String> {
        let entries = std::mem::take(&mut self.known().published);
        let kinds = entries.iter().filter_map(|entry| entry["DetailType"].as_str());
        kinds.map(str::to_owned).collect()
    }

    /// The receipts whose lease was changed, and to how many seconds.
    #[must_use]
    pub fn leases(&self) -> Vec<(String, u64)> {
        self.known().leases.clone()
    }
}

/// The ARN of a secret that holds nothing.
#[must_use]
pub fn empty(name: &str) -> String {
    format!("arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}-AbCdEf")
}

async fn service(State(state): State<Shared>, headers: HeaderMap, body: String) -> Response {
    let asked: Value = serde_json::from_str(&body).unwrap_or_default();
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok());
    let mut known = state.lock().unwrap_or_else(PoisonError::into_inner);
    let entries = asked["Entries"].as_array().cloned().unwrap_or_default();
    match target.unwrap_or_default() {
        "secretsmanager.GetSecretValue" => {
            let id = asked["SecretId"].as_str().unwrap_or_default();
            known.reads.push(id.to_owned());
            let kept = match asked["VersionStage"].as_str() {
                Some("AWSPREVIOUS") => &known.previous,
                _ => &known.secrets,
            };
            match kept.get(id) {
                Some(value) => Json(json!({ "ARN": id, "SecretString": value })).into_response(),
                None => {
                    let error =
                        json!({ "__type": "ResourceNotFoundException", "Message": "it holds nothing" });
                    (StatusCode::BAD_REQUEST, Json(error)).into_response()
                }
            }
        }
        "secretsmanager.PutSecretValue" => {
            let text = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
            known.secrets.insert(text("SecretId"), text("SecretString"));
            Json(json!({ "ARN": text("SecretId"), "VersionId": Uuid::now_v7() })).into_response()
        }
        "AWSEvents.PutEvents" => {
            let results: Vec<_> = entries
                .iter()
                .map(|_| json!({ "EventId": Uuid::now_v7() }))
                .collect();
            known.published.extend(entries);
            Json(json!({ "FailedEntryCount": 0, "Entries": results })).into_response()
        }
        "AmazonSQS.ChangeMessageVisibilityBatch" => {
            for entry in &entries {
                let receipt = entry["ReceiptHandle"].as_str().unwrap_or_default();
                let seconds = entry["VisibilityTimeout"].as_u64().unwrap_or_default();
                known.leases.push((receipt.to_owned(), seconds));
            }
            let done: Vec<_> = entries.iter().map(|entry| json!({ "Id": entry["Id"] })).collect();
            Json(json!({ "Successful": done, "Failed": [] })).into_response()
        }
        other => (StatusCode::NOT_IMPLEMENTED, format!("nobody expects {other}")).into_response(),
    }
}

/// A call that waits for the answer. What a function says of its own failure is an answer of Lambda's all the same.
async fn call(State(state): State<Shared>, Segment(name): Segment<String>, event: String) -> Response {
    let event: Value = serde_json::from_str(&event).unwrap_or_default();
    let (called, refused) = {
        let mut known = state.lock().unwrap_or_else(PoisonError::into_inner);
        known.asked.push(event.clone());
        (
            known.functions.get(&name).cloned(),
            known.refused.get(&name).copied(),
        )
    };
    let Some(called) = called else {
        let (status, kind) = refused.unwrap_or((404, "ResourceNotFoundException"));
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        let error = json!({ "Type": "User", "Message": "as the test says" });
        return (status, [("x-amzn-errortype", kind)], Json(error)).into_response();
    };
    match called(event).await {
        Outcome::Answered(answer) => Json(answer).into_response(),
        Outcome::Failed(error) => ([("x-amz-function-error", "Unhandled")], Json(error)).into_response(),
    }
}
