//! Answers HTTP/1.1 on a socket. (Browsers speak HTTP/2 over TLS only, and that ends before us.)

mod socket;
mod unread;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderValue, Request, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use socket::{Heard, Socket, Unheard};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// What a client may take without asking for anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For how long a connection may wait for the next whole head of a request: whoever says nothing, or says it byte by
    /// byte, holds no place.
    pub head: Duration,
    /// For how long a client may take nothing of its answers.
    pub answer: Duration,
    /// Most connections at a time; further ones wait to be accepted.
    pub connections: usize,
}

/// Largest head of a request, with its address, in bytes. Cookies and queries of ours have a tenth of it; API Gateway takes less.
const LARGEST_HEAD: usize = 64 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            answer: Duration::from_secs(60),
            connections: 10_000,
        }
    }
}

/// Open files that are kept for everything else: pools, logs, files that are sent.
const OTHER_FILES: usize = 400;

/// Between two tries to accept, when the system gives no socket.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers HTTP until asked to stop, then finishes the requests that run. Handlers find the peer in
/// [`ConnectInfo<SocketAddr>`].
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let wanted = Limits::default();
    let limits = Limits {
        connections: possible(wanted.connections),
        ..wanted
    };
    serve_within(listener, router, stop, limits).await;
}

/// As many of these connections as the system lets this process have, which is asked for all it would give.
fn possible(connections: usize) -> usize {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return connections;
    };
    let raised = soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    let files = usize::try_from(if raised { hard } else { soft }).unwrap_or(usize::MAX);
    let places = files.saturating_sub(OTHER_FILES).clamp(1, connections);
    if places < connections {
        tracing::warn!(
            places,
            "the limit of open files allows only so many connections (ulimit -n)"
        );
    }
    places
}

/// The same, within other limits.
pub async fn serve_within(listener: TcpListener, router: Router, stop: CancellationToken, limits: Limits) {
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(LARGEST_HEAD);
    let (graceful, places) = (
        GracefulShutdown::new(),
        Arc::new(Semaphore::new(limits.connections)),
    );
    let mut running = JoinSet::new();
    loop {
        while running.try_join_next().is_some() {}
        let next = async {
            let place = places.clone().acquire_owned().await;
            (place, accept(&listener).await)
        };
        let (place, (stream, peer)) = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            next = next => next,
        };
        let router = router.clone();
        let unheard = Unheard::default();
        let socket = Socket::new(stream, unheard.clone(), limits.answer);
        let answer = hyper::service::service_fn(move |request: Request<Incoming>| {
            let unheard = unheard.clone();
            let mut request = request.map(|body| Body::new(Heard::new(body, unheard.clone())));
            request.extensions_mut().insert(ConnectInfo(peer));
            let answer = router.clone().oneshot(request);
            async move {
                let mut response = answer.await?;
                // What was refused without being read cannot be told from what comes after it.
                if unheard.is_so() {
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(header::CONNECTION, close);
                }
                std::result::Result::<_, Infallible>::Ok(response)
            }
        });
        let connection = server.serve_connection(TokioIo::new(socket), answer);
        let connection = graceful.watch(connection);
        running.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection. A peer that is gone again is nobody's failure; without a free socket there will be one soon.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Answers are written whole; waiting for more to send with them only delays them.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection ended before it began");
                    continue;
                }
                return (stream, peer);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
