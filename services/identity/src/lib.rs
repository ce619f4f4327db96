//! Accounts, credentials and sessions: who somebody is, and whether they still may.

mod app;
mod archive;
mod commands;
mod consumers;
pub mod mailbox;
mod mailer;
mod model;
pub mod operators;
mod passwords;
mod queries;
mod routes;
mod settings;
mod store;

pub use settings::Settings;

use chassis::erasure::ERASURE;
use chassis::export::EXPORT;
use chassis::{Config, Manifest, Service};
use chrono::Utc;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use mailer::Mailer;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What this service is, told without making it.
pub const MANIFEST: Manifest = Manifest {
    name: "identity",
    migrations: || vec![MIGRATIONS],
    consumes: &[
        consumers::CARDS,
        consumers::DEEDS,
        consumers::LINKS,
        consumers::MAIL,
        consumers::CONFIRMATIONS,
        consumers::PARTS,
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
pub fn service(config: &Config, settings: Settings) -> anyhow::Result<Service> {
    let mailer = Mailer::new(settings.sender.as_ref());
    let app = app::App::new(config, settings)?;
    let routes = routes::all().with_state(app.clone());
    let mail = consumers::mail(app.links.clone(), mailer);
    let (kept, suspended) = (app.database.clone(), app.database.clone());
    let service = Service::new(MANIFEST, config, app.database.clone(), routes);
    let service = service
        .knowing_devices()
        .consuming(consumers::cards())
        .consuming(consumers::deeds())
        .consuming(consumers::links())
        .consuming(mail)
        .tidying(move |now| {
            let database = kept.clone();
            async move { commands::tidy_up(&database, now).await }
        })
        // A suspension ends when it was said to, and not when somebody tidies up.
        .working(move || {
            let database = suspended.clone();
            async move { commands::end_suspensions(&database, Utc::now()).await }
        });
    Ok(with_sagas(service, app))
}

/// With what erases and exports people, here and everywhere.
fn with_sagas(service: Service, app: app::App) -> Service {
    let bucket = app.bucket.clone();
    let (eraser, exporter, assembler, tidier) = (app.clone(), app.clone(), app.clone(), app);
    service
        .consuming(consumers::confirmations())
        .consuming(consumers::parts())
        .erasing(&bucket, move |erasure| {
            let app = eraser.clone();
            async move { commands::erase_person(&app, erasure).await }
        })
        .exporting(&bucket, move |account| {
            let app = exporter.clone();
            async move { queries::holdings(&*app.database.connection().await?, account).await }
        })
        .working(move || {
            let app = assembler.clone();
            async move { commands::assemble_export(&app).await }
        })
        .tidying(move |now| {
            let app = tidier.clone();
            async move { commands::forget_departed(&app, now).await }
        })
}
