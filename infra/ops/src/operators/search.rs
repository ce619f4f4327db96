//! `valine search`: the search index, made anew from what its owners have.

use super::Bus;
use crate::installation::Installation;
use crate::network::address_of;
use crate::output;
use anyhow::{Context, Result};
use chassis::{Database, Manifest};
use clap::Subcommand;
use search_indexer::{Rebuild, Rebuilt};
use serde_json::json;
use std::time::Instant;
use store::PoolOptions;

/// Whose state is searched.
const OWNERS: [Manifest; 2] = [profile::MANIFEST, content::MANIFEST];

/// Connections to each of the schemas, where `DATABASE_POOL_SIZE` says nothing: pages are read and written one after the other.
const POOL: usize = 2;

/// What to do with the search index.
#[derive(Debug, Subcommand)]
#[command(after_help = "Example:\n  valine search rebuild")]
pub enum Command {
    /// Make the index anew, while the old one answers and goes on being kept
    Rebuild,
}

/// Runs the command.
///
/// # Errors
/// When a database cannot be reached.
pub async fn run(installation: &Installation, command: Command) -> Result<bool> {
    let Command::Rebuild = command;
    let bus = Bus::connect(installation).await?;
    bus.audit("rebuild-search", None, None, json!({})).await?;
    let (_, index) = place(installation, search_indexer::MANIFEST)?;
    let owners = OWNERS
        .iter()
        .map(|owner| place(installation, *owner))
        .collect::<Result<Vec<_>>>()?;
    let started = Instant::now();
    let Rebuilt {
        people,
        credits,
        posts,
    } = rebuild(&index, &owners).await?;
    output::say(format!(
        "Made anew in {:.1?}: {people} people, {credits} credits, {posts} posts.",
        started.elapsed()
    ));
    Ok(true)
}

/// Asks the owners for all they have, fills the index's shadow with it, and puts that in its place.
///
/// # Errors
/// When a database cannot be reached, or somebody else began after us.
pub async fn rebuild(index: &Database, owners: &[(Manifest, Database)]) -> Result<Rebuilt> {
    let rebuild = Rebuild::begin(index.clone()).await.map_err(crate::into_anyhow)?;
    for (owner, database) in owners {
        let snapshot = owner
            .snapshot
            .with_context(|| format!("{} does not tell what it has", owner.name))?;
        let mut from = None;
        loop {
            let page = snapshot(database.clone(), from)
                .await
                .map_err(crate::into_anyhow)?;
            rebuild.take(&page.envelopes).await.map_err(crate::into_anyhow)?;
            from = page.next;
            if from.is_none() {
                break;
            }
        }
    }
    rebuild.finish().await.map_err(crate::into_anyhow)
}

/// A service's schema, as its own role, and what the service is.
fn place(installation: &Installation, service: Manifest) -> Result<(Manifest, Database)> {
    let mut reader = installation.environment().read();
    let size = reader.or("DATABASE_POOL_SIZE", POOL, "most connections to a schema");
    reader.finish()?;
    let options = PoolOptions::new("valine-operator").size(size);
    let pool = store::pool(&address_of(installation, service.name)?, options)?;
    Ok((service, Database::new(pool)))
}
