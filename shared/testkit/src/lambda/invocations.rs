//! Lambda's own API, as far as somebody has a function run (Invoke): a server on a free port hands what it is asked to a function
//! that runs here, and what that answers back.

use super::{Function, Outcome, Variables};
use axum::body::Bytes;
use axum::extract::{Path as Segment, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What becomes of an invocation.
pub enum Invoked {
    /// This function handles it.
    By(Box<Function>),
    /// It failed, with these words of Lambda's own: their type, and what they say.
    Failing(&'static str, &'static str),
    /// Lambda does not have it run, with this status and this type of error.
    Refused(u16, &'static str),
    /// It answers this.
    Answering(Value),
}

/// A server that has functions run.
pub struct Invocations {
    endpoint: String,
    state: Arc<Known>,
    serving: JoinHandle<()>,
}

struct Known {
    functions: HashMap<&'static str, Invoked>,
    asked: Mutex<Vec<Value>>,
}

impl Drop for Invocations {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Invocations {
    /// Of these functions, by name and alias.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn of(functions: impl IntoIterator<Item = (&'static str, Invoked)>) -> Self {
        let state = Arc::new(Known {
            functions: functions.into_iter().collect(),
            asked: Mutex::default(),
        });
        let router = Router::new()
            .route("/2015-03-31/functions/{name}/invocations", post(invoke))
            .with_state(state.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("Lambda is served");
        });
        Self {
            endpoint,
            state,
            serving,
        }
    }

    /// How somebody reaches it who may.
    #[must_use]
    pub fn variables(&self) -> Variables {
        let told = [
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ];
        told.map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    /// What functions were asked, since this was asked last.
    #[must_use]
    pub fn asked(&self) -> Vec<Value> {
        std::mem::take(&mut *self.state.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn invoke(State(known): State<Arc<Known>>, Segment(name): Segment<String>, event: Bytes) -> Response {
    let event: Value = serde_json::from_slice(&event).unwrap_or_default();
    known
        .asked
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(event.clone());
    match known.functions.get(name.as_str()) {
        Some(Invoked::By(function)) => match function.invoke(event).await {
            Outcome::Answered(answer) => Json(answer).into_response(),
            Outcome::Failed(error) => failed(error),
        },
        Some(Invoked::Failing(kind, words)) => failed(json!({ "errorType": kind, "errorMessage": words })),
        Some(Invoked::Refused(status, kind)) => refused(*status, kind, "as the test says"),
        Some(Invoked::Answering(answer)) => Json(answer).into_response(),
        None => {
            let words = format!("Function not found: arn:aws:lambda:us-east-1:000000000000:function:{name}");
            refused(404, "ResourceNotFoundException", &words)
        }
    }
}

fn failed(error: Value) -> Response {
    ([("x-amz-function-error", "Unhandled")], Json(error)).into_response()
}

fn refused(status: u16, kind: &'static str, words: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let body = json!({ "Type": "User", "Message": words });
    (status, [("x-amzn-errortype", kind)], Json(body)).into_response()
}
