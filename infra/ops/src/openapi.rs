//! `valine openapi`: what the HTTP API is, said by the code that answers it.

use crate::installation::Installation;
use crate::network::{self, Network};
use crate::output;
use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::Request;
use serde_json::Value;
use tower::ServiceExt;

/// A description longer than this (bytes) is no description.
const LONGEST: usize = 16 * 1024 * 1024;

/// How to print it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  valine openapi > openapi.json
  make api                        writes docs/openapi.json, from which clients are made; a test compares it with the code

A running system answers the same at /openapi.json.")]
pub struct Args {}

/// Prints the description. Nothing needs to run.
///
/// # Errors
/// When the installation's configuration is not usable.
pub async fn run(installation: &Installation, Args {}: Args) -> Result<()> {
    output::data(document(installation).await?.trim_end());
    Ok(())
}

/// The description, as the edge answers it, laid out for people.
///
/// # Errors
/// When the installation's configuration is not usable.
pub async fn document(installation: &Installation) -> Result<String> {
    let settings = network::nowhere(installation.secrets()?, installation.environment().clone())?;
    let network = Network::assemble(&settings, Router::new())?;
    let request = Request::get("/openapi.json").body(Body::empty())?;
    let response: Response = network.router.oneshot(request).await?;
    ensure!(
        response.status().is_success(),
        "the edge answers {}",
        response.status()
    );
    let bytes = to_bytes(response.into_body(), LONGEST).await?;
    let document: Value = serde_json::from_slice(&bytes).context("the edge's description is not JSON")?;
    Ok(format!("{document:#}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chassis::config::Environment;

    #[tokio::test]
    async fn the_committed_description_is_that_of_the_code() {
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation::open(folder.path(), Environment::default()).unwrap();
        let described: Value = serde_json::from_str(&document(&installation).await.unwrap()).unwrap();
        let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        let committed: Option<Value> = std::fs::read(committed)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok());
        assert!(
            committed == Some(described),
            "the HTTP API has changed: run `make api`, read the difference as a client would, and commit it"
        );
    }
}
