//! Who people are to each other: profiles, credits, education, links.
//!
//! A profile is one aggregate: whoever changes any part of it holds its row, and every change publishes the whole
//! card with the next version. See `README.md` for what it promises.

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
    name: "profile",
    migrations: || vec![MIGRATIONS],
    consumes: &[consumers::SUBSCRIPTION, ERASURE, EXPORT],
    snapshot: Some(|database, from| {
        Box::pin(async move { queries::snapshot(&*database.connection().await?, from).await })
    }),
    operates: false,
};

/// The service, not yet running.
///
/// # Errors
/// When the database's address cannot be read.
pub fn service(config: &chassis::Config) -> anyhow::Result<chassis::Service> {
    let database = config.database(MANIFEST.name)?;
    let secrets = config.secrets.clone();
    let app = App {
        database: database.clone(),
        secrets: secrets.clone(),
    };
    let router = routes::router(app);
    let service = chassis::Service::new(MANIFEST, config, database.clone(), router);
    let (erasing, exporting) = (database.clone(), database);
    Ok(service
        .consuming(consumers::consumer(secrets.clone()))
        .erasing(&config.bucket, move |erasure| {
            let (database, secrets) = (erasing.clone(), secrets.clone());
            async move { commands::erase_person::erase_person(&database, &secrets, erasure).await }
        })
        .exporting(&config.bucket, move |account| {
            let database = exporting.clone();
            async move { queries::holdings(&*database.connection().await?, account).await }
        }))
}
