//! By which operators look after the network over HTTP: its queues, outboxes and dead letters.
//!
//! It owns none of them. What it may do with others' queues its database role says (`chassis::transport::provision`), and
//! how it is done is shared with the command line (`chassis::operators`).

mod app;
mod commands;
mod model;
mod queries;
mod routes;

pub use app::Watched;

use app::App;
use chassis::Service;
use diesel_migrations::EmbeddedMigrations;
use std::sync::Arc;

const NAME: &str = "orchestrator";

/// The service, looking after these queues and outboxes.
///
/// # Errors
/// When the database's address cannot be read.
pub fn service(config: &chassis::Config, watched: Watched) -> anyhow::Result<Service> {
    let database = config.database(NAME)?;
    let app = App {
        database: database.clone(),
        watched: Arc::new(watched.in_order()),
    };
    Ok(Service::new(NAME, config, database, routes::all().with_state(app), migrations).operating())
}

/// It has no tables but those that every service has.
#[must_use]
pub fn migrations() -> Vec<EmbeddedMigrations> {
    Vec::new()
}
