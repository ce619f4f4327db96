//! The one HTTP door: checks the session, names the principal, routes to the service that owns the command.
//!
//! It has no tables, publishes nothing and consumes nothing; all it keeps it may forget. What stands between a
//! request and its service is one function that reads from top to bottom, not a stack of layers: see `door`.

mod client_address;
mod config;
mod cors;
mod door;
mod forward;
mod openapi;
mod operator;
mod rate_limit;
mod readiness;
mod reference;
mod routing;
mod sessions;
mod upstream;
mod vouchers;
mod web_app;

pub use client_address::Network;
pub use config::{Config, OperatorKey};
pub use routing::owner_of;
pub use upstream::{Upstream, Upstreams};
pub use web_app::web_app;

use anyhow::Context;
use axum::Router;
use axum::extract::{Request, State};
use chassis::config::Environment;
use chassis::http::compressed;
use chassis::telemetry;
use door::Door;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The edge, as a router. [`chassis::serve`] tells it from where somebody asks.
///
/// # Errors
/// When the services contradict each other in what they say of themselves.
pub fn router(config: Config, upstreams: Upstreams) -> anyhow::Result<Router> {
    let door = Arc::new(Door::new(config, upstreams)?);
    // Services compress for themselves, so that they do without an edge process, too; this is for what is the edge's own.
    Ok(compressed(
        Router::new()
            .fallback(async |State(door): State<Arc<Door>>, request: Request| door.answer(request).await)
            .with_state(door),
    ))
}

/// Runs the edge as a process of its own, before services of other processes, until it is asked to stop.
///
/// # Errors
/// When the configuration is not usable, the address is taken, or the listener fails.
pub async fn run(environment: &Environment) -> anyhow::Result<()> {
    let mut reader = environment.read();
    let host = reader.or(
        "HOST",
        IpAddr::from([127, 0, 0, 1]),
        "the address to listen at; 0.0.0.0 for all",
    );
    let port = reader.or("PORT", 8080, "the port to listen at");
    let filter = reader.or(
        "LOG",
        "info".to_owned(),
        "which log lines are written, such as warn,edge=debug",
    );
    let config = Config::read(&mut reader);
    let upstreams = Upstreams::read(&mut reader);
    reader.finish()?;
    let (Some(config), Some(upstreams)) = (config, upstreams) else {
        anyhow::bail!("the configuration is not usable");
    };
    telemetry::start(telemetry::Format::Json, &filter, std::io::stderr)?;
    let address = SocketAddr::new(host, port);
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen at {address}; set PORT to a free port"))?;
    let stop = CancellationToken::new();
    let until_asked = async {
        let asked = chassis::stop_signal().await;
        stop.cancel();
        asked
    };
    let serving = chassis::serve(listener, router(config, upstreams)?, stop.clone());
    let ((), asked) = tokio::join!(serving, until_asked);
    asked
}
