//! Every crate's manifest says the same things in the same way: versions and lints stand once, at the root.

use crate::source::{self, Kind};
use crate::tree::{self, File};
use crate::{bites, obeyed};
use std::collections::BTreeSet;
use toml::{Table, Value};

const DEPENDENCIES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The dependencies of a manifest, each with the section that names it.
fn dependencies(manifest: &Table) -> impl Iterator<Item = (&'static str, &String, &Value)> {
    DEPENDENCIES.into_iter().flat_map(move |section| {
        let named = manifest.get(section).and_then(Value::as_table);
        named
            .into_iter()
            .flatten()
            .map(move |(name, value)| (section, name, value))
    })
}

fn inherits(value: Option<&Value>) -> bool {
    value
        .and_then(|value| value.get("workspace"))
        .and_then(Value::as_bool)
        == Some(true)
}

fn every_manifest_inherits_from_the_workspace(path: &str, manifest: &Table) -> Vec<String> {
    let mut findings = Vec::new();
    if !inherits(manifest.get("lints")) {
        findings.push(format!(
            "{path}: the lints of the workspace do not hold here; add [lints] workspace = true"
        ));
    }
    let package = manifest.get("package");
    for key in ["version", "edition", "rust-version", "license", "publish"] {
        if !inherits(package.and_then(|package| package.get(key))) {
            findings.push(format!("{path}: write {key}.workspace = true below [package]"));
        }
    }
    if package.and_then(|package| package.get("description")).is_none() {
        findings.push(format!(
            "{path}: say in description, in one line, what the crate is for"
        ));
    }
    for (section, name, value) in dependencies(manifest) {
        if !inherits(Some(value)) {
            findings.push(format!(
                "{path}: {name} below [{section}] has a version of its own; put it into [workspace.dependencies] and write {name}.workspace = true"
            ));
        }
    }
    if manifest.contains_key("features") {
        findings.push(format!(
            "{path}: our crates have no features, for each one doubles what must be tested; make a crate, a value or an enum of it"
        ));
    }
    findings
}

fn every_version_in_the_workspace_is_used_by_some_crate(root: &Table, members: &[Table]) -> Vec<String> {
    let named = root
        .get("workspace")
        .and_then(|it| it.get("dependencies"))
        .and_then(Value::as_table);
    let unused = named.into_iter().flat_map(Table::keys).filter(|name| {
        !members
            .iter()
            .any(|member| dependencies(member).any(|(_, used, _)| used == *name))
    });
    unused
        .map(|name| format!("Cargo.toml: no crate uses {name}; remove it from [workspace.dependencies]"))
        .collect()
}

/// A crate that is named for its features alone stands below `[package.metadata.features-only]` with the reason.
fn a_crate_names_no_dependency_that_its_code_does_not(
    path: &str,
    manifest: &Table,
    code: &str,
) -> Vec<String> {
    let excused = |name: &str| {
        let metadata = manifest
            .get("package")
            .and_then(|package| package.get("metadata"));
        metadata
            .and_then(|it| it.get("features-only"))
            .is_some_and(|it| it.get(name).is_some())
    };
    let words: BTreeSet<&str> = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let uses = |name: &str| words.contains(name.replace('-', "_").as_str());
    dependencies(manifest)
        .filter(|(_, name, _)| !uses(name) && !excused(name))
        .map(|(section, name, _)| format!("{path}: the code does not use {name}; remove it from [{section}]"))
        .collect()
}

fn a_panic_stays_with_its_message(root: &Table) -> Vec<String> {
    let profiles = root.get("profile").and_then(Value::as_table);
    let aborting = profiles
        .into_iter()
        .flatten()
        .filter(|(_, profile)| profile.get("panic").is_some());
    aborting
        .map(|(name, _)| {
            format!("Cargo.toml: [profile.{name}] sets panic; remove it, for with \"abort\" one bad message ends the process and its batch")
        })
        .collect()
}

/// Clippy reads the nearest `clippy.toml` only, so what the root forbids is repeated in the stricter ones.
fn every_clippy_toml_repeats_the_rules_of_the_root(root: &str, path: &str, stricter: &str) -> Vec<String> {
    let is_rule = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let missing = root
        .lines()
        .filter(is_rule)
        .filter(|rule| !stricter.lines().any(|line| line == *rule));
    missing
        .map(|rule| {
            format!(
                "{path}: does not repeat a rule of the root's clippy.toml; add: {}",
                rule.trim()
            )
        })
        .collect()
}

