//! Who follows, is connected with, and blocks whom.
//!
//! Everything between two people is one state, [`model::Between`]: loaded under lock, changed by a rule,
//! saved and published as a difference. See `README.md` for what it promises.

mod app;
mod commands;
mod consumers;
mod model;
mod queries;
mod routes;
mod store;

use app::App;
use chassis::Manifest;
use chassis::erasure::ERASURE;
use chassis::export::EXPORT;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What this service is, told without making it.
pub const MANIFEST: Manifest = Manifest {
    name: "social-graph",
    migrations: || vec![MIGRATIONS],
    consumes: &[consumers::SUBSCRIPTION, ERASURE, EXPORT],
    snapshot: None,
    operates: false,
};

/// The service, not yet running.
///
/// # Errors
/// When the database's address cannot be read.
pub fn service(config: &chassis::Config) -> anyhow::Result<chassis::Service> {
    let database = config.database(MANIFEST.name)?;
    let app = App {
        database: database.clone(),
    };
    let (erasing, exporting) = (database.clone(), database.clone());
    let service = chassis::Service::new(MANIFEST, config, database, routes::router(app));
    Ok(service
        .consuming(consumers::consumer())
        .erasing(&config.bucket, move |erasure| {
            let database = erasing.clone();
            async move { commands::erase_person::erase_person(&database, erasure).await }
        })
        .exporting(&config.bucket, move |account| {
            let database = exporting.clone();
            async move { queries::holdings(&*database.connection().await?, account).await }
        }))
}
