//! A service as a process of its own: told by its environment how to run (`RUN_AS`), and where everything else is.
//!
//! Each service's `main` is one call of [`run`].

mod config;
mod container;
pub mod kept;
pub mod lambda;

pub use config::{Common, Login, RunAs};
pub use container::{CONSUMERS, answer, start, wind_down};
pub use lambda::{Deadline, handle};

use crate::config::{Environment, Reader};
use crate::session::SessionCookie;
use crate::transport::{Aws, AwsSettings, Embedded, Routes};
use crate::{Config, Service, Transport};
use anyhow::Context;

/// How a service may run.
pub const WAYS: [RunAs; 4] = [
    RunAs::Container,
    RunAs::LambdaHttp,
    RunAs::LambdaEvents,
    RunAs::LambdaRelay,
];

/// What this process was told, with what is kept elsewhere (see [`kept`]).
///
/// # Errors
/// When that cannot be read.
pub async fn environment() -> anyhow::Result<Environment> {
    kept::resolved(Environment::of_process()).await
}

/// Runs a service until it is asked to stop.
///
/// `read` takes from the environment what only this service is configured with; everything that is wrong with it is
/// complained about at once. `build` makes the service of it.
///
/// # Errors
/// When the configuration is not usable, something cannot be started, or a part of the service ends by itself.
pub async fn run<S>(
    name: &'static str,
    read: impl FnOnce(&mut Reader<'_>) -> S,
    build: impl FnOnce(&Config, S, &Transport) -> anyhow::Result<Service>,
) -> anyhow::Result<()> {
    let environment = environment().await?;
    let mut reader = environment.read();
    let run_as = RunAs::read(&mut reader, &WAYS);
    let common = Common::read(&mut reader);
    let carrier = AwsSettings::read(&mut reader);
    let config = Config::read(&mut reader, name);
    let own = read(&mut reader);
    reader.finish()?;
    let config = config.context("the configuration is not usable")?;
    common.start_telemetry()?;
    let transport = transport(name, &config, carrier).await?;
    let service = build(&config, own, &transport)?;
    match run_as {
        Some(RunAs::LambdaHttp) => {
            let cookie = SessionCookie::of_site(&config.public_url);
            lambda::serve(service, transport, cookie).await
        }
        Some(RunAs::LambdaEvents) => lambda::consume(service, transport).await,
        Some(RunAs::LambdaRelay) => lambda::sweep(service, transport).await,
        _ => container::run(service, transport, common.address).await,
    }
}

/// A service's way to the bus and to its queue. By EventBridge and SQS nothing is connected before the first use.
async fn transport(
    name: &'static str,
    config: &Config,
    carrier: Option<AwsSettings>,
) -> anyhow::Result<Transport> {
    if let Some(settings) = carrier {
        return Ok(Transport::Aws(Aws::from_environment(settings).await));
    }
    let routes = Routes::load(&config.database_url).await?;
    let embedded = Embedded::new(&config.database_url, name, CONSUMERS + 1, routes)?;
    Ok(Transport::Embedded(embedded))
}
