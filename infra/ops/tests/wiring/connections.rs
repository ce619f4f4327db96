//! All functions together never ask for more connections than the database has to give. A pool in a function holds what it has
//! opened for as long as the function lives, so what counts is how many functions may live.

use super::template::{Templates, of_type};
use super::{bites, obeyed};
use ops::manifests::MANIFESTS;
use serde_json::{Value, json};

/// Of the connections that there are; the rest is for migrations, restarts, the proxy's own and people at night.
const MOST_PERCENT: u64 = 60;

const STAGES: [&str; 3] = ["dev", "staging", "prod"];

/// A number, or what `!FindInMap [Stages, !Ref Stage, …]` finds.
fn number(template: &Value, stage: &str, value: &Value) -> u64 {
    let found = match value["Fn::FindInMap"][2].as_str() {
        Some(key) => &template["Mappings"]["Stages"][stage][key],
        None => value,
    };
    found
        .as_u64()
        .unwrap_or_else(|| panic!("{value} is no number at {stage}"))
}

/// Connections that all functions of a stage may hold at one time.
fn held(templates: &Templates, stage: &str) -> u64 {
    let (site, platform) = (templates.get("site.yaml"), templates.get("platform.yaml"));
    let sweeps =
        &templates.get("service.yaml")["Resources"]["Relay"]["Properties"]["ReservedConcurrentExecutions"];
    let of_services: u64 = of_type(site, "AWS::Serverless::Application")
        .filter(|(_, stack)| stack["Location"] == "service.yaml")
        .map(|(_, stack)| {
            let told = |name: &str| number(site, stage, &stack["Parameters"][name]);
            let events = if stack["Parameters"]["QueueArn"].is_null() {
                0
            } else {
                told("EventConcurrency")
            };
            (told("HttpConcurrency") + events + sweeps.as_u64().unwrap()) * told("PoolSize")
        })
        .sum();
    // These have a pool for each service.
    let operations = templates.get("operations.yaml");
    let told = &platform["Resources"]["Operations"]["Properties"]["Parameters"];
    let at_a_time: u64 = of_type(operations, "AWS::Serverless::Function")
        .map(|(_, function)| {
            let limit = &function["ReservedConcurrentExecutions"];
            match limit["Ref"].as_str() {
                Some(parameter) => number(platform, stage, &told[parameter]),
                None => limit.as_u64().expect("operators' functions have a limit"),
            }
        })
        .sum();
    let schemas = u64::try_from(MANIFESTS.len()).unwrap();
    of_services + at_a_time * schemas * number(platform, stage, &told["PoolSize"])
}

fn functions_leave_connections_to_others(templates: &Templates) -> Vec<String> {
    let platform = templates.get("platform.yaml");
    let there_are = &platform["Resources"]["Data"]["Properties"]["Parameters"]["Connections"];
    STAGES
        .iter()
        .filter_map(|stage| {
            let (held, there) = (held(templates, stage), number(platform, stage, there_are));
            (held * 100 > there * MOST_PERCENT).then(|| {
                format!("{stage}: functions may hold {held} of {there} connections, and {MOST_PERCENT} % are the most")
            })
        })
        .collect()
}

/// Else requests that were let in wait for somebody to say who asks.
fn as_many_are_looked_at_as_are_answered(templates: &Templates) -> Vec<String> {
    let site = templates.get("site.yaml");
    let looked = &site["Resources"]["Edge"]["Properties"]["Parameters"]["AuthorizerConcurrency"];
    STAGES
        .iter()
        .filter_map(|stage| {
            let answered: u64 = of_type(site, "AWS::Serverless::Application")
                .filter(|(_, stack)| stack["Location"] == "service.yaml")
                .map(|(_, stack)| number(site, stage, &stack["Parameters"]["HttpConcurrency"]))
                .sum();
            let looked = number(site, stage, looked);
            (looked < answered).then(|| {
                format!("{stage}: {answered} requests may be answered at a time, and {looked} looked at")
            })
        })
        .collect()
}

#[test]
fn functions_hold_six_connections_in_ten_at_most() {
    obeyed(&functions_leave_connections_to_others(&Templates::load()));
}

#[test]
fn nobody_waits_to_be_looked_at() {
    obeyed(&as_many_are_looked_at_as_are_answered(&Templates::load()));
}

#[test]
fn the_databases_own_setting_is_the_number_that_counts() {
    let templates = Templates::load();
    let settings = &templates.get("data.yaml")["Resources"]["DatabaseSettings"]["Properties"]["Parameters"];
    assert_eq!(settings["max_connections"], json!({ "Ref": "Connections" }));
    assert_eq!(settings["rds.force_ssl"], "1");
}

#[test]
fn what_members_must_not_lose_stands_in_two_zones() {
    let templates = Templates::load();
    for stage in ["staging", "prod"] {
        let sizes = &templates.get("platform.yaml")["Mappings"]["Stages"][stage];
        assert_eq!(
            (&sizes["IsMultiZone"], &sizes["IsLasting"]),
            (&json!("true"), &json!("yes")),
            "{stage}"
        );
    }
    let database = &templates.get("data.yaml")["Resources"]["Database"]["Properties"];
    assert_eq!(database["BackupRetentionPeriod"], 7);
    assert_eq!(
        (&database["StorageEncrypted"], &database["PubliclyAccessible"]),
        (&json!(true), &json!(false))
    );
}

#[test]
fn a_function_too_many_is_found() {
    let sizes = "/Mappings/Stages/prod";
    let crowded = Templates::load().set("site.yaml", &format!("{sizes}/Http"), json!(46));
    bites(
        &functions_leave_connections_to_others(&crowded),
        "prod: functions may hold 928 of 1500",
    );
    let crowded = Templates::load().set("site.yaml", &format!("{sizes}/Events"), json!(16));
    bites(
        &functions_leave_connections_to_others(&crowded),
        "prod: functions may hold",
    );
    let small = Templates::load().set("platform.yaml", "/Mappings/Stages/dev/Connections", json!(300));
    bites(
        &functions_leave_connections_to_others(&small),
        "dev: functions may hold",
    );
    let slow = Templates::load().set("site.yaml", &format!("{sizes}/Authorizer"), json!(329));
    bites(
        &as_many_are_looked_at_as_are_answered(&slow),
        "330 requests may be answered",
    );
}
