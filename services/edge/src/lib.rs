//! The one HTTP door: checks the session, names the principal, routes to the service that owns the command.
//!
//! It has no tables, publishes nothing and consumes nothing; all it keeps it may forget. What stands between a
//! request and its service is one function that reads from top to bottom, not a stack of layers: see `door`.

mod client_address;
mod config;
mod cors;
mod door;
mod forward;
mod lambda;
mod moment;
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
pub use config::{Config, PresentedKey};
pub use lambda::Function;
pub use routing::owner_of;
pub use upstream::{Upstream, Upstreams};
pub use web_app::web_app;

use axum::Router;
use axum::extract::{Request, State};
use chassis::config::{Environment, Reader};
use chassis::http::compressed;
use chassis::process::{self, Common, RunAs};
use door::Door;
use std::path::PathBuf;
use std::sync::Arc;

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

/// How the edge may run.
pub const WAYS: [RunAs; 3] = [RunAs::Container, RunAs::LambdaHttp, RunAs::LambdaAuthorizer];

/// Runs the edge as a process of its own, before services of other processes, until it is asked to stop; or as one of its
/// functions, before services that are functions, too.
///
/// # Errors
/// When the configuration is not usable, the address is taken, or the listener fails.
pub async fn run(environment: &Environment) -> anyhow::Result<()> {
    let mut reader = environment.read();
    let run_as = RunAs::read(&mut reader, &WAYS);
    let common = Common::read(&mut reader);
    let config = Config::read(&mut reader);
    match run_as {
        Some(RunAs::LambdaHttp) => lambda::answer(reader, &common, config).await,
        Some(RunAs::LambdaAuthorizer) => lambda::authorize(reader, &common, config).await,
        _ => in_container(reader, &common, config).await,
    }
}

async fn in_container(mut reader: Reader<'_>, common: &Common, config: Option<Config>) -> anyhow::Result<()> {
    let upstreams = Upstreams::read(&mut reader);
    let web: Option<PathBuf> = reader.optional(
        "VALINE_WEB",
        "the folder of the web app's build; none is shown without",
    );
    let storage = reader.optional("MEDIA_PUBLIC_ENDPOINT", "where files are, as browsers reach them");
    let cdn = reader.optional("MEDIA_CDN_URL", "the CDN in front of the files, if there is one");
    reader.finish()?;
    let (Some(config), Some(mut upstreams)) = (config, upstreams) else {
        anyhow::bail!("the configuration is not usable");
    };
    if let Some(web) = &web {
        upstreams = upstreams.outside(web_app(web, storage.as_ref(), cdn.as_ref())?);
    }
    common.start_telemetry()?;
    process::answer("edge", router(config, upstreams)?, common.address).await
}
