//! By which operators look after the network over HTTP: its queues, outboxes and dead letters.
//!
//! It owns none of them, and of people it holds only what operators wrote about what they did, and for a while what they asked for
//! by commands ([`state`]). What it may do with others' queues its database role says (`chassis::transport::provision`), and
//! how it is done is shared with the command line (`chassis::operators`).

mod app;
mod commands;
mod model;
mod queries;
mod routes;
mod settings;
pub mod state;
mod store;

pub use app::Watched;
pub use settings::Settings;

use app::App;
use chassis::erasure::ERASURE;
use chassis::export::EXPORT;
use chassis::{Manifest, Service};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use state::{State, Table};
use std::sync::Arc;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What this service is, told without making it.
pub const MANIFEST: Manifest = Manifest {
    name: "orchestrator",
    migrations: || vec![MIGRATIONS],
    consumes: &[ERASURE, EXPORT],
    snapshot: None,
    operates: true,
};

/// The service, looking after these queues and outboxes.
///
/// # Errors
/// When the database's address cannot be read.
pub fn service(config: &chassis::Config, settings: &Settings, watched: Watched) -> anyhow::Result<Service> {
    let database = config.database(MANIFEST.name)?;
    let state = State::new(settings, &database);
    let app = App {
        database: database.clone(),
        watched: Arc::new(watched.in_order()),
    };
    let (erasing, exporting) = (
        (database.clone(), state.clone()),
        (database.clone(), state.clone()),
    );
    // Wherever the state is: there may be some from before it had a table of DynamoDB, which takes away by itself what has expired.
    let tables = Table::new(database.clone());
    let service = Service::new(MANIFEST, config, database, routes::all().with_state(app))
        .erasing(&config.bucket, move |erasure| {
            let (database, state) = erasing.clone();
            async move { commands::erase_person::erase_person(&database, &state, erasure).await }
        })
        .exporting(&config.bucket, move |account| {
            let (database, state) = exporting.clone();
            async move { queries::holdings(&database, &state, account).await }
        })
        .tidying(move |now| {
            let tables = tables.clone();
            async move { tables.sweep(now).await }
        });
    Ok(service)
}
