//! Operators on AWS: they have a role of their own at the database, and every function may read the secrets that it is told.

use super::template::{Templates, everything, named, of_type};
use super::{bites, obeyed};
use chassis::process::RunAs;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::migrate::OPERATOR;

/// Else `migrate` makes no such role, or `ops` is let in nowhere.
fn operators_have_a_role(templates: &Templates) -> Vec<String> {
    let mut findings = Vec::new();
    let mut find = |what: &str| findings.push(format!("the operators' role {what}"));
    let secrets = templates.get("secrets.yaml");
    let secret = &secrets["Resources"]["OperatorDatabase"]["Properties"]["GenerateSecretString"];
    let form = secret["SecretStringTemplate"].as_str().unwrap_or("{}");
    let form: Value = serde_json::from_str(form).unwrap();
    if form["username"] != OPERATOR {
        find("has another name in its secret");
    }
    if secrets["Resources"]["OperatorDatabaseRotation"].is_null() {
        find("has a password that never changes");
    }
    let platform = &templates.get("platform.yaml")["Resources"];
    let is_output = |value: &Value| value["Fn::GetAtt"] == json!(["Secrets", "Outputs.OperatorDatabase"]);
    let told = everything(&platform["Operations"]["Properties"]["Parameters"]["DatabaseSecrets"]);
    if !told.into_iter().any(is_output) {
        find("is nobody's who asks");
    }
    let proxy = &templates.get("proxy.yaml")["Resources"];
    let ways = everything(&proxy["Proxy"]["Properties"]["Auth"]);
    let is_let_in = ways.into_iter().any(|way| named(&way["SecretArn"]) == "Operator");
    if !is_let_in || !is_output(&platform["Proxy"]["Properties"]["Parameters"]["Operator"]) {
        find("is not let in by the database's proxy");
    }
    findings
}

/// The parameters that a value refers to.
fn parameters(value: &Value) -> BTreeSet<&str> {
    let all = everything(value).into_iter();
    all.map(named)
        .filter(|name| !name.is_empty() && !name.starts_with("AWS::"))
        .collect()
}

/// A function that may not read one of the secrets it is told of does not start.
fn what_is_told_may_be_read(templates: &Templates) -> Vec<String> {
    let mut findings = Vec::new();
    for (file, template) in templates.iter() {
        let of_all = &template["Globals"]["Function"]["Environment"]["Variables"];
        for (function, properties) in of_type(template, "AWS::Serverless::Function") {
            let role = &template["Resources"][named(&properties["Role"])]["Properties"]["Policies"];
            let readable: BTreeSet<_> = everything(role)
                .into_iter()
                .filter(|statement| statement["Action"] == "secretsmanager:GetSecretValue")
                .flat_map(|statement| parameters(&statement["Resource"]))
                .collect();
            let variables = [of_all, &properties["Environment"]["Variables"]];
            let told = variables
                .into_iter()
                .filter_map(Value::as_object)
                .flatten()
                .filter(|(name, _)| name.ends_with("_ARN") || name.ends_with("_ARNS"));
            for (name, value) in told {
                if !parameters(value).is_subset(&readable) {
                    findings.push(format!("{file}: {function} is told {name}, and may not read it"));
                }
            }
        }
    }
    findings
}

#[test]
fn functions_run_as_the_program_can() {
    let functions = &Templates::load();
    let run_as: BTreeSet<_> = of_type(functions.get("operations.yaml"), "AWS::Serverless::Function")
        .filter_map(|(_, function)| function["Environment"]["Variables"]["RUN_AS"].as_str())
        .collect();
    let known = [RunAs::LambdaMigrate, RunAs::LambdaOps].map(RunAs::name);
    assert_eq!(run_as, known.into());
}

#[test]
fn operators_are_let_in() {
    obeyed(&operators_have_a_role(&Templates::load()));
}

#[test]
fn functions_may_read_the_secrets_that_they_are_told() {
    obeyed(&what_is_told_may_be_read(&Templates::load()));
}

#[test]
fn an_operator_who_is_left_outside_is_found() {
    let judge = operators_have_a_role;
    let load = Templates::load;
    let form = "/Resources/OperatorDatabase/Properties/GenerateSecretString/SecretStringTemplate";
    bites(
        &judge(&load().set("secrets.yaml", form, json!("{\"username\":\"operator\"}"))),
        "another name in its secret",
    );
    bites(
        &judge(&load().without("secrets.yaml", "/Resources/OperatorDatabaseRotation")),
        "never changes",
    );
    bites(
        &judge(&load().without("proxy.yaml", "/Resources/Proxy/Properties/Auth/8")),
        "not let in",
    );
    let told = "/Resources/Operations/Properties/Parameters/DatabaseSecrets/Fn::Join/1/7";
    bites(
        &judge(&load().without("platform.yaml", told)),
        "nobody's who asks",
    );
}

#[test]
fn a_function_that_may_not_read_what_it_is_told_is_found() {
    let statement = "/Resources/MigrateRole/Properties/Policies/0/PolicyDocument/Statement/4/Resource/2";
    let broken = Templates::load().without("operations.yaml", statement);
    bites(
        &what_is_told_may_be_read(&broken),
        "operations.yaml: Migrate is told EDGE_PUBLIC_KEY_ARN, and may not read it",
    );
    let everywhere = json!({ "SESSION_KEYS_ARN": { "Ref": "SessionKeys" } });
    let broken = Templates::load().set(
        "operations.yaml",
        "/Globals/Function/Environment/Variables",
        everywhere,
    );
    bites(
        &what_is_told_may_be_read(&broken),
        "Migrate is told SESSION_KEYS_ARN",
    );
}
