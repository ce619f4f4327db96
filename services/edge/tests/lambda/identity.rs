//! Identity as a function: it knows sessions, behind the guard that every service wears.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chassis::http::{Guard, Origins, guarded};
use chassis::{CLIENT_HEADER, Caller, PRINCIPAL_HEADER, Principal, Seal};
use events::SessionId;
use http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use testkit::call;
use testkit::lambda::Outcome;
use url::Url;

/// How it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Health {
    #[default]
    Well,
    /// It answers that it failed.
    Broken,
    /// The function itself fails.
    Failing,
    /// It answers what is none of API Gateway's answers.
    Babbling,
}

#[derive(Default)]
pub(crate) struct Identity {
    pub(crate) sessions: Mutex<HashMap<SessionId, Principal>>,
    pub(crate) health: Mutex<Health>,
    /// From where the operator's key was used.
    pub(crate) operators: Mutex<Vec<String>>,
    asked: AtomicUsize,
}

impl Identity {
    /// How often it was asked whether a session lives.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn is_now(&self, health: Health) {
        *self.health.lock().unwrap() = health;
    }

    /// Answers an event as the real one does: who asks stands in the authorizer's context, and nowhere else.
    pub(crate) async fn call(self: Arc<Self>, seal: Seal, event: Value) -> Outcome {
        let health = *self.health.lock().unwrap();
        match health {
            Health::Well => {}
            Health::Broken => return Outcome::Answered(json!({ "statusCode": 500, "body": "{}" })),
            Health::Failing => return Outcome::Failed(json!({ "errorMessage": "out of memory" })),
            Health::Babbling => return Outcome::Answered(json!("ok")),
        }
        let guard = Guard {
            service: "identity",
            gate: seal.gate(),
            origins: Origins::new(&Url::parse("https://joint.example").unwrap(), &[]),
        };
        let routes = Router::new()
            .route("/internal/sessions/{session}", get(whether_it_lives))
            .route("/internal/operator-uses", post(note))
            .with_state(self);
        let context = &event["requestContext"]["authorizer"];
        let mut request = Request::builder()
            .method(event["httpMethod"].as_str().unwrap())
            .uri(event["path"].as_str().unwrap());
        for (name, field) in [(PRINCIPAL_HEADER, "principal"), (CLIENT_HEADER, "client")] {
            if let Some(value) = context[field].as_str() {
                request = request.header(name, value);
            }
        }
        let request = request.body(Body::empty()).unwrap();
        // As of every service its health is beside it.
        let health = Router::new().route("/ready", get(async || "ok"));
        let answer = call(&guarded(routes, guard).merge(health), request).await;
        Outcome::Answered(json!({
            "statusCode": answer.status.as_u16(),
            "multiValueHeaders": { "content-type": ["application/json"] },
            "body": answer.text,
            "isBase64Encoded": false,
        }))
    }
}

async fn whether_it_lives(
    State(identity): State<Arc<Identity>>,
    Path(session): Path<SessionId>,
    caller: Caller,
) -> Response {
    if let Err(refusal) = caller.must_be_edge() {
        return refusal.into_response();
    }
    identity.asked.fetch_add(1, Ordering::SeqCst);
    match identity.sessions.lock().unwrap().get(&session) {
        Some(principal) => Json(json!({ "principal": principal })).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn note(State(identity): State<Arc<Identity>>, caller: Caller, headers: HeaderMap) -> Response {
    if let Err(refusal) = caller.must_be_edge() {
        return refusal.into_response();
    }
    let client = headers.get(CLIENT_HEADER).unwrap().to_str().unwrap();
    identity.operators.lock().unwrap().push(client.to_owned());
    Json(json!({})).into_response()
}