fn parsed(text: &str) -> Table {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn manifests() -> Vec<(&'static File, Table)> {
    let files = tree::files()
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"));
    let manifests: Vec<_> = files.map(|file| (file, parsed(&file.text))).collect();
    assert!(
        manifests.len() > 10,
        "the manifests of the crates are no longer found"
    );
    manifests
}

fn root_file(path: &str) -> &'static str {
    &tree::files()
        .iter()
        .find(|file| file.path == path)
        .unwrap_or_else(|| panic!("{path} is missing"))
        .text
}

#[test]
fn manifests_inherit_from_the_workspace() {
    let judge =
        |(file, table): &(&File, Table)| every_manifest_inherits_from_the_workspace(&file.path, table);
    obeyed(&manifests().iter().flat_map(judge).collect::<Vec<_>>());
}

#[test]
fn versions_in_the_workspace_are_used() {
    let members: Vec<_> = manifests().into_iter().map(|(_, table)| table).collect();
    obeyed(&every_version_in_the_workspace_is_used_by_some_crate(
        &parsed(root_file("Cargo.toml")),
        &members,
    ));
}

#[test]
fn dependencies_are_used_by_the_code() {
    let judge = |(file, table): &(&File, Table)| {
        let folder = file.path.trim_end_matches("Cargo.toml");
        let mut sources = tree::files()
            .iter()
            .filter(|file| file.extension() == "rs" && file.path.starts_with(folder));
        let code: String = sources
            .clone()
            .map(|file| source::only(&file.text, &[Kind::Code]))
            .collect();
        if sources.all(|file| source::is_empty(&file.text)) {
            return Vec::new();
        }
        a_crate_names_no_dependency_that_its_code_does_not(&file.path, table, &code)
    };
    obeyed(&manifests().iter().flat_map(judge).collect::<Vec<_>>());
}

#[test]
fn panics_stay_with_their_message() {
    obeyed(&a_panic_stays_with_its_message(&parsed(root_file("Cargo.toml"))));
}

#[test]
fn clippy_tomls_repeat_the_root() {
    let stricter = tree::files()
        .iter()
        .filter(|file| file.path.ends_with("/clippy.toml"));
    let judge = |file: &File| {
        every_clippy_toml_repeats_the_rules_of_the_root(root_file("clippy.toml"), &file.path, &file.text)
    };
    obeyed(&stricter.flat_map(judge).collect::<Vec<_>>());
}

#[test]
fn a_manifest_of_its_own_mind_is_found() {
    let manifest = parsed(
        r#"
        [package]
        version = "1.0.0"
        edition.workspace = true
        rust-version.workspace = true
        license.workspace = true
        [features]
        full = []
        [dependencies]
        serde = "1"
        uuid.workspace = true
        axum = { workspace = true, features = ["ws"] }
        [dev-dependencies]
        insta = { path = "../insta" }
        "#,
    );
    bites(
        &every_manifest_inherits_from_the_workspace("services/content/Cargo.toml", &manifest),
        &[
            "the lints",
            "version.workspace",
            "publish.workspace",
            "description",
            "serde",
            "no features",
            "insta",
        ],
    );
}

#[test]
fn a_version_or_dependency_that_nobody_uses_is_found() {
    let root = parsed("[workspace.dependencies]\nserde = \"1\"\nhex = \"0.4\"\nserde_json = \"1\"");
    let member = parsed(
        "[package.metadata.features-only]\nring = \"rustls\"\n[dependencies]\nserde.workspace = true\nring.workspace = true\n[dev-dependencies]\nserde_json.workspace = true",
    );
    bites(
        &every_version_in_the_workspace_is_used_by_some_crate(&root, std::slice::from_ref(&member)),
        &["hex"],
    );
    let code = "use serde_json::json;";
    bites(
        &a_crate_names_no_dependency_that_its_code_does_not("events/Cargo.toml", &member, code),
        &["use serde;"],
    );
}

#[test]
fn an_aborting_profile_is_found() {
    bites(
        &a_panic_stays_with_its_message(&parsed("[profile.release]\npanic = \"abort\"")),
        &["[profile.release]"],
    );
}

#[test]
fn a_clippy_toml_that_forgets_a_rule_is_found() {
    let root = "# why\nallow-x = true\n    { path = \"a::b\" },\n";
    let stricter = "allow-x = true\n# Here alone.\n    { path = \"c::d\" },\n";
    bites(
        &every_clippy_toml_repeats_the_rules_of_the_root(root, "services/clippy.toml", stricter),
        &["a::b"],
    );
}
