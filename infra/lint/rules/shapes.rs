//! The API's document knows a shape by its type's name alone: of two that share it, one would stand for both. Between
//! services the edge finds that when it puts their documents together; within one, nothing else does.

use crate::source::{self, Kind, pattern};
use crate::tree::{self, File};
use crate::{bites, obeyed};
use std::collections::BTreeMap;

fn one_name_describes_one_shape(files: &[&File]) -> Vec<String> {
    let described = pattern(
        r"#\[derive\(([^)]*)\)\](?:\s*#\[[^\]]*\])*\s*(?:pub(?:\([^)]*\))?\s+)?(?:enum|struct)\s+(\w+)",
    );
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut findings = Vec::new();
    for file in files {
        let code = source::only(&file.text, &[Kind::Code]);
        for found in described.captures_iter(&code) {
            let is_described = found[1]
                .split(',')
                .any(|name| name.trim().rsplit("::").next() == Some("ToSchema"));
            if !is_described {
                continue;
            }
            let name = found[2].to_owned();
            let place = format!(
                "{}:{}",
                file.path,
                source::line_of(&code, found.get(2).unwrap().start())
            );
            if let Some(other) = known.insert(name.clone(), place.clone()) {
                findings.push(format!(
                    "{place}: {name} is described at {other}, too, and the API's document would know one of them only; give it another name"
                ));
            }
        }
    }
    findings
}

#[test]
fn a_service_describes_no_two_shapes_by_one_name() {
    let mut services: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
    for file in tree::files().iter().filter(|file| file.is_rust()) {
        let inside = file
            .path
            .strip_prefix("services/")
            .and_then(|path| path.split_once("/src/"));
        if let Some((service, _)) = inside {
            services.entry(service).or_default().push(file);
        }
    }
    assert!(
        services.len() >= 7,
        "services are no longer where this test looks"
    );
    obeyed(
        &services
            .values()
            .flat_map(|files| one_name_describes_one_shape(files))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn a_name_that_describes_two_shapes_is_found() {
    let one = File::new(
        "services/content/src/queries.rs",
        "#[derive(Serialize, ToSchema)]\n#[serde(rename_all = \"camelCase\")]\npub(crate) struct PostView { a: u8 }",
    );
    let other = File::new(
        "services/content/src/routes.rs",
        "#[derive(Serialize, utoipa::ToSchema)]\nstruct PostView { b: u8 }\n#[derive(Debug)]\nstruct Queue;",
    );
    let fine = File::new(
        "services/content/src/model.rs",
        "#[derive(Debug)]\nstruct PostView;\n#[derive(ToSchema)]\nenum Queue { A }",
    );
    bites(
        &one_name_describes_one_shape(&[&one, &other, &fine]),
        &["services/content/src/routes.rs:2: PostView is described at services/content/src/queries.rs:3"],
    );
}
