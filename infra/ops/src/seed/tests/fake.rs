//! The HTTP contract on a few maps, on port 0, with faults to order. It stands in for a server on the other side of
//! the network, so that what the seed does there can be counted; the real one is tried end to end elsewhere.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::World;

/// What the fake does to requests, in turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fair,
    /// Of eleven requests one is dropped unread, one is dropped after its work, one is answered 503, and one answer is
    /// torn in the middle.
    Storm,
    /// After so many requests, every connection is dropped unread.
    DownAfter(u64),
}

/// The server; it ends with the test's runtime.
#[derive(Clone)]
pub(super) struct Fake {
    pub(super) address: SocketAddr,
    world: Arc<Mutex<World>>,
    weather: Arc<Mutex<Weather>>,
    requests: Arc<AtomicU64>,
}

impl Fake {
    pub(super) async fn start(weather: Weather) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self {
            address: listener.local_addr().unwrap(),
            world: Arc::default(),
            weather: Arc::new(Mutex::new(weather)),
            requests: Arc::default(),
        };
        let router = Router::new()
            .fallback(serve)
            .layer(from_fn_with_state(fake.clone(), faults))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    pub(super) fn url(&self) -> url::Url {
        format!("http://{}", self.address).parse().unwrap()
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn turn(&self, weather: Weather) {
        *self.weather.lock().unwrap() = weather;
    }
}

async fn faults(State(fake): State<Fake>, request: Request, next: Next) -> Response {
    // Unwinding without a panic's message: the connection's task ends, and the connection with it.
    let hang_up = || std::panic::resume_unwind(Box::new("hang up"));
    let number = fake.requests.fetch_add(1, Ordering::Relaxed);
    let weather = *fake.weather.lock().unwrap();
    match weather {
        Weather::Fair => next.run(request).await,
        Weather::DownAfter(limit) if number >= limit => hang_up(),
        Weather::DownAfter(_) => next.run(request).await,
        Weather::Storm => match number % 11 {
            3 => hang_up(),
            5 => {
                next.run(request).await;
                hang_up()
            }
            7 => (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "0")]).into_response(),
            9 => {
                let (parts, _) = next.run(request).await.into_parts();
                let torn = stream::iter([
                    Ok(Bytes::from_static(b"{\"mess")),
                    Err(std::io::Error::other("torn")),
                ]);
                let mut response = Response::new(Body::from_stream(torn));
                *response.status_mut() = parts.status;
                response
            }
            _ => next.run(request).await,
        },
    }
}

async fn serve(State(fake): State<Fake>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    if let Some(id) = parts.uri.path().strip_prefix("/storage/") {
        return storage(
            &mut fake.world(),
            &parts.method,
            id.parse().unwrap(),
            &parts.headers,
            body,
        );
    }
    let mut world = fake.world();
    let key = parts
        .headers
        .get("idempotency-key")
        .map(|key| key.to_str().unwrap().to_owned());
    if let Some(key) = &key {
        *world.keys.entry(key.clone()).or_default() += 1;
    }
    let before = key.as_ref().and_then(|key| world.answers.get(key).cloned());
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let reply = match before {
        Some(answer) => Ok(answer),
        None => world.answer(
            &fake.url(),
            parts.method.as_str(),
            &parts.uri,
            &parts.headers,
            &body,
        ),
    };
    match reply {
        Ok((status, body)) => {
            if let Some(key) = key {
                world.answers.insert(key, (status, body.clone()));
            }
            let session = body.get("cookie").and_then(Value::as_str).map(str::to_owned);
            let mut response = (status, axum::Json(body)).into_response();
            if let Some(session) = session {
                response
                    .headers_mut()
                    .insert(header::SET_COOKIE, session.parse().unwrap());
            }
            response
        }
        Err((StatusCode::TEMPORARY_REDIRECT, location)) => {
            let id = parts.uri.path().split('/').nth(3).unwrap_or_default();
            (
                StatusCode::TEMPORARY_REDIRECT,
                [(header::LOCATION, format!("{location}{id}"))],
            )
                .into_response()
        }
        Err((status, code)) => (status, axum::Json(json!({ "code": code, "message": "no" }))).into_response(),
    }
}

fn storage(
    world: &mut World,
    method: &axum::http::Method,
    id: Uuid,
    headers: &HeaderMap,
    body: Bytes,
) -> Response {
    assert!(
        !headers.contains_key(header::COOKIE),
        "the storage must not see a session"
    );
    let slot = world.media.get_mut(&id).unwrap();
    match (method.as_str(), slot.as_ref()) {
        ("PUT", Some(_)) => StatusCode::PRECONDITION_FAILED.into_response(),
        ("PUT", None) => {
            assert_eq!(
                (&headers["if-none-match"], &headers["content-type"]),
                (&"*".parse().unwrap(), &"image/png".parse().unwrap())
            );
            *slot = Some(body);
            StatusCode::OK.into_response()
        }
        (_, Some(file)) => file.clone().into_response(),
        (_, None) => StatusCode::NOT_FOUND.into_response(),
    }
}
