//! A consumer breaks while the rest of the network goes on; what it left aside is done once after it was mended, however
//! often it is replayed. Seen as an operator sees it: by `valine dead-letters` and `valine events explain`. Then what nobody can read
//! dies on the same processes, and, behind a bus with rules, what never came to its queue.

use super::stage::{CONSUMER, Stage, told, until};
use super::{poison, undelivered};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use testkit::{shape_of, shape_of_an_envelope};

pub(crate) const TYPE: &str = "content.post-changed.v1";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_aside_is_done_once_by_way_of_tables() {
    let mut stage = Stage::on_tables("dead letters, and a message that nobody can read").await;
    left_by_a_broken_consumer(&mut stage).await;
    poison::dies_again(&mut stage).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_aside_is_done_once_by_way_of_queues() {
    let journey = "dead letters of a queue and of a rule, and a message that nobody can read";
    let Some(mut stage) = Stage::on_queues("TEST_DEAD_LETTERS_STACK", journey).await else {
        return;
    };
    left_by_a_broken_consumer(&mut stage).await;
    poison::dies_again(&mut stage).await;
    undelivered::is_a_dead_letter(&mut stage).await;
    stage.end().await;
}

async fn left_by_a_broken_consumer(stage: &mut Stage) {
    stage.post("first").await;
    stage.until_found(1).await;
    stage.break_consumer().await;
    for words in ["second", "third", "fourth"] {
        stage.post(words).await;
    }
    stage.until_dead(3).await;
    let letters = stage.listed(&[]).await;
    assert_eq!(letters.len(), 3);
    others_go_on(stage).await;
    filters(stage, &letters).await;
    letter_and_journey(stage, &letters[0]).await;
    a_replay_before_it_is_mended_comes_back(stage, &letters[0]).await;

    stage.mend_consumer().await;
    let one_cause = told(&letters[0], "fingerprint");
    let replayed = stage
        .valine(&["replay", "--consumer", CONSUMER, "--error", one_cause, "--json"])
        .await;
    assert_eq!(replayed.json(), json!({ "replayed": 3, "goneMeanwhile": 0 }));
    stage.until_found(4).await;
    stage.network.at_rest().await;
    its_journey_is_over(stage, &letters[0]).await;

    let done = stage.rows().await;
    assert!(
        done.len() >= 8,
        "four posts, and the claims of their events: {}",
        done.len()
    );
    let nothing = stage.valine(&["replay", "--all", "--json"]).await;
    assert_eq!(nothing.json(), json!({ "replayed": 0, "goneMeanwhile": 0 }));
    // The bus may say the same again, so the test does: these very letters, later.
    put_aside_again(stage, &letters).await;
    let again = stage.valine(&["replay", "--type", TYPE]).await;
    assert_eq!(
        (again.code, again.talk.lines().next()),
        (Some(0), Some("3 replayed."))
    );
    stage.network.at_rest().await;
    assert_eq!(
        stage.rows().await,
        done,
        "the same letters again changed something"
    );
    discarding(stage, &letters).await;
    every_action_is_kept(stage).await;
}

async fn put_aside_again(stage: &mut Stage, letters: &[Value]) {
    for letter in letters {
        let envelope = envelope(stage, told(letter, "eventId")).await;
        stage.put_aside(&envelope).await;
    }
}

/// As it waited in the outbox of its publisher.
pub(crate) async fn envelope(stage: &mut Stage, event: &str) -> Value {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        envelope: String,
    }
    let query = "SELECT envelope::text AS envelope FROM content.outbox WHERE id = $1::uuid";
    let query = diesel::sql_query(query).bind::<Text, _>(event);
    let row: Row = query.get_result(&mut stage.conn).await.unwrap();
    serde_json::from_str(&row.envelope).unwrap()
}

/// A dead letter as `list --json` shows it. A queue of SQS does not tell when it put something aside.
fn shape_of_a_letter(stage: &Stage) -> Value {
    let died_at = if stage.is_on_tables() { "text" } else { "null" };
    json!({
        "id": "text", "consumer": "text", "eventId": "text", "type": "text", "receives": "number", "sentAt": "text",
        "diedAt": died_at, "fingerprint": "text", "causes": ["text"], "release": "text",
    })
}

