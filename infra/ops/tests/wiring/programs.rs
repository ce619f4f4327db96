//! How a function is told to run is how its program can, and a program can nothing that no function is told.

use super::template::{Templates, of_type, text};
use super::{bites, obeyed};
use chassis::process::{self, RunAs};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What programs say of themselves.
fn programs() -> BTreeMap<&'static str, Vec<RunAs>> {
    BTreeMap::from([
        ("${Service}", process::WAYS.to_vec()),
        ("edge", edge::WAYS.to_vec()),
        ("valine-operators", ops::aws::WAYS.to_vec()),
    ])
}

/// The program that a function's zip holds.
fn program<'a>(template: &'a Value, function: &'a Value) -> &'a str {
    let own = text(&function["CodeUri"]["Key"]);
    let key = if own.is_empty() {
        text(&template["Globals"]["Function"]["CodeUri"]["Key"])
    } else {
        own
    };
    let file = key.rsplit('/').next().unwrap_or_default();
    file.strip_suffix(".zip").unwrap_or_default()
}

fn every_function_runs_as_its_program_can(templates: &Templates) -> Vec<String> {
    let mut findings = Vec::new();
    let mut told = BTreeMap::<&str, BTreeSet<&str>>::new();
    for (file, template) in templates.iter() {
        for (name, function) in of_type(template, "AWS::Serverless::Function") {
            let run_as = function["Environment"]["Variables"]["RUN_AS"].as_str();
            let Some(run_as) = run_as else {
                findings.push(format!("{file}: {name} is not told how to run"));
                continue;
            };
            told.entry(program(template, function))
                .or_default()
                .insert(run_as);
        }
    }
    for (program, ways) in programs() {
        let told = told.remove(program).unwrap_or_default();
        // A container is told so in docker-compose.yml.
        let ways = ways.into_iter().filter(|way| *way != RunAs::Container);
        let can: BTreeSet<_> = ways.map(RunAs::name).collect();
        let more = told.difference(&can);
        findings.extend(more.map(|way| format!("{program} is told {way}, which it cannot")));
        let less = can.difference(&told);
        findings.extend(less.map(|way| format!("{program} can {way}, and no function is told so")));
    }
    findings
}

#[test]
fn functions_run_as_their_programs_can() {
    obeyed(&every_function_runs_as_its_program_can(&Templates::load()));
}

#[test]
fn a_way_to_run_that_one_side_does_not_know_is_found() {
    let run_as = "/Resources/Authorizer/Properties/Environment/Variables/RUN_AS";
    let judge = every_function_runs_as_its_program_can;
    let broken = Templates::load().set("edge.yaml", run_as, json!("lambda-relay"));
    let findings = judge(&broken);
    bites(&findings, "edge is told lambda-relay, which it cannot");
    bites(
        &findings,
        "edge can lambda-authorizer, and no function is told so",
    );
    let silent = Templates::load().without("edge.yaml", run_as);
    bites(&judge(&silent), "edge.yaml: Authorizer is not told how to run");
    let relay = "/Resources/Relay/Properties/Environment/Variables/RUN_AS";
    let broken = Templates::load().set("service.yaml", relay, json!("lambda-sweep"));
    bites(
        &judge(&broken),
        "${Service} is told lambda-sweep, which it cannot",
    );
}
