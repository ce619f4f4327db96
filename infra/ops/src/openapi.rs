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
        let described = described().await;
        let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        let committed: Option<Value> = std::fs::read(committed)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok());
        assert!(
            committed == Some(described),
            "the HTTP API has changed: run `make api`, read the difference as a client would, and commit it"
        );
    }

    async fn described() -> Value {
        let folder = tempfile::tempdir().unwrap();
        let installation = Installation::open(folder.path(), Environment::default()).unwrap();
        serde_json::from_str(&document(&installation).await.unwrap()).unwrap()
    }

    /// An example is put together from those of the fields, so each text needs one, or says itself what it looks like.
    #[tokio::test]
    async fn every_text_of_the_api_has_an_example() {
        let document = described().await;
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let mut without = Vec::new();
        for (name, schema) in schemas {
            let parts = schema["allOf"].as_array().into_iter().flatten().chain([schema]);
            let fields = parts.filter_map(|part| part["properties"].as_object()).flatten();
            for (field, schema) in fields {
                let is = |kind: &str| schema["type"] == kind || schema["type"][0] == kind;
                let says = |what: &str| schema.get(what).is_some();
                let is_text = is("string") || is("array") && schema["items"]["type"] == "string";
                let is_told = ["example", "enum"].iter().any(|what| says(what))
                    || ["uuid", "date-time"]
                        .iter()
                        .any(|format| schema["format"] == *format);
                if is_text && !is_told {
                    without.push(format!("{name}.{field}"));
                }
            }
        }
        assert!(schemas.len() > 50, "the schemas are elsewhere");
        assert!(
            without.is_empty(),
            "give these an #[schema(example = …)]: {without:?}"
        );
    }

    #[tokio::test]
    async fn every_request_and_every_answer_has_an_example() {
        let document = described().await;
        let mut without = Vec::new();
        let shared = document["components"]["responses"].as_object().unwrap();
        assert_eq!(shared.len(), 11, "the refusals that every route may answer");
        for (name, answer) in shared {
            if answer["content"]["application/json"]["example"].is_null() {
                without.push(name.clone());
            }
        }
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let answers = operation["responses"].as_object().unwrap();
                let mut bodies = vec![("request", &operation["requestBody"])];
                bodies.extend(answers.iter().map(|(status, answer)| (status.as_str(), answer)));
                for (what, body) in bodies {
                    let content = &body["content"]["application/json"];
                    if !content.is_null() && content["example"].is_null() {
                        without.push(format!("{method} {path} {what}"));
                    }
                }
            }
        }
        assert!(without.is_empty(), "{without:?}");
    }
}
