//! The table of DynamoDB is as the orchestrator uses it, and its role may do with it what the code asks for, and nothing more.

use super::template::{Templates, of_type, set};
use super::{bites, obeyed};
use orchestrator::state::{ACTIONS, PARTITION_KEY, SORT_KEY, TIME_TO_LIVE};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn the_table_is_as_it_is_used(templates: &Templates) -> Vec<String> {
    let mut findings = Vec::new();
    let tables: Vec<_> = of_type(templates.get("data.yaml"), "AWS::DynamoDB::Table").collect();
    let [(_, table)] = tables.as_slice() else {
        return vec![format!("{} tables, and one is used", tables.len())];
    };
    let key = json!([
        { "AttributeName": PARTITION_KEY, "KeyType": "HASH" },
        { "AttributeName": SORT_KEY, "KeyType": "RANGE" },
    ]);
    if table["KeySchema"] != key {
        findings.push(format!(
            "the key of the table is not {PARTITION_KEY} and {SORT_KEY}"
        ));
    }
    let texts = json!([
        { "AttributeName": PARTITION_KEY, "AttributeType": "S" },
        { "AttributeName": SORT_KEY, "AttributeType": "S" },
    ]);
    if table["AttributeDefinitions"] != texts {
        findings.push("the key of the table is not of texts".to_owned());
    }
    if table["TimeToLiveSpecification"] != json!({ "AttributeName": TIME_TO_LIVE, "Enabled": true }) {
        findings.push(format!("what has expired by {TIME_TO_LIVE} stays in the table"));
    }
    findings
}

/// What a policy lets do with the table.
fn granted(templates: &Templates) -> BTreeSet<&str> {
    let roles = of_type(templates.get("service.yaml"), "AWS::IAM::Role");
    let policies = roles.flat_map(|(_, role)| role["Policies"].as_array().into_iter().flatten());
    let policies = policies.map(|policy| {
        let conditional = &policy["Fn::If"][1];
        if conditional.is_null() {
            policy
        } else {
            conditional
        }
    });
    let statements = policies.flat_map(|policy| {
        policy["PolicyDocument"]["Statement"]
            .as_array()
            .into_iter()
            .flatten()
    });
    statements
        .filter(|statement| {
            statement["Effect"] == "Allow" && statement["Resource"]["Ref"] == "InteractionsArn"
        })
        .flat_map(|statement| set(&statement["Action"]))
        .collect()
}

fn the_role_may_do_what_is_done(templates: &Templates) -> Vec<String> {
    let (may, does) = (granted(templates), BTreeSet::from(ACTIONS));
    let lacking = does
        .difference(&may)
        .map(|action| format!("the orchestrator may not {action}, and does"));
    let idle = may
        .difference(&does)
        .map(|action| format!("the orchestrator may {action}, and does not"));
    lacking.chain(idle).collect()
}

fn one_service_is_told_of_it(templates: &Templates) -> Vec<String> {
    let told = |parameter: &str| -> Vec<&str> {
        of_type(templates.get("site.yaml"), "AWS::Serverless::Application")
            .filter(|(_, stack)| !stack["Parameters"][parameter].is_null())
            .map(|(name, _)| name)
            .collect()
    };
    let variable = &templates.get("service.yaml")["Globals"]["Function"]["Environment"]["Variables"]["INTERACTIONS_TABLE"];
    let mut findings = Vec::new();
    if told("InteractionsTable") != ["Orchestrator"] || told("InteractionsArn") != ["Orchestrator"] {
        findings.push("the table is not the orchestrator's alone".to_owned());
    }
    if *variable != json!({ "Ref": "InteractionsTable" }) {
        findings.push("nobody is told INTERACTIONS_TABLE".to_owned());
    }
    findings
}

#[test]
fn the_table_and_its_role_are_as_the_code_uses_them() {
    let templates = Templates::load();
    obeyed(&the_table_is_as_it_is_used(&templates));
    obeyed(&the_role_may_do_what_is_done(&templates));
    obeyed(&one_service_is_told_of_it(&templates));
}

#[test]
fn another_table_and_another_role_are_found() {
    let table = "/Resources/Interactions/Properties";
    let broken = |what: &str, value: Value| {
        let templates = Templates::load().set("data.yaml", &format!("{table}/{what}"), value);
        the_table_is_as_it_is_used(&templates)
    };
    bites(
        &broken("KeySchema/1/AttributeName", json!("sort")),
        "is not pk and sk",
    );
    bites(
        &broken("AttributeDefinitions/0/AttributeType", json!("N")),
        "not of texts",
    );
    bites(
        &broken("TimeToLiveSpecification/AttributeName", json!("ttl")),
        "what has expired by expiresAt stays",
    );
    bites(
        &broken("TimeToLiveSpecification/Enabled", json!(false)),
        "stays in the table",
    );

    let judge = the_role_may_do_what_is_done;
    let place = policies_of_the_table();
    let actions = format!("{place}/Action");
    let few = json!(["dynamodb:GetItem"]);
    bites(
        &judge(&Templates::load().set("service.yaml", &actions, few)),
        "may not dynamodb:Query",
    );
    let many = json!(ACTIONS.into_iter().chain(["dynamodb:Scan"]).collect::<Vec<_>>());
    bites(
        &judge(&Templates::load().set("service.yaml", &actions, many)),
        "may dynamodb:Scan, and does not",
    );

    let other = Templates::load().without(
        "site.yaml",
        "/Resources/Orchestrator/Properties/Parameters/InteractionsTable",
    );
    bites(&one_service_is_told_of_it(&other), "not the orchestrator's alone");
    let variables = "/Globals/Function/Environment/Variables/INTERACTIONS_TABLE";
    let other = Templates::load().set("service.yaml", variables, json!(""));
    bites(
        &one_service_is_told_of_it(&other),
        "nobody is told INTERACTIONS_TABLE",
    );
}

/// Where the statement stands that grants it.
fn policies_of_the_table() -> String {
    let templates = Templates::load();
    let policies = &templates.get("service.yaml")["Resources"]["Role"]["Properties"]["Policies"];
    let place = policies
        .as_array()
        .unwrap()
        .iter()
        .position(|policy| policy["Fn::If"][0] == "KeepsInteractions");
    format!(
        "/Resources/Role/Properties/Policies/{}/Fn::If/1/PolicyDocument/Statement/0",
        place.unwrap()
    )
}
