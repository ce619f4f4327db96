//! Names that people and code must find again: variables, settings of stages.

use super::template::{Templates, root};
use super::{bites, obeyed};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What functions are told, by every template that has any.
fn variables(templates: &Templates) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for (_, template) in templates.iter() {
        let of_all = &template["Globals"]["Function"]["Environment"]["Variables"];
        let resources = template["Resources"].as_object().unwrap().values();
        let of_each = resources.map(|resource| &resource["Properties"]["Environment"]["Variables"]);
        let told = of_each.chain([of_all]).filter_map(Value::as_object);
        names.extend(told.flat_map(|variables| variables.keys().map(String::as_str)));
    }
    names
}

fn every_variable_is_explained(templates: &Templates, readme: &str) -> Vec<String> {
    let explained: Vec<_> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    variables(templates)
        .into_iter()
        .filter(|name| !explained.iter().any(|line| line.contains(&format!("`{name}`"))))
        .map(|name| format!("functions are told {name}, and infra/aws/README.md does not say what that is"))
        .collect()
}

/// A secret is told by where it is kept, never by itself: whoever may look at a function would see it.
fn nobody_is_told_a_secret(templates: &Templates) -> Vec<String> {
    let secrets = [
        "SECRET_KEY",
        "SESSION_KEYS",
        "EDGE_SIGNING_KEY",
        "OPERATOR_KEY",
        "ORIGIN_KEY",
        "DISCORD",
        "MEDIA_SECRET_KEY",
    ];
    let told = variables(templates);
    let bare = secrets.iter().filter(|name| told.contains(**name));
    bare.map(|name| format!("{name} stands in a function's environment; give it {name}_ARN"))
        .collect()
}

/// A setting that no template knows is passed over by `deploy`, and somebody wonders.
fn every_setting_is_a_parameter(templates: &Templates, stage: &str, settings: &str) -> Vec<String> {
    let known = |name: &str| {
        ["platform.yaml", "site.yaml"]
            .iter()
            .any(|file| !templates.get(file)["Parameters"][name].is_null())
    };
    settings
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once('=').unwrap_or((line, "")).0)
        .filter(|name| !known(name))
        .map(|name| format!("stages/{stage}.env: neither platform.yaml nor site.yaml knows {name}"))
        .collect()
}

/// CloudFormation asks for what has no default.
fn every_parameter_is_given(templates: &Templates, settings: &str) -> Vec<String> {
    let by_deploy = ["Stage", "Release", "CodeBucket", "Architecture"];
    let mut findings = Vec::new();
    for file in ["platform.yaml", "site.yaml"] {
        for (name, parameter) in templates.get(file)["Parameters"].as_object().unwrap() {
            let is_given = by_deploy.contains(&name.as_str())
                || settings.lines().any(|line| line.starts_with(&format!("{name}=")));
            if parameter["Default"].is_null() && !is_given {
                findings.push(format!("{file}: nobody says what {name} is"));
            }
        }
    }
    findings
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join("infra/aws").join(path)).unwrap()
}

#[test]
fn variables_are_explained() {
    let templates = Templates::load();
    assert!(variables(&templates).len() > 25);
    obeyed(&every_variable_is_explained(&templates, &read("README.md")));
    bites(
        &every_variable_is_explained(&templates, ""),
        "functions are told RUN_AS",
    );
}

#[test]
fn secrets_are_told_by_where_they_are() {
    obeyed(&nobody_is_told_a_secret(&Templates::load()));
    let bare = json!({ "SECRET_KEY": { "Ref": "SecretKey" } });
    let broken = Templates::load().set("edge.yaml", "/Globals/Function/Environment/Variables", bare);
    bites(&nobody_is_told_a_secret(&broken), "give it SECRET_KEY_ARN");
}

#[test]
fn settings_of_stages_are_parameters_and_all_that_are_asked_for() {
    let templates = Templates::load();
    for stage in ["dev", "staging", "prod"] {
        let settings = read(&format!("stages/{stage}.env"));
        obeyed(&every_setting_is_a_parameter(&templates, stage, &settings));
        obeyed(&every_parameter_is_given(&templates, &settings));
    }
    bites(
        &every_setting_is_a_parameter(&templates, "dev", "Bread=rye"),
        "knows Bread",
    );
    bites(
        &every_parameter_is_given(&templates, ""),
        "site.yaml: nobody says what Domain is",
    );
}
