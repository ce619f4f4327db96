//! In a container: HTTP on a socket, the queue polled, the outbox carried to the bus, until the process is asked to stop.

use crate::{
    RELEASE, Service, Transport, consume_forever, housekeep_forever, relay_forever, serve, stop_signal,
    work_forever,
};
use anyhow::{Context, anyhow};
use axum::Router;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Consumers of a queue that run at a time in a process, a batch each.
pub const CONSUMERS: usize = 2;

/// For how long requests and messages in hand may take to end: some seconds less than a container is given.
const PATIENCE: Duration = Duration::from_secs(25);

/// Starts what a service does without being asked: its relay, consumers, workers and housekeeping. They end when `stop` is
/// cancelled; join them to know that they have.
pub fn start(service: &Service, transport: &Transport, stop: &CancellationToken, running: &mut JoinSet<()>) {
    service.carried_by(transport);
    let given = || (service.clone(), transport.clone(), stop.clone());
    let (relayed, transport_of_relay, stop_of_relay) = given();
    running.spawn(relay_forever(relayed, transport_of_relay, stop_of_relay));
    running.spawn(housekeep_forever(service.clone(), stop.clone()));
    if !service.workers.is_empty() {
        running.spawn(work_forever(service.clone(), stop.clone()));
    }
    if !service.consumers.is_empty() {
        for _ in 0..CONSUMERS {
            let (service, transport, stop) = given();
            running.spawn(consume_forever(service, transport, stop));
        }
    }
}

/// Waits until all have ended; `false` when some took too long and were cut off.
pub async fn wind_down(mut running: JoinSet<()>, patience: Duration) -> bool {
    let ended = async { while running.join_next().await.is_some() {} };
    let have_ended = tokio::time::timeout(patience, ended).await.is_ok();
    running.abort_all();
    have_ended
}

pub(super) async fn run(service: Service, transport: Transport, address: SocketAddr) -> anyhow::Result<()> {
    let (stop, mut running) = (CancellationToken::new(), JoinSet::new());
    let listener = listen(address).await?;
    start(&service, &transport, &stop, &mut running);
    running.spawn(serve(listener, service.router.clone(), stop.clone()));
    until_asked(service.name, running, &stop).await
}

/// Answers requests at this address until the process is asked to stop, then finishes those that run: for a process that
/// does nothing else.
///
/// # Errors
/// When the address is taken, or not ours.
pub async fn answer(name: &str, router: Router, address: SocketAddr) -> anyhow::Result<()> {
    let (stop, mut running) = (CancellationToken::new(), JoinSet::new());
    running.spawn(serve(listen(address).await?, router, stop.clone()));
    until_asked(name, running, &stop).await
}

async fn until_asked(name: &str, mut running: JoinSet<()>, stop: &CancellationToken) -> anyhow::Result<()> {
    tracing::info!(service = name, release = RELEASE, "runs");
    let outcome = tokio::select! {
        asked = stop_signal() => asked,
        // Loops end only when asked to: one that ended by itself has failed.
        _ = running.join_next() => Err(anyhow!("a part of {name} ended by itself")),
    };
    stop.cancel();
    if !wind_down(running, PATIENCE).await {
        tracing::warn!(service = name, "what took too long to end was cut off");
    }
    tracing::info!(service = name, "has stopped");
    outcome
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen at {address}; set PORT to a free port"))
}
