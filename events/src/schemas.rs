//! The JSON Schemas of the catalogue, as they are committed in `schemas/`.

use crate::{Envelope, Event};
use schemars::schema_for;

/// Every file: its name and its content. `make schemas` writes them; a test compares.
#[must_use]
pub fn files() -> Vec<(String, String)> {
    let pretty = |schema: &schemars::Schema| serde_json::to_string_pretty(schema).unwrap_or_default() + "\n";
    let mut files: Vec<_> = Event::schemas()
        .iter()
        .map(|(kind, schema)| (format!("{kind}.json"), pretty(schema)))
        .collect();
    files.push(("envelope.json".to_owned(), pretty(&schema_for!(Envelope))));
    files
}
