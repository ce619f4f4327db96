//! What carries events: rules, queues, dead letters.

use super::template::{Templates, named, of_type, set};
use super::{bites, obeyed};
use ops::manifests::consumers;
use ops::templates::{RUNS_A_LEASE, logical};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const FILE: &str = "messaging.yaml";

fn every_rule_is_what_its_service_subscribes_to(templates: &Templates) -> Vec<String> {
    let mut findings = Vec::new();
    let rules: BTreeMap<_, _> = of_type(templates.get(FILE), "AWS::Events::Rule").collect();
    let consuming: Vec<_> = consumers().collect();
    for service in &consuming {
        let Some(rule) = rules.get(format!("{}Rule", logical(service.name)).as_str()) else {
            findings.push(format!("{} consumes, and has no rule", service.name));
            continue;
        };
        let subscribed = BTreeSet::from_iter(service.subscriptions());
        let matched = set(&rule["EventPattern"]["detail-type"]);
        if subscribed != matched {
            findings.push(format!(
                "the rule of {} matches other events than it subscribes to: {:?}",
                service.name,
                subscribed.symmetric_difference(&matched).collect::<Vec<_>>()
            ));
        }
    }
    if rules.len() != consuming.len() {
        findings.push(format!(
            "{} rules for {} consuming services",
            rules.len(),
            consuming.len()
        ));
    }
    for (name, rule) in rules {
        if rule["State"] != "ENABLED" {
            findings.push(format!("{name} is not enabled"));
        }
        for target in rule["Targets"].as_array().unwrap() {
            if target["InputPath"] != "$.detail" {
                findings.push(format!("{name} does not send the envelope alone"));
            }
            if named(&target["DeadLetterConfig"]["Arn"])
                != format!("{}Undelivered", name.trim_end_matches("Rule"))
            {
                findings.push(format!("what {name} cannot deliver is lost"));
            }
        }
    }
    findings
}

/// Dead letters of either kind are the end: they have none of their own.
fn is_an_end(name: &str) -> bool {
    name.ends_with("Dead") || name.ends_with("Undelivered")
}

fn every_queue_is_kept_well(templates: &Templates) -> Vec<String> {
    let template = templates.get(FILE);
    let queues: BTreeMap<_, _> = of_type(template, "AWS::SQS::Queue").collect();
    let policies: BTreeMap<_, _> = of_type(template, "AWS::SQS::QueuePolicy")
        .map(|(_, policy)| (named(&policy["Queues"][0]), policy))
        .collect();
    let longest = longest_run(templates);
    let mut findings = Vec::new();
    for (name, queue) in &queues {
        let mut find = |what: &str| findings.push(format!("{name} {what}"));
        if queue["SqsManagedSseEnabled"] != true {
            find("is not encrypted");
        }
        let kept = queue["MessageRetentionPeriod"].as_u64().unwrap_or(0);
        if is_an_end(name) {
            if kept != 14 * 24 * 60 * 60 {
                find("keeps dead letters for less than fourteen days");
            }
        } else {
            let dead = named(&queue["RedrivePolicy"]["deadLetterTargetArn"]);
            let back = queues
                .get(dead)
                .map(|dead| &dead["RedriveAllowPolicy"]["redrivePermission"]);
            if !dead.ends_with("Dead") || back.is_none_or(|how| how != "byQueue") {
                find("has no dead letters");
            }
            if queue["RedrivePolicy"]["maxReceiveCount"] != chassis::transport::MAX_RECEIVES {
                find("gives up after another number of tries than the embedded one");
            }
            let lease = queue["VisibilityTimeout"].as_u64().unwrap_or(0);
            if lease < RUNS_A_LEASE * longest {
                find("gives messages back sooner than six runs of its function may take");
            }
        }
        let statements = policies
            .get(name)
            .map(|policy| &policy["PolicyDocument"]["Statement"]);
        let statements = statements.and_then(Value::as_array).into_iter().flatten();
        let statements: Vec<_> = statements.collect();
        if !statements
            .iter()
            .any(|it| it["Effect"] == "Deny" && it["Condition"]["Bool"]["aws:SecureTransport"] == "false")
        {
            find("may be spoken to without TLS");
        }
        let senders: Vec<_> = statements.iter().filter(|it| it["Effect"] == "Allow").collect();
        let rule = format!(
            "{}Rule",
            name.trim_end_matches("Queue").trim_end_matches("Undelivered")
        );
        let only_its_rule = senders.iter().all(|it| {
            it["Principal"]["Service"] == "events.amazonaws.com"
                && named(&it["Condition"]["ArnEquals"]["aws:SourceArn"]) == rule
        });
        let wanted = usize::from(!name.ends_with("Dead"));
        if !only_its_rule || senders.len() != wanted {
            find("may be sent to by somebody else than its rule");
        }
    }
    findings
}

/// Seconds that the function of a queue may run.
fn longest_run(templates: &Templates) -> u64 {
    let events = &templates.get("service.yaml")["Resources"]["Events"]["Properties"];
    events["Timeout"].as_u64().unwrap()
}

