//! By which operators look after the network over HTTP: its queues, outboxes and dead letters.
//!
//! It owns none of them, and of people it holds only what operators wrote about what they did. What it may do with others' queues its database role says (`chassis::transport::provision`), and
//! how it is done is shared with the command line (`chassis::operators`).

mod app;
mod commands;
mod model;
mod queries;
mod routes;
mod store;

pub use app::Watched;

use app::App;
use chassis::Service;
use diesel_migrations::EmbeddedMigrations;
use std::sync::Arc;

const NAME: &str = "orchestrator";

/// What it consumes: whoever gives it the way to the queues must know before there is a service. A test holds it to it.
pub const SUBSCRIPTIONS: [&str; 2] = events::account::ASKING_EVENTS;

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
    let (erasing, exporting) = (database.clone(), database.clone());
    let service = Service::new(NAME, config, database, routes::all().with_state(app), migrations)
        .operating()
        .erasing(&config.bucket, move |erasure| {
            let database = erasing.clone();
            async move { commands::erase_person::erase_person(&database, erasure).await }
        })
        .exporting(&config.bucket, move |account| {
            let database = exporting.clone();
            async move { queries::holdings(&*database.connection().await?, account).await }
        });
    Ok(service)
}

/// It has no tables but those that every service has.
#[must_use]
pub fn migrations() -> Vec<EmbeddedMigrations> {
    Vec::new()
}
