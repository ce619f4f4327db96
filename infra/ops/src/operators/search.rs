//! `valine search`: the search index, made anew from what its owners have.

use super::Bus;
use crate::installation::Installation;
use crate::network::{Settings, address_of, describe_one};
use crate::output;
use anyhow::{Context, Result};
use chassis::Service;
use clap::Subcommand;
use search_indexer::{Rebuild, Rebuilt};
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;
use url::Url;

/// Whose state is searched.
const OWNERS: [&str; 2] = ["profile", "content"];

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
    let settings = settings(installation)?;
    let index = describe_one(&settings, "search-indexer")?;
    let owners = OWNERS
        .iter()
        .map(|name| describe_one(&settings, name))
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
pub async fn rebuild(index: &Service, owners: &[Service]) -> Result<Rebuilt> {
    let rebuild = Rebuild::begin(index.database.clone())
        .await
        .map_err(crate::into_anyhow)?;
    for owner in owners {
        let snapshot = owner
            .snapshot
            .clone()
            .with_context(|| format!("{} does not tell what it has", owner.name))?;
        let mut from = None;
        loop {
            let page = snapshot(from).await.map_err(crate::into_anyhow)?;
            rebuild.take(&page.envelopes).await.map_err(crate::into_anyhow)?;
            from = page.next;
            if from.is_none() {
                break;
            }
        }
    }
    rebuild.finish().await.map_err(crate::into_anyhow)
}

/// The services at their real addresses, to be asked and not to be run.
fn settings(installation: &Installation) -> Result<Settings> {
    let for_addresses = installation.clone();
    Ok(Settings {
        address_of: Arc::new(move |service| address_of(&for_addresses, service)),
        secrets: installation.secrets()?,
        public_url: Url::parse("http://127.0.0.1:8080")?,
        operator_key: None,
        storage: crate::network::no_storage(),
        carrier: None,
        environment: installation.environment().clone(),
    })
}
