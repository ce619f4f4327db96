//! The edge, and what stands behind it in these tests: an identity that knows sessions, and services that say what
//! they were told. They stand behind the real guard.

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Json, Router};
use chassis::http::{Guard, Origins, guarded};
use chassis::session::{SessionKey, SessionToken};
use chassis::{Caller, Principal, Role, Seal, Secrets, Voucher};
use chrono::Utc;
use edge::{Config, Upstream, Upstreams};
use events::{AccountId, SessionId};
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use testkit::{Exchange, witness};
use tokio::sync::Semaphore;
use tower::ServiceExt;
use url::Url;

/// Every service that the routing table knows.
pub(crate) const SERVICES: [&str; 7] = [
    "identity",
    "profile",
    "content",
    "media",
    "social-graph",
    "search-indexer",
    "orchestrator",
];

/// Where requests come from unless a test says otherwise.
const PEER: &str = "203.0.113.7:4711";

pub(crate) struct World {
    pub(crate) edge: Router,
    pub(crate) identity: Arc<Identity>,
    pub(crate) seal: Seal,
    pub(crate) services: HashMap<&'static str, Router>,
    key: SessionKey,
}

/// The service that keeps sessions.
#[derive(Default)]
pub(crate) struct Identity {
    pub(crate) sessions: Mutex<HashMap<SessionId, Principal>>,
    /// How often it was asked whether a session lives.
    pub(crate) asked: AtomicUsize,
    pub(crate) is_broken: AtomicBool,
    /// When there, an answer is made up and then waits for a permit.
    pub(crate) gate: Mutex<Option<Arc<Semaphore>>>,
}

impl Identity {
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// A session, and the cookie that goes with it.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) principal: Principal,
    pub(crate) cookie: String,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|_| ())
    }

    pub(crate) fn with(configure: impl FnOnce(&mut Config)) -> Self {
        Self::build(configure, |services| {
            services
                .iter()
                .fold(Upstreams::new(), |upstreams, (name, router)| {
                    upstreams.with(name, Upstream::InProcess(router.clone()))
                })
        })
    }

    pub(crate) fn build(
        configure: impl FnOnce(&mut Config),
        upstreams: impl FnOnce(&HashMap<&'static str, Router>) -> Upstreams,
    ) -> Self {
        let (seal, key) = (Seal::new(rand::random()), SessionKey::new(&Secrets::random()));
        let mut config = Config::new(url("https://joint.example"), seal.clone(), key.clone());
        configure(&mut config);
        let identity = Arc::new(Identity::default());
        let services: HashMap<_, _> = SERVICES
            .into_iter()
            .map(|name| {
                let routes = match name {
                    "identity" => identity_routes(identity.clone()),
                    _ => Router::new(),
                };
                (name, service(name, routes, &config))
            })
            .collect();
        let edge = edge::router(config, upstreams(&services)).unwrap();
        Self {
            edge,
            identity,
            seal,
            services,
            key,
        }
    }

    /// Somebody who is logged in.
    pub(crate) fn member(&self, role: Role) -> Member {
        self.session_of(AccountId::new(), role)
    }

    /// Another session of an account.
    pub(crate) fn session_of(&self, account: AccountId, role: Role) -> Member {
        let session = SessionId::new();
        let principal = Principal {
            account,
            session,
            role,
            username: "alice".to_owned(),
            display_name: "Alice".to_owned(),
            email: "alice@joint.example".to_owned(),
            email_verified: true,
            created_at: Utc::now(),
        };
        self.identity
            .sessions
            .lock()
            .unwrap()
            .insert(session, principal.clone());
        Member {
            cookie: self.cookie(account, session),
            principal,
        }
    }

    /// A well-signed cookie.
    pub(crate) fn cookie(&self, account: AccountId, session: SessionId) -> String {
        let now = Utc::now().timestamp();
        let token = SessionToken {
            account,
            session,
            issued_at: now,
            expires_at: now + 60,
        };
        format!("jwt_token={}", self.key.sign(&token).unwrap())
    }

    /// Asks the edge.
    pub(crate) async fn ask(&self, request: http::request::Builder) -> Answer {
        self.ask_with(request, Body::empty()).await
    }

    pub(crate) async fn ask_with(&self, request: http::request::Builder, body: impl Into<Body>) -> Answer {
        let mut request = request.body(body.into()).unwrap();
        let peer: SocketAddr = PEER.parse().unwrap();
        if request.extensions().get::<ConnectInfo<SocketAddr>>().is_none() {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        answer(self.edge.clone(), request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path)).await
    }

    pub(crate) async fn get_as(&self, member: &Member, path: &str) -> Answer {
        self.ask(Request::get(path).header(header::COOKIE, &member.cookie))
            .await
    }

    pub(crate) async fn post_as(&self, member: &Member, path: &str) -> Answer {
        self.ask(Request::post(path).header(header::COOKIE, &member.cookie))
            .await
    }
}

