//! `valine migrate`: every schema, role and queue, from nothing to now.

use crate::installation::Installation;
use crate::{network, output};
use anyhow::Result;
use chassis::transport::{provision, subscribe};
use chassis::{Secrets, Service};
use store::migrate::{self, Administrator, Schema};

/// How to migrate.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  DATABASE_URL=postgres://admin@db.example/joint valine migrate")]
pub struct Args {}

/// Migrates the installation's database.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn run(installation: &Installation, Args {}: Args) -> Result<()> {
    let services = network::describe(installation)?;
    let ran = all(
        &installation.administrator()?,
        &installation.secrets()?,
        &services,
        |service| network::address_of(installation, service),
    )
    .await?;
    output::say(if ran.is_empty() {
        "Everything is up to date.".to_owned()
    } else {
        format!("Ran {} migrations.", ran.len())
    });
    ran.iter().for_each(output::data);
    Ok(())
}

/// Migrates every service's schema; answers what ran, as `schema/version`.
///
/// # Errors
/// When the database cannot be reached or a migration fails; what ran before it stays.
pub async fn all(
    administrator: &str,
    secrets: &Secrets,
    services: &[Service],
    address_of: impl Fn(&str) -> Result<String>,
) -> Result<Vec<String>> {
    let mut session = Administrator::connect(administrator).await?;
    for service in services {
        session
            .provide(&service.schema(), &secrets.database_password(service.name))
            .await?;
    }
    let names: Vec<_> = services.iter().map(|service| service.name).collect();
    let subscriptions: Vec<_> = network::consumers(services)
        .map(|service| (service.name, service.subscriptions()))
        .collect();
    let consumers: Vec<_> = subscriptions.iter().map(|(name, _)| *name).collect();
    let operators: Vec<_> = services
        .iter()
        .filter(|service| service.operates)
        .map(|service| service.name)
        .collect();
    session.batch(&provision(&consumers, &names, &operators)).await?;
    session.batch(&subscribe(&subscriptions, &names)).await?;
    let mut ran = Vec::new();
    for service in services {
        let migrations = std::iter::once(store::MIGRATIONS)
            .chain((service.migrations)())
            .collect();
        let schema = Schema {
            name: service.schema(),
            address: address_of(service.name)?,
            migrations,
        };
        ran.extend(
            migrate::run(schema)
                .await?
                .into_iter()
                .map(|version| format!("{}/{version}", service.schema())),
        );
    }
    Ok(ran)
}
