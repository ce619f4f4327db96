//! What a rule of EventBridge could not put on its queue is a dead letter like others, though it lies elsewhere and in another
//! shape: the event as the rule saw it, and why in attributes of the message.
//!
//! No emulator honours the dead letters of a rule. So the rule loses its queue, the event never comes there, and the test puts aside
//! what EventBridge would.

use super::dead_letters::{TYPE, envelope};
use super::stage::{CONSUMER, Stage, told, until};
use aws_sdk_sqs::types::MessageAttributeValue;
use chassis::Role;
use end_to_end::text;
use serde_json::{Value, json};

const CODE: &str = "NO_PERMISSIONS";

pub(crate) async fn is_a_dead_letter(stage: &mut Stage) {
    let posts = stage.found().await;
    let post = without_its_target(stage).await;
    let event = event_of(stage, &post).await;
    put_aside(stage, &event).await;
    assert_eq!(stage.depth().await.dead, 1);

    let letter = is_listed(stage, &event).await;
    is_shown(stage, &letter, &event).await;
    assert_eq!(stage.found().await, posts);
    replay(stage, &["--error", told(&letter, "fingerprint")], 1).await;
    stage.until_found(posts + 1).await;
    stage.network.at_rest().await;
    let done = stage.rows().await;
    replay(stage, &["--all"], 0).await;

    put_aside(stage, &event).await;
    replay(stage, &["--type", TYPE], 1).await;
    stage.network.at_rest().await;
    assert_eq!(
        stage.rows().await,
        done,
        "the same letter again changed something"
    );

    put_aside(stage, &event).await;
    let discard = [
        "discard",
        "--error",
        CODE,
        "--yes-discard",
        "--reason",
        "it is there",
        "--json",
    ];
    let discarded = stage.valine(&discard).await.json();
    assert_eq!(discarded, json!({ "discarded": 1, "goneMeanwhile": 0 }));
    stage.network.at_rest().await;
    assert!(stage.listed(&[]).await.is_empty());
    let event_id = told(&event, "id");
    for (action, expected) in [("show", 2), ("replay", 2), ("discard", 1)] {
        let kept = format!(
            "bus.operator_action WHERE action = '{action}' AND queue = '{CONSUMER}' AND event_id = '{event_id}'"
        );
        assert_eq!(stage.count(&kept).await, expected, "{action}");
    }
}

/// A post that everybody hears of but the consumer.
async fn without_its_target(stage: &Stage) -> String {
    let queues = stage.queues();
    let bus = aws_sdk_eventbridge::Client::new(&chassis::aws::means().await);
    let (rule, on) = (format!("{}-{CONSUMER}", queues.stack), &queues.stack);
    let listed = bus.list_targets_by_rule().rule(&rule).event_bus_name(on);
    let targets = listed.send().await.unwrap().targets.unwrap();
    let ids = targets.iter().map(|target| target.id().to_owned());
    let remove = bus.remove_targets().rule(&rule).event_bus_name(on);
    remove.set_ids(Some(ids.collect())).send().await.unwrap();
    let before = posts_of(stage).await;
    let post = text(&stage.post("on the way").await, "/post/id");
    until("the others have heard of it", async || {
        posts_of(stage).await == before + 1
    })
    .await;
    let put = bus.put_targets().rule(&rule).event_bus_name(on);
    put.set_targets(Some(targets)).send().await.unwrap();
    post
}

async fn posts_of(stage: &Stage) -> i64 {
    let me = stage.ada.client.get("/api/users/me").await.expect(200);
    me["postCount"].as_i64().unwrap()
}

async fn event_of(stage: &mut Stage, post: &str) -> Value {
    let last = stage
        .network
        .valine(&[
            "events",
            "tail",
            "--no-follow",
            "--json",
            "--type",
            TYPE,
            "--last",
            "1",
        ])
        .await;
    let last: Value = serde_json::from_str(last.data.trim()).unwrap();
    assert_eq!(last["data"]["postId"], post);
    envelope(stage, told(&last, "id")).await
}

/// As EventBridge does.
async fn put_aside(stage: &Stage, envelope: &Value) {
    let queues = stage.queues();
    let body = json!({
        "version": "0", "id": "9c95ec97-8c3a-4e0c-9a70-6b7d3c1f2a10", "detail-type": envelope["type"],
        "source": envelope["source"], "account": "000000000000", "time": "2026-03-01T12:00:00Z", "region": "us-east-1",
        "resources": [], "detail": envelope,
    });
    let arn = |service: &str, name: &str| format!("arn:aws:{service}:us-east-1:000000000000:{name}");
    let attributes = [
        (
            "RULE_ARN",
            arn("events", &format!("rule/{0}/{0}-{CONSUMER}", queues.stack)),
        ),
        ("TARGET_ARN", arn("sqs", &format!("{}-{CONSUMER}", queues.stack))),
        ("ERROR_CODE", CODE.to_owned()),
        (
            "ERROR_MESSAGE",
            "the queue's policy does not let the rule in".to_owned(),
        ),
    ];
    let mut send = queues.sqs.send_message().queue_url(queues.url("-undelivered"));
    for (name, text) in attributes {
        let value = MessageAttributeValue::builder()
            .data_type("String")
            .string_value(text);
        send = send.message_attributes(name, value.build().unwrap());
    }
    send.message_body(body.to_string()).send().await.unwrap();
}

async fn is_listed(stage: &Stage, event: &Value) -> Value {
    let mut listed = stage.listed(&["--type", TYPE, "--error", CODE]).await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    let letter = listed.remove(0);
    assert_eq!(letter["eventId"], event["id"]);
    let causes = [
        format!("the bus could not put it on its queue: {CODE}"),
        "the queue's policy does not let the rule in".to_owned(),
    ];
    assert_eq!(letter["causes"], json!(causes));
    assert!(letter["release"].is_null(), "no release of ours failed: {letter}");
    let by_cause = stage.valine(&["list", "--consumer", CONSUMER]).await;
    assert!(
        by_cause.data.contains(CODE) && by_cause.data.contains(told(&letter, "fingerprint")),
        "{by_cause:?}"
    );
    letter
}

async fn is_shown(stage: &Stage, letter: &Value, event: &Value) {
    let id = told(letter, "id");
    let shown = stage.valine(&["show", id, "--json"]).await.json();
    assert_eq!(
        shown["envelope"], *event,
        "what the consumer would have been sent"
    );
    let people = stage.valine(&["show", id]).await;
    assert!(
        people.data.contains(CODE) && people.data.contains("walrus on the way"),
        "{people:?}"
    );
    let admin = stage.network.sign_up("oskar").await;
    stage.network.give_role(&admin, Role::Admin).await;
    let list = format!("/api/admin/dead-letters?consumer={CONSUMER}&error={CODE}");
    let over_http = admin.client.get(&list).await.expect(200);
    assert_eq!(text(&over_http, "/deadLetters/0/eventId"), told(event, "id"));
    assert!(
        text(&over_http, "/deadLetters/0/cause").contains(CODE),
        "{over_http}"
    );
}

async fn replay(stage: &Stage, which: &[&str], expected: usize) {
    let replayed = stage.valine(&[&["replay", "--json"], which].concat()).await;
    assert_eq!(
        replayed.json(),
        json!({ "replayed": expected, "goneMeanwhile": 0 }),
        "{which:?}"
    );
}