/// Other consumers, and other events of the same one.
async fn others_go_on(stage: &Stage) {
    let ada = &stage.ada.client;
    until("profile has counted all posts", async || {
        ada.get("/api/users/me").await.expect(200)["postCount"] == 4
    })
    .await;
    ada.patch("/api/users/me", json!({ "title": "Narrator" }))
        .await
        .expect(200);
    until("search finds the profile as it is now", async || {
        let found = ada.get("/api/search/users?q=narrator").await.expect(200);
        found["users"][0]["username"] == "ada"
    })
    .await;
    assert_eq!(stage.found().await, 1);
}

async fn filters(stage: &Stage, letters: &[Value]) {
    assert_eq!(shape_of(&letters[0]), shape_of_a_letter(stage));
    let (id, cause) = (told(&letters[0], "id"), told(&letters[0], "fingerprint"));
    assert!(
        letters.iter().all(|letter| letter["fingerprint"] == cause),
        "one cause, one fingerprint: {letters:?}"
    );
    for (arguments, expected) in [
        (&["--type", TYPE, "--error", "away"][..], 3),
        (&["--type", "content.post-removed.v1"], 0),
        (&["--error", "LIST of words"], 3),
        (&["--error", cause], 3),
        (&["--error", "another cause"], 0),
    ] {
        assert_eq!(stage.listed(arguments).await.len(), expected, "{arguments:?}");
    }
    for (consumer, expected) in [("search_indexer", 3), ("profile", 0)] {
        let list = stage.valine(&["list", "--json", "--consumer", consumer]).await;
        assert_eq!(list.json().as_array().unwrap().len(), expected, "{consumer}");
    }
    let nobody = stage.valine(&["list", "--consumer", "nobody"]).await;
    assert_eq!(nobody.code, Some(1));
    assert!(
        nobody.talk.contains("there is no consumer nobody; there are "),
        "{nobody:?}"
    );
    let none = stage.valine(&["list", "--error", "another cause"]).await;
    assert_eq!(
        (none.code, none.talk.as_str()),
        (Some(0), "No dead letters match.\n")
    );
    let by_cause = stage.valine(&["list"]).await;
    let lines: Vec<_> = by_cause
        .data
        .lines()
        .filter(|line| line.contains(CONSUMER))
        .collect();
    let [line] = lines[..] else {
        panic!("one line a cause: {by_cause:?}")
    };
    assert!(line.contains("│ 3 ") && line.contains(cause), "{line}");
    let each = stage.valine(&["list", "--each"]).await;
    assert!(
        each.data.contains(id) && each.data.matches("search-indexer/").count() == 3,
        "{each:?}"
    );
}

async fn letter_and_journey(stage: &Stage, letter: &Value) {
    let id = told(letter, "id");
    let shown = stage.valine(&["show", id, "--json"]).await.json();
    let mut shape = shape_of_a_letter(stage);
    shape["envelope"] = shape_of_an_envelope();
    assert_eq!(shape_of(&shown), shape);
    assert_eq!(shown["envelope"]["id"], letter["eventId"]);
    let people = stage.valine(&["show", id]).await;
    assert!(
        people.data.contains("the list of words is away for") && people.data.contains("walrus"),
        "{people:?}"
    );
    for wrong in ["search-indexer/4711", "search-indexer", "nobody/1"] {
        assert_eq!(stage.valine(&["show", wrong]).await.code, Some(1), "{wrong}");
    }

    let journey = explained(stage, letter).await;
    let consumer = |service: &str| {
        let mut consumers = journey["consumers"].as_array().unwrap().iter();
        consumers.find(|one| one["service"] == service).cloned().unwrap()
    };
    let state = if stage.is_on_tables() {
        "dead letter"
    } else {
        "not done: not yet published, on its queue, a dead letter, or discarded"
    };
    assert_eq!(
        consumer(CONSUMER),
        json!({ "service": CONSUMER, "handler": "documents", "state": state, "failure": letter["causes"] })
    );
    assert_eq!(
        consumer("media"),
        json!({ "service": "media", "handler": "sightings", "state": "done", "failure": null })
    );
    let operators = journey["operators"].as_array().unwrap().iter();
    let actions: Vec<_> = operators.map(|one| told(one, "action")).collect();
    assert_eq!(actions, ["show", "show"], "who looked is kept, and told");
    let event = "0197a2d0-5a10-7c3e-9a55-6f3f2f9e1a77";
    let nobody = stage.network.valine(&["events", "explain", event]).await;
    assert_eq!(nobody.code, Some(1));
}

