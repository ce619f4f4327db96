//! Every service has its functions, its secret, its way to the database, and a queue where it consumes.

use super::template::{Templates, everything, named, of_type};
use super::{bites, obeyed};
use ops::manifests::MANIFESTS;
use ops::templates::logical;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn every_service_has_what_it_needs(templates: &Templates) -> Vec<String> {
    let mut findings = Vec::new();
    let site = &templates.get("site.yaml")["Resources"];
    let stacks: BTreeMap<_, _> = of_type(templates.get("site.yaml"), "AWS::Serverless::Application")
        .filter(|(_, stack)| stack["Location"] == "service.yaml")
        .collect();
    let proxy = templates.get("proxy.yaml");
    let trusted: Vec<_> = proxy["Resources"]["Proxy"]["Properties"]["Auth"]
        .as_array()
        .unwrap()
        .iter()
        .map(|way| named(&way["SecretArn"]))
        .collect();
    let passwords = &templates.get("platform.yaml")["Resources"]["Operations"]["Properties"]["Parameters"]["DatabaseSecrets"];
    let of_operators: Vec<_> = everything(passwords)
        .into_iter()
        .filter_map(|value| value["Fn::GetAtt"][1].as_str())
        .collect();
    let asked: Vec<_> = everything(&site["Edge"]["Properties"]["Parameters"]["Readiness"])
        .into_iter()
        .map(named)
        .collect();
    for service in &MANIFESTS {
        let name = logical(service.name);
        let mut find = |what: &str| findings.push(format!("{} {what}", service.name));
        let Some(stack) = stacks.get(name.as_str()) else {
            find("has no stack in site.yaml");
            continue;
        };
        let told = &stack["Parameters"];
        if told["Service"] != service.name {
            find("is called by another name");
        }
        let password = imported(&told["DatabaseSecret"]);
        if password != format!("joint-${{Stage}}-{name}Database") {
            find("is given another role at the database");
        }
        let queue = imported(&told["QueueArn"]);
        let wanted = if service.consumes.is_empty() {
            String::new()
        } else {
            format!("joint-${{Stage}}-{name}QueueArn")
        };
        if queue != wanted {
            find("consumes and has no queue, or has one and does not consume");
        }
        if !trusted.contains(&name.as_str()) {
            find("is nobody whom the database's proxy lets in");
        }
        if !of_operators.contains(&format!("Outputs.{name}Database").as_str()) {
            find("is given no password by migrate");
        }
        if !asked.contains(&name.as_str()) {
            find("is not asked by /ready");
        }
        let role = store::migrate::role(&service.schema());
        let secret = &templates.get("secrets.yaml")["Resources"][format!("{name}Database")]["Properties"];
        let form = secret["GenerateSecretString"]["SecretStringTemplate"]
            .as_str()
            .unwrap_or("{}");
        let form: Value = serde_json::from_str(form).unwrap();
        if form["username"] != role {
            find("has a secret for another role");
        }
        if templates.get("secrets.yaml")["Resources"][format!("{name}DatabaseRotation")].is_null() {
            find("has a password that never changes");
        }
    }
    if stacks.len() != MANIFESTS.len() {
        findings.push(format!(
            "{} stacks for {} services",
            stacks.len(),
            MANIFESTS.len()
        ));
    }
    findings
}

/// What is taken over from the platform.
fn imported(value: &Value) -> &str {
    value["Fn::ImportValue"]["Fn::Sub"].as_str().unwrap_or_default()
}

fn what_is_taken_over_is_handed_out(templates: &Templates) -> Vec<String> {
    let outputs = templates.get("platform.yaml")["Outputs"]
        .as_object()
        .unwrap()
        .values();
    let handed_out: Vec<_> = outputs
        .filter_map(|output| output["Export"]["Name"]["Fn::Sub"].as_str())
        .collect();
    let site = everything(templates.get("site.yaml"));
    let taken = site.into_iter().map(imported).filter(|name| !name.is_empty());
    let lost = taken.filter(|name| !handed_out.contains(name));
    lost.map(|name| format!("site.yaml takes over {name}, which platform.yaml does not hand out"))
        .collect()
}

/// Who may vouch for who asks: the edge, and who makes the other half of its key.
fn nobody_else_reads_the_edges_key(templates: &Templates) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, template) in templates.iter() {
        for (role, properties) in of_type(template, "AWS::IAM::Role") {
            let reads = everything(properties)
                .into_iter()
                .any(|value| value["Ref"] == "EdgeSigningKey");
            let may = name == "edge.yaml" || role == "MigrateRole";
            if reads && !may {
                findings.push(format!(
                    "{name}: {role} reads the edge's key, and could say that anybody asks"
                ));
            }
        }
    }
    let handed = everything(&templates.get("site.yaml")["Resources"]);
    let keys = handed
        .iter()
        .filter(|value| imported(value).ends_with("EdgeSigningKey"))
        .count();
    if keys != 1 {
        findings.push("site.yaml hands the edge's key to somebody else than the edge".to_owned());
    }
    findings
}

#[test]
fn services_have_what_they_need() {
    obeyed(&every_service_has_what_it_needs(&Templates::load()));
}

#[test]
fn the_site_stands_on_the_platform() {
    obeyed(&what_is_taken_over_is_handed_out(&Templates::load()));
}

#[test]
fn the_edges_key_is_the_edges() {
    obeyed(&nobody_else_reads_the_edges_key(&Templates::load()));
}

#[test]
fn a_service_that_was_forgotten_is_found() {
    let judge = every_service_has_what_it_needs;
    let stack = "/Resources/Profile/Properties/Parameters";
    let load = Templates::load;
    bites(
        &judge(&load().without("site.yaml", "/Resources/Profile")),
        "profile has no stack",
    );
    bites(
        &judge(&load().without("site.yaml", &format!("{stack}/QueueArn"))),
        "profile consumes and has no queue",
    );
    bites(
        &judge(&load().set("site.yaml", &format!("{stack}/DatabaseSecret"), json!("x"))),
        "profile is given another role",
    );
    let form = "/Resources/ProfileDatabase/Properties/GenerateSecretString/SecretStringTemplate";
    bites(
        &judge(&load().set("secrets.yaml", form, json!("{\"username\":\"profile\"}"))),
        "profile has a secret for another role",
    );
    bites(
        &judge(&load().without("secrets.yaml", "/Resources/ProfileDatabaseRotation")),
        "never changes",
    );
    bites(
        &judge(&load().without("proxy.yaml", "/Resources/Proxy/Properties/Auth/2")),
        "the database's proxy lets in",
    );
    bites(
        &what_is_taken_over_is_handed_out(&load().without("platform.yaml", "/Outputs/ContentQueueArn")),
        "ContentQueueArn",
    );
    let leaky = json!([{ "PolicyDocument": { "Statement": [{ "Resource": { "Ref": "EdgeSigningKey" } }] } }]);
    bites(
        &nobody_else_reads_the_edges_key(&load().set(
            "service.yaml",
            "/Resources/Role/Properties/Policies",
            leaky,
        )),
        "service.yaml: Role reads the edge's key",
    );
}
