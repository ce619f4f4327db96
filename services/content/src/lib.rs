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
mod store;

use app::App;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// The tables of this service: first the edges between people that the policy reads, then its own.
#[must_use]
pub fn migrations() -> Vec<EmbeddedMigrations> {
    vec![audience::MIGRATIONS, MIGRATIONS]
}

/// The service, not yet running.
///
/// # Errors
/// When the database's address cannot be read.
pub fn service(config: &chassis::Config) -> anyhow::Result<chassis::Service> {
    let database = config.database("content")?;
    let app = App {
        database: database.clone(),
        secrets: config.secrets.clone(),
    };
    let service = chassis::Service::new("content", config, database, routes::router(app), migrations);
    Ok(service
        .consuming(audience::consumer())
        .consuming(consumers::authors())
        .consuming(consumers::media()))
}
