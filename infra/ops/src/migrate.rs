//! `valine migrate`: every schema, role and queue, from nothing to now.

use crate::installation::Installation;
use crate::manifests::{MANIFESTS, consumers};
use crate::network;
use crate::operators::Bus;
use crate::output;
use anyhow::{Context, Result};
use chassis::Manifest;
use chassis::transport::{provision, subscribe};
use serde_json::json;
use store::migrate::{self, Administrator, Schema};

/// How to migrate.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  DATABASE_URL=postgres://admin@db.example/joint valine migrate")]
pub struct Args {}

/// Who is let in, and by what.
pub struct Doors<'a> {
    /// The administrator's address.
    pub administrator: &'a str,
    /// The password that a service's role is given.
    pub password_of: &'a (dyn Fn(&str) -> Result<String> + Sync),
    /// Where a service's migrations run, as its role.
    pub address_of: &'a (dyn Fn(&str) -> Result<String> + Sync),
    /// The password of the operators' role, where they have one of their own.
    pub operator: Option<&'a str>,
}

/// Migrates the installation's database.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn run(installation: &Installation, Args {}: Args) -> Result<()> {
    let secrets = installation.secrets()?;
    let doors = Doors {
        administrator: &installation.administrator()?,
        password_of: &|service| Ok(secrets.database_password(service)),
        address_of: &|service| network::address_of(installation, service),
        operator: None,
    };
    let bus = Bus::connect(installation).await?;
    let ran = all(doors).await?;
    output::say(if ran.is_empty() {
        "Everything is up to date.".to_owned()
    } else {
        format!("Ran {} migrations.", ran.len())
    });
    ran.iter().for_each(output::data);
    // Afterwards: there may have been no table to keep it in.
    let kept = bus.audit("migrate", None, None, json!({ "ran": ran })).await;
    kept.context("everything is migrated, and need not be again; but it is not kept that you did it")
}

/// Migrates every service's schema; answers what ran, as `schema/version`.
///
/// # Errors
/// When the database cannot be reached or a migration fails; what ran before it stays.
pub async fn all(doors: Doors<'_>) -> Result<Vec<String>> {
    let mut session = Administrator::connect(doors.administrator).await?;
    for service in &MANIFESTS {
        session
            .provide(&service.schema(), &(doors.password_of)(service.name)?)
            .await?;
    }
    let names: Vec<_> = MANIFESTS.iter().map(|service| service.name).collect();
    let subscriptions: Vec<_> = consumers()
        .map(|service| (service.name, service.subscriptions()))
        .collect();
    let consumers: Vec<_> = subscriptions.iter().map(|(name, _)| *name).collect();
    let operators: Vec<_> = MANIFESTS
        .iter()
        .filter(|service| service.operates)
        .map(|service| service.name)
        .collect();
    session.batch(&provision(&consumers, &names, &operators)).await?;
    session.batch(&subscribe(&subscriptions, &names)).await?;
    if let Some(password) = doors.operator {
        let schemas: Vec<_> = MANIFESTS.iter().map(Manifest::schema).collect();
        session.provide_operator(password, &schemas).await?;
    }
    let mut ran = Vec::new();
    for service in &MANIFESTS {
        let migrations = std::iter::once(store::MIGRATIONS)
            .chain((service.migrations)())
            .collect();
        let schema = Schema {
            name: service.schema(),
            address: (doors.address_of)(service.name)?,
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
