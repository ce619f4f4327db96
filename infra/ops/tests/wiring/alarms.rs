//! An alarm that looks at something that nobody publishes is never raised. So each names a queue, a function or a number that there
//! is, and each queue and function has one.

use super::template::{Templates, everything, named, of_type, text};
use super::{bites, obeyed};
use chassis::metrics::{DIMENSIONS, Metric, NAMESPACE};
use ops::manifests::MANIFESTS;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Something that is looked at: namespace, name, and what tells it apart.
#[derive(Clone, Debug, Default)]
struct Looked {
    whence: String,
    namespace: String,
    metric: String,
    dimensions: Vec<(String, Value)>,
}

impl Looked {
    fn dimension(&self, name: &str) -> &Value {
        let found = self.dimensions.iter().find(|(known, _)| known == name);
        found.map_or(&Value::Null, |(_, value)| value)
    }
}

/// What the alarms of all templates look at.
fn by_alarms(templates: &Templates) -> Vec<Looked> {
    let mut looked = Vec::new();
    for (file, template) in templates.iter() {
        for (name, alarm) in of_type(template, "AWS::CloudWatch::Alarm") {
            for metric in everything(alarm) {
                if metric["MetricName"].is_null() {
                    continue;
                }
                let dimensions = metric["Dimensions"].as_array().into_iter().flatten();
                looked.push(Looked {
                    whence: format!("{file}: {name}"),
                    namespace: text(&metric["Namespace"]).to_owned(),
                    metric: text(&metric["MetricName"]).to_owned(),
                    dimensions: dimensions
                        .map(|it| (text(&it["Name"]).to_owned(), it["Value"].clone()))
                        .collect(),
                });
            }
        }
    }
    looked
}

/// What the dashboard looks at, its shorthand (`.` as before) written out; searches look at whatever there is.
fn by_dashboard(templates: &Templates) -> Vec<Looked> {
    let mut looked = Vec::new();
    for (name, dashboard) in of_type(templates.get("observability.yaml"), "AWS::CloudWatch::Dashboard") {
        let body: Value =
            serde_json::from_str(text(&dashboard["DashboardBody"])).expect("the dashboard is JSON");
        for widget in body["widgets"].as_array().unwrap() {
            let mut before: Vec<String> = Vec::new();
            for line in widget["properties"]["metrics"].as_array().unwrap() {
                let words: Vec<_> = line
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                if words.is_empty() || words == ["..."] {
                    continue;
                }
                let whole = words.iter().enumerate().map(|(place, word)| match *word {
                    "." => before[place].clone(),
                    word => word.to_owned(),
                });
                before = whole.collect();
                looked.push(Looked {
                    whence: format!("observability.yaml: {name}, {}", widget["properties"]["title"]),
                    namespace: before[0].clone(),
                    metric: before[1].clone(),
                    dimensions: before[2..]
                        .chunks(2)
                        .map(|pair| (pair[0].clone(), json!({ "Fn::Sub": pair[1] })))
                        .collect(),
                });
            }
        }
    }
    assert!(looked.len() > 20, "the dashboard shows nothing");
    looked
}

fn everything_that_is_looked_at_is_published(templates: &Templates) -> Vec<String> {
    let queues = names(templates, "AWS::SQS::Queue", "QueueName");
    let functions = names(templates, "AWS::Serverless::Function", "FunctionName");
    let mut findings = Vec::new();
    for looked in by_alarms(templates).into_iter().chain(by_dashboard(templates)) {
        let mut find = |what: String| findings.push(format!("{} looks at {what}", looked.whence));
        match looked.namespace.as_str() {
            "AWS/SQS" => {
                let queue = looked.dimension("QueueName");
                let resource = &templates.get("messaging.yaml")["Resources"][named(queue)]["Type"];
                if resource != "AWS::SQS::Queue" && !queues.contains(text(queue)) {
                    find(format!("the queue {queue}, which is none"));
                }
            }
            "AWS/Lambda" => {
                let function = text(looked.dimension("FunctionName"));
                if !functions.contains(function) {
                    find(format!("the function {function}, which is none"));
                }
            }
            NAMESPACE => {
                if !Metric::ALL.iter().any(|metric| metric.name() == looked.metric) {
                    find(format!("{}, which no service tells", looked.metric));
                }
                let by: Vec<_> = looked.dimensions.iter().map(|(name, _)| name.as_str()).collect();
                if by != DIMENSIONS {
                    find(format!(
                        "{} by {by:?}, and it is told by {DIMENSIONS:?}",
                        looked.metric
                    ));
                }
                let service = looked.dimension("Service");
                let is_known =
                    service["Ref"] == "Service" || MANIFESTS.iter().any(|known| known.name == text(service));
                if !is_known {
                    find(format!("{} of {service}, which is no service", looked.metric));
                }
            }
            // What these publish is AWS's to say; cfn-lint knows the form.
            "AWS/ApiGateway" | "AWS/Backup" | "AWS/RDS" | "AWS/SES" => {}
            other => find(format!("{other}, which nobody here publishes")),
        }
    }
    findings
}

/// The names that are given to resources of a type, as texts with placeholders.
fn names<'a>(templates: &'a Templates, kind: &'a str, property: &'a str) -> BTreeSet<&'a str> {
    templates
        .iter()
        .flat_map(|(_, template)| of_type(template, kind))
        .map(|(_, resource)| text(&resource[property]))
        .collect()
}

