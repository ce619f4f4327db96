//! People, posts and credits, found by their words; never anything that the asker may not see.
//!
//! Documents are projections of what profile and content publish. Who may see what is decided in the statements
//! that search, by the same policy that content obeys; see the `audience` crate.

mod app;
mod commands;
mod consumers;
mod model;
mod queries;
mod routes;
mod store;

pub use commands::rebuild::{Rebuild, Rebuilt};

use app::App;
use chassis::erasure::ERASURE;
use chassis::export::EXPORT;
use chassis::{Manifest, Service};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What this service is, told without making it.
pub const MANIFEST: Manifest = Manifest {
    name: "search-indexer",
    // The edges between people that the policy reads come first.
    migrations: || vec![audience::MIGRATIONS, MIGRATIONS],
    consumes: &[
        audience::SUBSCRIPTION,
        consumers::DOCUMENTS,
        consumers::SHADOW,
        consumers::FILES,
        consumers::GIVEN,
        ERASURE,
        EXPORT,
    ],
    snapshot: None,
    operates: false,
};

/// The service.
///
/// # Errors
/// When the database's address cannot be read.
pub fn service(config: &chassis::Config) -> anyhow::Result<Service> {
    let app = App {
        database: config.database(MANIFEST.name)?,
    };
    let (erasing, exporting) = (app.database.clone(), app.database.clone());
    let service = Service::new(MANIFEST, config, app.database.clone(), routes::routes(app));
    Ok(service
        .consuming(audience::consumer())
        .consuming(consumers::documents())
        .consuming(consumers::shadow())
        .consuming(consumers::files())
        .consuming(consumers::given())
        .erasing(&config.bucket, move |erasure| {
            let database = erasing.clone();
            async move { commands::erase_person::erase_person(&database, erasure).await }
        })
        .exporting(&config.bucket, move |account| {
            let database = exporting.clone();
            async move { queries::holdings(&*database.connection().await?, account).await }
        }))
}
