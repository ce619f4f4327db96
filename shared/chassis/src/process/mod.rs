//! A service as a process of its own: told by its environment how to run (`RUN_AS`), and where everything else is.
//!
//! Each service's `main` is one call of [`run`].

mod config;
mod container;

pub use config::{Common, Login, RunAs};
pub use container::{CONSUMERS, answer, start, wind_down};

use crate::config::{Environment, Reader};
use crate::transport::{Aws, AwsSettings, Embedded, Routes};
use crate::{Config, Service, Transport};
use anyhow::Context;

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
    let environment = Environment::of_process();
    let mut reader = environment.read();
    let common = Common::read(&mut reader);
    let carrier = AwsSettings::read(&mut reader);
    let config = Config::read(&mut reader, name);
    let own = read(&mut reader);
    reader.finish()?;
    let config = config.context("the configuration is not usable")?;
    common.start_telemetry()?;
    let transport = transport(name, &config, carrier).await?;
    let service = build(&config, own, &transport)?;
    match common.run_as {
        RunAs::Container => container::run(service, transport, common.address).await,
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
