//! The templates of `infra/aws` that are made of the code: what travels how, and which function answers which address.
//!
//! They are committed so that people, reviews and deployments see them; tests compare. The other templates there are
//! written by hand, and `wiring` holds them together with these.

mod api;
mod messaging;

use crate::manifests::MANIFESTS;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::Path;

/// For how long a function may handle a batch of messages, in seconds; `service.yaml` says the same.
pub const FUNCTION_SECONDS: u64 = 30;

/// How often a message is received by a queue's function before it is a dead letter, and with what patience: as long as
/// six runs of the function may take, so that a batch that waits for a free function is not received again meanwhile.
pub const RUNS_A_LEASE: u64 = 6;

/// The templates that are made of the code: their names below `infra/aws`, and their texts.
///
/// # Errors
/// When the API's description cannot be read.
pub fn made() -> Result<Vec<(&'static str, String)>> {
    Ok(vec![
        ("messaging.yaml", messaging::template()),
        ("api.yaml", api::template(&described()?, &MANIFESTS)?),
    ])
}

/// The HTTP API as `docs/openapi.json` has it; another test holds that to the code.
///
/// # Errors
/// When it cannot be read.
pub fn described() -> Result<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// A name as resources and parameters are called: `search-indexer` as `SearchIndexer`.
#[must_use]
pub fn logical(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_templates_are_what_the_code_says() {
        for (name, text) in made().unwrap() {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../aws").join(name);
            let committed = std::fs::read_to_string(path).unwrap_or_default();
            assert!(
                committed == text,
                "infra/aws/{name} is behind the code: run `make templates`, look at the difference, commit it"
            );
        }
    }

    #[test]
    fn names_of_several_words_become_one() {
        assert_eq!(logical("search-indexer"), "SearchIndexer");
        assert_eq!(logical("identity"), "Identity");
    }
}
