//! Posts, reactions and comments, and the feeds made of them.
//!
//! Who may see a post is decided by `audience`, inside the statement that reads it. See `README.md` for what
//! this service owns and promises.

mod app;
mod commands;
mod consumers;
mod model;
mod queries;
mod routes;
mod settings;
mod store;

pub use settings::Settings;

use app::App;
use chassis::Manifest;
use chassis::erasure::ERASURE;
use chassis::export::EXPORT;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What this service is, told without making it.
pub const MANIFEST: Manifest = Manifest {
    name: "content",
    // The edges between people that the policy reads come first.
    migrations: || vec![audience::MIGRATIONS, MIGRATIONS],
    consumes: &[
        audience::SUBSCRIPTION,
        consumers::AUTHORS,
        consumers::MEDIA,
        ERASURE,
        EXPORT,
    ],
    snapshot: Some(|database, from| {
        Box::pin(async move { queries::snapshot(&*database.connection().await?, from).await })
    }),
    operates: false,
};

/// The service, not yet running, with the settings it has when nothing else is said.
///
/// # Errors
/// When the database's address cannot be read.
pub fn service(config: &chassis::Config) -> anyhow::Result<chassis::Service> {
    service_with(config, Settings::default())
}

/// The service, not yet running.
///
/// # Errors
/// When the database's address cannot be read.
pub fn service_with(config: &chassis::Config, settings: Settings) -> anyhow::Result<chassis::Service> {
    let database = config.database(MANIFEST.name)?;
    let app = App {
        database: database.clone(),
        secrets: config.secrets.clone(),
        settings,
    };
    let (kept, router) = (database.clone(), routes::router(app));
    let service = chassis::Service::new(MANIFEST, config, database.clone(), router);
    let (erasing, exporting) = (database.clone(), database);
    Ok(service
        .consuming(audience::consumer())
        .consuming(consumers::authors())
        .consuming(consumers::media())
        .tidying(move |now| {
            let database = kept.clone();
            async move { commands::wipe_removed::wipe_removed(&database, now).await }
        })
        .erasing(&config.bucket, move |erasure| {
            let database = erasing.clone();
            async move { commands::erase_person::erase_person(&database, erasure).await }
        })
        .exporting(&config.bucket, move |account| {
            let database = exporting.clone();
            async move { queries::holdings(&*database.connection().await?, account).await }
        }))
}