fn every_queue_and_every_function_is_looked_at(templates: &Templates) -> Vec<String> {
    let alarms = by_alarms(templates);
    let mut findings = Vec::new();
    for (queue, _) in of_type(templates.get("messaging.yaml"), "AWS::SQS::Queue") {
        let looked = |metric: &str| {
            alarms
                .iter()
                .any(|alarm| alarm.metric == metric && named(alarm.dimension("QueueName")) == queue)
        };
        let (age, visible) = (
            looked("ApproximateAgeOfOldestMessage"),
            looked("ApproximateNumberOfMessagesVisible"),
        );
        let is_dead = queue.ends_with("Dead");
        let is_watched = match () {
            () if is_dead => age && visible,
            () if queue.ends_with("Undelivered") => visible,
            () => age,
        };
        if !is_watched {
            findings.push(format!("nobody is told of {queue}"));
        }
    }
    for (file, template) in templates.iter() {
        for (name, function) in of_type(template, "AWS::Serverless::Function") {
            let called = text(&function["FunctionName"]);
            let looked = alarms
                .iter()
                .any(|alarm| alarm.metric == "Errors" && text(alarm.dimension("FunctionName")) == called);
            // Whoever asks it stands before it and is told.
            if !looked && name != "Ops" {
                findings.push(format!("{file}: nobody is told when {name} fails"));
            }
        }
        for (name, alarm) in of_type(template, "AWS::CloudWatch::Alarm") {
            if alarm["AlarmActions"] != json!([{ "Ref": "AlarmTopic" }]) {
                findings.push(format!("{file}: {name} tells nobody"));
            }
        }
    }
    findings
}

/// Numbers of ours are lines of a log that CloudWatch reads: every function that tells any knows which installation it is.
fn whoever_tells_numbers_knows_the_stage(templates: &Templates) -> Vec<String> {
    ["service.yaml", "edge.yaml", "operations.yaml"]
        .into_iter()
        .filter(|file| {
            templates.get(file)["Globals"]["Function"]["Environment"]["Variables"]["STAGE"]
                != json!({ "Ref": "Prefix" })
        })
        .map(|file| format!("{file}: functions do not know which installation they are"))
        .collect()
}

#[test]
fn what_is_looked_at_is_published() {
    obeyed(&everything_that_is_looked_at_is_published(&Templates::load()));
}

#[test]
fn queues_and_functions_are_looked_at() {
    obeyed(&every_queue_and_every_function_is_looked_at(&Templates::load()));
}

#[test]
fn numbers_are_told_of_the_stage() {
    obeyed(&whoever_tells_numbers_knows_the_stage(&Templates::load()));
}

#[test]
fn an_alarm_that_is_never_raised_is_found() {
    let judge = everything_that_is_looked_at_is_published;
    let broken = |file: &str, alarm: &str, field: &str, value: Value| {
        Templates::load().set(file, &format!("/Resources/{alarm}/Properties/{field}"), value)
    };
    bites(
        &judge(&broken(
            "messaging.yaml",
            "MediaDeadAlarm",
            "Dimensions/0/Value",
            json!({ "Fn::GetAtt": ["Bakery", "QueueName"] }),
        )),
        "MediaDeadAlarm looks at the queue",
    );
    bites(
        &judge(&broken(
            "service.yaml",
            "RelayErrors",
            "Dimensions/0/Value",
            json!({ "Fn::Sub": "${Prefix}-${Service}-sweep" }),
        )),
        "RelayErrors looks at the function ${Prefix}-${Service}-sweep",
    );
    bites(
        &judge(&broken(
            "service.yaml",
            "OutboxLate",
            "MetricName",
            json!("OutboxAges"),
        )),
        "OutboxAges, which no service tells",
    );
    bites(
        &judge(&broken(
            "service.yaml",
            "OutboxLate",
            "Dimensions/1/Name",
            json!("Name"),
        )),
        "told by",
    );
    bites(
        &judge(&broken(
            "service.yaml",
            "OutboxLate",
            "Namespace",
            json!("Bakery"),
        )),
        "Bakery, which nobody here publishes",
    );
}

#[test]
fn what_nobody_looks_at_is_found() {
    let judge = every_queue_and_every_function_is_looked_at;
    for alarm in [
        "MediaQueueAlarm",
        "MediaDeadAlarm",
        "MediaDeadExpiringAlarm",
        "MediaUndeliveredAlarm",
    ] {
        let findings = judge(&Templates::load().without("messaging.yaml", &format!("/Resources/{alarm}")));
        bites(&findings, "nobody is told of Media");
    }
    bites(
        &judge(&Templates::load().without("service.yaml", "/Resources/EventsErrors")),
        "when Events fails",
    );
    let silent = Templates::load().set(
        "service.yaml",
        "/Resources/HttpErrors/Properties/AlarmActions",
        json!([]),
    );
    bites(&judge(&silent), "HttpErrors tells nobody");
    let lost = Templates::load().without("service.yaml", "/Globals/Function/Environment/Variables/STAGE");
    bites(
        &whoever_tells_numbers_knows_the_stage(&lost),
        "service.yaml: functions do not know",
    );
}
