//! What was promised to consumers stays true.
#![cfg(test)]

use events::{Envelope, Event};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn files_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn the_committed_schemas_are_those_of_the_types() {
    let generated = events::schemas::files();
    let names: BTreeSet<_> = generated.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(
        files_in(&folder("schemas")),
        names,
        "run `make schemas` and commit what it writes"
    );
    for (name, content) in generated {
        let committed = fs::read_to_string(folder("schemas").join(&name)).unwrap();
        assert_eq!(
            committed, content,
            "{name} changed: run `make schemas`. If consumers could not read it, make a v2 instead"
        );
    }
}

/// An envelope that was published once is published for ever: in outboxes, queues, archives and dead letters.
/// Files here are added, never changed.
#[test]
fn everything_ever_published_can_still_be_read() {
    let envelope_schema: Value =
        serde_json::from_str(&fs::read_to_string(folder("schemas/envelope.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&envelope_schema).unwrap();
    let mut seen = BTreeSet::new();
    for name in files_in(&folder("golden")) {
        let text = fs::read_to_string(folder("golden").join(&name)).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        let envelope: Envelope =
            serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let kind = envelope.event.kind();
        assert!(name.starts_with(kind), "{name} holds a {kind}");
        assert_eq!(
            envelope.subject,
            envelope.event.subject(),
            "{name}: the aggregate has another name now"
        );
        assert_eq!(envelope.source, envelope.event.source(), "{name}");
        validator
            .validate(&value)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        // Every key of old is still there with the same meaning.
        let again = serde_json::to_value(&envelope).unwrap();
        assert_eq!(again, value, "{name}: reading and writing changes it");
        seen.insert(kind);
    }
    let all: BTreeSet<_> = Event::TYPES.iter().copied().collect();
    assert_eq!(seen, all, "every type has an example in events/golden");
}

#[test]
fn an_unknown_type_is_an_error_not_a_guess() {
    let name = files_in(&folder("golden")).pop_first().unwrap();
    let text = fs::read_to_string(folder("golden").join(name)).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    value["type"] = "content.post-praised.v1".into();
    assert!(serde_json::from_value::<Envelope>(value).is_err());
}