pub(crate) async fn answer(router: Router, request: Request) -> Answer {
    let (method, uri, asked_with) = (
        request.method().clone(),
        request.uri().clone(),
        request.headers().clone(),
    );
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8_lossy(&body);
    // The services here say what they were told, as none of ours does.
    if !text.starts_with(r#"{"account":"#) {
        witness().answered(&Exchange {
            method: &method,
            uri: &uri,
            asked_with: &asked_with,
            typed: &[],
            status: parts.status,
            headers: &parts.headers,
            text: &text,
        });
    }
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?} {:?}", self.status, self.body))
    }

    /// The code of a refusal, after a look at its shape.
    pub(crate) fn refused(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{:?}", self.body);
        let json = self.json();
        assert_eq!(json["error"], self.status.canonical_reason().unwrap(), "{json}");
        assert_eq!(json["requestId"], self.header("x-request-id"), "{json}");
        assert!(!json["message"].as_str().unwrap().is_empty());
        json["code"].as_str().unwrap().to_owned()
    }

    /// What the service was told.
    pub(crate) fn told(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{:?}", self.body);
        self.json()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// A service that says what it was told, behind the guard that every service wears; its health is beside it.
pub(crate) fn service(name: &'static str, routes: Router, config: &Config) -> Router {
    let echoing = routes
        .route("/internal/secret", any(async || "leaked"))
        .route("/{*rest}", any(echo))
        .layer(Extension(name));
    let guard = Guard {
        service: name,
        gate: config.seal.gate(),
        origins: Origins::new(&config.public_url, &config.origins),
    };
    guarded(echoing, guard).merge(Router::new().route("/ready", get(async || "ok")))
}

async fn echo(
    Extension(service): Extension<&'static str>,
    Extension(voucher): Extension<Arc<Voucher>>,
    method: Method,
    uri: http::Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Json<Value> {
    let told: HashMap<_, _> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    Json(json!({
        "service": service,
        "method": method.as_str(),
        "address": uri.to_string(),
        "account": voucher.caller.account(),
        "role": voucher.caller.principal().map(|principal| principal.role),
        "operator": voucher.operator,
        "headers": told,
        "bytes": body.len(),
    }))
}

fn identity_routes(identity: Arc<Identity>) -> Router {
    Router::new()
        .route("/internal/sessions/{session}", get(whether_it_lives))
        .route("/auth/logout", post(log_out))
        .route("/auth/sessions/{session}", axum::routing::delete(end_session))
        .route("/auth/reset-password", post(end_every_session))
        .with_state(identity)
}

async fn whether_it_lives(
    State(identity): State<Arc<Identity>>,
    Path(session): Path<SessionId>,
    caller: Caller,
) -> Response {
    if let Err(refusal) = caller.must_be_edge() {
        return refusal.into_response();
    }
    let found = identity.sessions.lock().unwrap().get(&session).cloned();
    identity.asked.fetch_add(1, Ordering::SeqCst);
    let gate = identity.gate.lock().unwrap().clone();
    if let Some(gate) = gate {
        gate.acquire().await.unwrap().forget();
    }
    if identity.is_broken.load(Ordering::SeqCst) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    match found {
        Some(principal) => Json(json!({ "principal": principal })).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn log_out(State(identity): State<Arc<Identity>>, principal: Principal) -> &'static str {
    identity.sessions.lock().unwrap().remove(&principal.session);
    "{}"
}

async fn end_session(
    State(identity): State<Arc<Identity>>,
    Path(session): Path<SessionId>,
    _: Principal,
) -> &'static str {
    identity.sessions.lock().unwrap().remove(&session);
    "{}"
}

async fn end_every_session(State(identity): State<Arc<Identity>>) -> &'static str {
    identity.sessions.lock().unwrap().clear();
    "{}"
}
