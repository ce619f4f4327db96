//! Uploads: presigned, confirmed by content, shown to those who may see them.
//!
//! Bytes never pass through here. A client writes them to storage under a key that nothing is shown from; confirming
//! looks at them and promotes them to another key, which no URL that writes was ever made for.

mod app;
mod commands;
mod config;
mod consumers;
mod model;
mod queries;
mod routes;
mod storage;
mod store;

use app::App;
use chassis::Service;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub use config::{Config, Settings};
pub use storage::Storage;

const NAME: &str = "media";
const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// The tables of this service: first the edges between people that the policy reads, then its own.
#[must_use]
pub fn migrations() -> Vec<EmbeddedMigrations> {
    vec![audience::MIGRATIONS, MIGRATIONS]
}

/// The service, with the bucket it works on, and the settings it has when nothing else is said.
///
/// # Errors
/// When the database's address cannot be read.
pub fn service(config: &chassis::Config, storage: Storage) -> anyhow::Result<Service> {
    service_with(config, storage, Settings::default())
}

/// The service, with the bucket it works on.
///
/// # Errors
/// When the database's address cannot be read.
pub fn service_with(
    config: &chassis::Config,
    storage: Storage,
    settings: Settings,
) -> anyhow::Result<Service> {
    let app = App {
        database: config.database(NAME)?,
        secrets: config.secrets.clone(),
        storage,
        settings,
    };
    let (database, storage) = (app.database.clone(), app.storage.clone());
    let service = Service::new(
        NAME,
        config,
        app.database.clone(),
        routes::routes(app),
        migrations,
    );
    Ok(service
        .tidying(move |now| commands::sweep::sweep(database.clone(), storage.clone(), now))
        .consuming(audience::consumer())
        .consuming(consumers::sightings())
        .consuming(consumers::accounts()))
}
