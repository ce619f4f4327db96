//! A message that is no event: it is tried five times, put aside, shown, sent again, and dies again; nobody else is harmed.

use super::stage::{CONSUMER, Stage, told};
use serde_json::json;
use std::time::Duration;

const BODY: &str = "no envelope";

pub(crate) async fn dies_again(stage: &mut Stage) {
    let posts = stage.found().await;
    if !stage.is_on_tables() {
        stage.queues().passage.hasten();
    }
    let transport = stage.network.transport_of(CONSUMER);
    transport.send(CONSUMER, BODY, Duration::ZERO).await.unwrap();
    stage.post("beside it").await;
    stage.until_dead(1).await;
    stage.until_found(posts + 1).await;

    let [letter] = &stage.listed(&[]).await[..] else {
        panic!("one letter")
    };
    assert_eq!(stage.tries(letter), 5, "{letter}");
    for unknown in ["eventId", "type", "fingerprint", "causes", "release"] {
        assert!(letter[unknown].is_null(), "{unknown} in {letter}");
    }
    let by_cause = stage.valine(&["list"]).await;
    let is_told = |words: &str| by_cause.data.contains(words);
    assert!(
        is_told("unreadable") && is_told("no failure was recorded"),
        "{by_cause:?}"
    );
    let id = told(letter, "id");
    assert_eq!(
        stage.valine(&["show", id, "--json"]).await.json()["envelope"],
        BODY
    );
    let shown = stage.valine(&["show", id]).await;
    assert!(
        shown.data.contains("unreadable") && shown.data.contains(BODY),
        "{shown:?}"
    );

    let replayed = stage.valine(&["replay", id, "--json"]).await.json();
    assert_eq!(replayed, json!({ "replayed": 1, "goneMeanwhile": 0 }));
    stage.post("beside it again").await;
    stage.until_dead(1).await;
    stage.until_found(posts + 2).await;
    let [again] = &stage.listed(&[]).await[..] else {
        panic!("one letter")
    };
    assert_eq!(stage.tries(again), 5, "{again}");
    let id = told(again, "id");
    let discard = [
        "discard",
        id,
        "--yes-discard",
        "--reason",
        "it was never an event",
    ];
    let one = stage.valine(&discard).await;
    assert_eq!((one.code, one.talk.as_str()), (Some(0), "1 discarded.\n"));
    stage.network.at_rest().await;
}
