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
use chassis::{Database, Result, Service};
use chrono::{DateTime, Utc};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub use commands::sweep::Swept;
pub use config::Config;
pub use storage::Storage;

const NAME: &str = "media";
const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// The tables of this service: first the edges between people that the policy reads, then its own.
#[must_use]
pub fn migrations() -> Vec<EmbeddedMigrations> {
    vec![audience::MIGRATIONS, MIGRATIONS]
}

/// The service, with the bucket it works on.
///
/// # Errors
/// When the database's address cannot be read.
pub fn service(config: &chassis::Config, storage: Storage) -> anyhow::Result<Service> {
    let app = App {
        database: config.database(NAME)?,
        secrets: config.secrets.clone(),
        storage,
    };
    let service = Service::new(
        NAME,
        config,
        app.database.clone(),
        routes::routes(app),
        migrations,
    );
    Ok(service
        .consuming(audience::consumer())
        .consuming(consumers::sightings())
        .consuming(consumers::accounts()))
}

/// Gives up uploads that were not confirmed within an hour, and deletes what is doomed from storage. For housekeeping;
/// any number may run at once.
///
/// # Errors
/// When the database or the storage cannot be reached; what was done stays done, and the next sweep goes on.
pub async fn sweep(database: &Database, storage: &Storage, now: DateTime<Utc>) -> Result<Swept> {
    commands::sweep::sweep(database, storage, now).await
}