fn a_batch_fails_in_part_and_no_function_turns_messages_away(templates: &Templates) -> Vec<String> {
    let events = &templates.get("service.yaml")["Resources"]["Events"]["Properties"];
    let source = &events["Events"]["Queue"]["Properties"];
    let mut findings = Vec::new();
    if !set(&source["FunctionResponseTypes"]).contains("ReportBatchItemFailures") {
        findings.push("one bad message would have ten tried again".to_owned());
    }
    if source["BatchSize"] != chassis::transport::BATCH {
        findings.push("a batch on Lambda is another than anywhere else".to_owned());
    }
    if named(&source["ScalingConfig"]["MaximumConcurrency"]) != "EventConcurrency" {
        findings.push("nothing says how many batches are handled at a time".to_owned());
    }
    if !events["ReservedConcurrentExecutions"].is_null() {
        findings.push("a limit of the function would turn healthy messages away".to_owned());
    }
    if events["Timeout"] != ops::templates::FUNCTION_SECONDS {
        findings.push("a function may run for longer than its queue was made for".to_owned());
    }
    findings
}

#[test]
fn rules_are_what_services_subscribe_to() {
    obeyed(&every_rule_is_what_its_service_subscribes_to(&Templates::load()));
}

#[test]
fn queues_are_kept_well() {
    let templates = Templates::load();
    assert!(of_type(templates.get(FILE), "AWS::SQS::Queue").count() >= 18);
    obeyed(&every_queue_is_kept_well(&templates));
}

#[test]
fn batches_fail_in_part_and_nothing_turns_messages_away() {
    obeyed(&a_batch_fails_in_part_and_no_function_turns_messages_away(
        &Templates::load(),
    ));
}

#[test]
fn a_rule_that_misses_an_event_or_loses_one_is_found() {
    let rule = "/Resources/ContentRule/Properties";
    let broken =
        |pointer: &str, value: Value| Templates::load().set(FILE, &format!("{rule}{pointer}"), value);
    let judge = every_rule_is_what_its_service_subscribes_to;
    bites(
        &judge(&broken(
            "/EventPattern/detail-type/0",
            json!("bakery.bread-baked.v1"),
        )),
        "bakery.bread-baked.v1",
    );
    bites(&judge(&broken("/State", json!("DISABLED"))), "not enabled");
    bites(
        &judge(&broken("/Targets/0/InputPath", json!("$"))),
        "the envelope alone",
    );
    bites(
        &judge(&broken("/Targets/0/DeadLetterConfig", Value::Null)),
        "is lost",
    );
    bites(
        &judge(&Templates::load().without(FILE, "/Resources/ContentRule")),
        "has no rule",
    );
}

#[test]
fn a_queue_that_is_not_kept_well_is_found() {
    let broken =
        |pointer: &str, value: Value| Templates::load().set(FILE, &format!("/Resources/{pointer}"), value);
    let judge = every_queue_is_kept_well;
    bites(
        &judge(&broken("MediaQueue/Properties/RedrivePolicy", Value::Null)),
        "MediaQueue has no dead letters",
    );
    bites(
        &judge(&broken("MediaQueue/Properties/VisibilityTimeout", json!(179))),
        "MediaQueue gives messages back",
    );
    bites(
        &judge(&broken(
            "MediaDead/Properties/MessageRetentionPeriod",
            json!(345_600),
        )),
        "MediaDead keeps",
    );
    bites(
        &judge(&broken("MediaDead/Properties/SqsManagedSseEnabled", json!(false))),
        "MediaDead is not encrypted",
    );
    let statements = "/Properties/PolicyDocument/Statement";
    bites(
        &judge(&Templates::load().without(FILE, &format!("/Resources/MediaDeadPolicy{statements}/0"))),
        "MediaDead may be spoken to without TLS",
    );
    bites(
        &judge(&broken(
            &format!("MediaUndeliveredPolicy{statements}/0/Condition"),
            json!({}),
        )),
        "MediaUndelivered may be sent to by somebody else",
    );
    let slow = Templates::load().set("service.yaml", "/Resources/Events/Properties/Timeout", json!(31));
    bites(&judge(&slow), "gives messages back");
}

#[test]
fn a_batch_that_fails_as_a_whole_is_found() {
    let events = "/Resources/Events/Properties";
    let broken = |pointer: &str| Templates::load().without("service.yaml", &format!("{events}{pointer}"));
    let judge = a_batch_fails_in_part_and_no_function_turns_messages_away;
    bites(
        &judge(&broken("/Events/Queue/Properties/FunctionResponseTypes")),
        "tried again",
    );
    bites(
        &judge(&broken("/Events/Queue/Properties/ScalingConfig")),
        "at a time",
    );
    let limited = Templates::load().set(
        "service.yaml",
        events,
        json!({ "ReservedConcurrentExecutions": 5, "Timeout": 30 }),
    );
    bites(&judge(&limited), "turn healthy messages away");
}
