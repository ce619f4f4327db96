//! Uploads: presigned, confirmed by content, shown to those who may see them.
//!
//! A client writes to storage, under a key that nothing is shown from. Confirming looks at what came and promotes it to
//! another key, which no URL that writes was ever made for; of a picture, only what was decoded and written anew gets
//! such a key.

mod app;
mod commands;
mod config;
mod consumers;
mod model;
mod pictures;
mod queries;
mod routes;
mod storage;
mod store;

use app::App;
use chassis::erasure::ERASURE;
use chassis::export::EXPORT;
use chassis::{Manifest, Service};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use pictures::Workshop;

pub use config::{Config, Settings, cdn};
pub use storage::Storage;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What this service is, told without making it.
pub const MANIFEST: Manifest = Manifest {
    name: "media",
    // The edges between people that the policy reads come first.
    migrations: || vec![audience::MIGRATIONS, MIGRATIONS],
    consumes: &[
        audience::SUBSCRIPTION,
        consumers::SIGHTINGS,
        consumers::RENDITIONS,
        ERASURE,
        EXPORT,
    ],
    snapshot: None,
    operates: false,
};

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
        database: config.database(MANIFEST.name)?,
        secrets: config.secrets.clone(),
        storage,
        settings,
        workshop: Workshop::new(),
    };
    let (worker, database, storage) = (app.clone(), app.database.clone(), app.storage.clone());
    let (eraser, exporter, bucket) = (app.clone(), app.database.clone(), app.storage.bucket().clone());
    let service = Service::new(MANIFEST, config, app.database.clone(), routes::routes(app));
    Ok(service
        .tidying(move |now| commands::sweep::sweep(database.clone(), storage.clone(), now))
        .consuming(audience::consumer())
        .consuming(consumers::sightings())
        .consuming(consumers::renditions())
        .working(move || {
            let app = worker.clone();
            async move { commands::render::render(&app).await }
        })
        .erasing(&bucket, move |erasure| {
            let app = eraser.clone();
            async move { commands::erase_person::erase_person(&app, erasure).await }
        })
        .exporting(&bucket, move |account| {
            let database = exporter.clone();
            async move { queries::holdings(&*database.connection().await?, account).await }
        }))
}
