//! Templates as values: CloudFormation's short forms written out (`!Ref a` as `{"Ref": "a"}`), as it understands them.

use saphyr::{LoadableYamlNode, ScalarOwned, YamlOwned};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The root of the clone.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All templates of `infra/aws`, by the names of their files.
pub(super) struct Templates(BTreeMap<String, Value>);

impl Templates {
    pub(super) fn load() -> Self {
        let mut templates = BTreeMap::new();
        for entry in std::fs::read_dir(root().join("infra/aws")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "yaml") {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                templates.insert(name, read(&path));
            }
        }
        assert!(
            templates.len() >= 15,
            "the templates are elsewhere: {templates:?}"
        );
        Self(templates)
    }

    /// One of them.
    pub(super) fn get(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or_else(|| panic!("no {name}"))
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, template)| (name.as_str(), template))
    }

    /// Breaks something on purpose.
    pub(super) fn set(mut self, name: &str, pointer: &str, value: Value) -> Self {
        let template = self.0.get_mut(name).unwrap();
        *template
            .pointer_mut(pointer)
            .unwrap_or_else(|| panic!("{name} has no {pointer}")) = value;
        self
    }

    /// Takes something away on purpose.
    pub(super) fn without(mut self, name: &str, pointer: &str) -> Self {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = self.0.get_mut(name).unwrap().pointer_mut(parent).unwrap();
        let gone = match parent {
            Value::Object(fields) => fields.remove(&key.replace("~1", "/")),
            Value::Array(items) => Some(items.remove(key.parse().unwrap())),
            _ => None,
        };
        assert!(gone.is_some(), "{name} has no {pointer}");
        self
    }
}

/// A YAML file as JSON.
pub(super) fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap();
    let mut documents =
        YamlOwned::load_from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(documents.len(), 1, "{}", path.display());
    plain(documents.remove(0))
}

fn plain(node: YamlOwned) -> Value {
    match node {
        YamlOwned::Value(scalar) => match scalar {
            ScalarOwned::Null => Value::Null,
            ScalarOwned::Boolean(value) => value.into(),
            ScalarOwned::Integer(value) => value.into(),
            ScalarOwned::FloatingPoint(value) => value.0.into(),
            ScalarOwned::String(value) => value.into(),
        },
        YamlOwned::Sequence(items) => items.into_iter().map(plain).collect(),
        YamlOwned::Mapping(fields) => {
            let mut merged = Map::new();
            let mut own = Map::new();
            for (key, value) in fields {
                let key = match plain(key) {
                    Value::String(key) => key,
                    other => other.to_string(),
                };
                match (key.as_str(), plain(value)) {
                    // YAML 1.1's merge, which docker compose knows.
                    ("<<", Value::Object(fields)) => merged.extend(fields),
                    (_, value) => drop(own.insert(key, value)),
                }
            }
            merged.extend(own);
            merged.into()
        }
        YamlOwned::Tagged(tag, inner) => written_out(&tag.suffix, plain(*inner)),
        other => panic!("what is {other:?}?"),
    }
}

fn written_out(tag: &str, inner: Value) -> Value {
    match (tag, &inner) {
        ("Ref" | "Condition", _) => json!({ tag: inner }),
        ("GetAtt", Value::String(path)) => {
            let (resource, attribute) = path.split_once('.').unwrap();
            json!({ "Fn::GetAtt": [resource, attribute] })
        }
        _ => json!({ format!("Fn::{tag}"): inner }),
    }
}

/// The resources of a template that are of this type, by name.
pub(super) fn of_type<'a>(template: &'a Value, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let resources = template["Resources"].as_object().unwrap();
    let right = resources
        .iter()
        .filter(move |(_, resource)| resource["Type"] == kind);
    right.map(|(name, resource)| (name.as_str(), &resource["Properties"]))
}

/// The text of `!Sub '…'`, or of a plain text.
pub(super) fn text(value: &Value) -> &str {
    value["Fn::Sub"].as_str().or(value.as_str()).unwrap_or_default()
}

/// The resource that `!GetAtt` or `!Ref` names.
pub(super) fn named(value: &Value) -> &str {
    value["Fn::GetAtt"][0]
        .as_str()
        .or(value["Ref"].as_str())
        .unwrap_or_default()
}

/// All texts of a list, as a set.
pub(super) fn set(list: &Value) -> BTreeSet<&str> {
    let items = list.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).collect()
}

/// Everything in a value, itself first.
pub(super) fn everything(value: &Value) -> Vec<&Value> {
    let inner: Vec<_> = match value {
        Value::Array(items) => items.iter().flat_map(everything).collect(),
        Value::Object(fields) => fields.values().flat_map(everything).collect(),
        _ => Vec::new(),
    };
    std::iter::once(value).chain(inner).collect()
}

#[test]
fn short_forms_are_written_out_and_merges_are_made() {
    let mut parsed = YamlOwned::load_from_str(
        "a: &a { x: 1, y: 2 }\nb:\n  <<: *a\n  y: !GetAtt Queue.Arn\nc: !Sub '${Prefix}-x'\nd: !If [A, !Ref B, yes]",
    )
    .unwrap();
    assert_eq!(
        plain(parsed.remove(0)),
        json!({
            "a": { "x": 1, "y": 2 },
            "b": { "x": 1, "y": { "Fn::GetAtt": ["Queue", "Arn"] } },
            "c": { "Fn::Sub": "${Prefix}-x" },
            "d": { "Fn::If": ["A", { "Ref": "B" }, "yes"] },
        })
    );
}