async fn explained(stage: &Stage, letter: &Value) -> Value {
    let explain = ["events", "explain", told(letter, "eventId"), "--json"];
    let journey = stage.network.valine(&explain).await.json();
    let mut shape = shape_of(&journey);
    for consumer in shape["consumers"].as_array_mut().unwrap() {
        let failure = consumer["failure"].take();
        assert!(
            failure == json!("null") || failure == json!(["text"]),
            "{journey}"
        );
    }
    let consumption = json!({ "service": "text", "handler": "text", "state": "text", "failure": null });
    let consumers = journey["consumers"].as_array().unwrap().len();
    let expected = json!({
        "envelope": shape_of_an_envelope(),
        "outbox": { "service": "text", "attempts": "number", "publishedAt": "text" },
        "consumers": vec![consumption; consumers],
        "caused": [],
        "operators": [],
    });
    shape["operators"] = json!([]);
    assert_eq!(shape, expected);
    journey
}

async fn its_journey_is_over(stage: &Stage, letter: &Value) {
    let journey = explained(stage, letter).await;
    for consumer in journey["consumers"].as_array().unwrap() {
        assert_eq!(
            (&consumer["state"], &consumer["failure"]),
            (&json!("done"), &Value::Null),
            "{consumer}"
        );
    }
}

/// Named twice, it is one.
async fn a_replay_before_it_is_mended_comes_back(stage: &mut Stage, letter: &Value) {
    let id = told(letter, "id");
    let replayed = stage.valine(&["replay", id, id, "--json"]).await;
    assert_eq!(replayed.json(), json!({ "replayed": 1, "goneMeanwhile": 0 }));
    stage.until_dead(3).await;
    let letters = stage.listed(&[]).await;
    let mut letters = letters.iter();
    let again = letters.find(|other| other["eventId"] == letter["eventId"]);
    let again = again.unwrap();
    assert_eq!(again["fingerprint"], letter["fingerprint"]);
    assert_eq!(stage.tries(again), 5, "{again}");
    let nothing_named = stage.valine(&["replay"]).await;
    assert_eq!(
        nothing_named.code,
        Some(1),
        "what is meant must be said: {nothing_named:?}"
    );
}

async fn discarding(stage: &mut Stage, letters: &[Value]) {
    put_aside_again(stage, letters).await;
    let unsaid = stage.valine(&["discard", "--all"]).await;
    assert_eq!(unsaid.code, Some(2), "{unsaid:?}");
    let listed = stage.listed(&[]).await;
    let id = told(&listed[0], "id");
    for unreasonable in ["", "one line\nand another"] {
        let discard = ["discard", id, "--yes-discard", "--reason", unreasonable];
        assert_eq!(stage.valine(&discard).await.code, Some(2), "{unreasonable:?}");
    }
    let discard = ["discard", id, "--yes-discard", "--reason", "said twice"];
    let one = stage.valine(&discard).await;
    assert_eq!((one.code, one.talk.as_str()), (Some(0), "1 discarded.\n"));
    assert_eq!(stage.listed(&[]).await.len(), 2, "the others are still there");
    let rest = ["discard", "--type", TYPE, "--yes-discard", "--json"];
    let rest = stage.valine(&rest).await.json();
    assert_eq!(rest, json!({ "discarded": 2, "goneMeanwhile": 0 }));
    stage.network.at_rest().await;
    let none = stage.valine(&["list"]).await;
    assert_eq!((none.code, none.talk.as_str()), (Some(0), "No dead letters.\n"));
}

/// A row an action: by whom, what, of which queue, which event, and why, if that was said.
async fn every_action_is_kept(stage: &mut Stage) {
    let of = |action: &str| {
        format!(
            "bus.operator_action WHERE action = '{action}' AND queue = 'search-indexer' AND operator <> ''"
        )
    };
    for (action, expected) in [("show", 2), ("replay", 1 + 3 + 3), ("discard", 1 + 2)] {
        assert_eq!(stage.count(&of(action)).await, expected, "{action}");
    }
    let with_a_reason = of("discard") + " AND detail ->> 'reason' = 'said twice'";
    assert_eq!(stage.count(&with_a_reason).await, 1);
    // Looking at an event shows what people said in it, too.
    let looks = "bus.operator_action WHERE action = 'explain' AND queue IS NULL";
    assert_eq!(stage.count(looks).await, 2);
    let without = "bus.operator_action WHERE event_id IS NULL";
    assert_eq!(stage.count(without).await, 0, "each names its event");
}
