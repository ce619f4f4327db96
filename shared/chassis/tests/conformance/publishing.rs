//! From an outbox to every queue that wants it.

use crate::stage::{FOR_BOTH, FOR_NOBODY, FOR_ONE, LONG, ONE, OTHER, Stage};
use crate::stage::{event, ids, ids_of, read, saying, sized};
use store::outbox::{MAX_ENVELOPE_BYTES, Pending};

pub(crate) async fn what_is_published_is_received_as_it_was(stage: &Stage) {
    let event = saying(FOR_ONE, "\"quoted\", \\ and 1.0 and 9007199254740993\n\ttwice");
    stage.publish_all(std::slice::from_ref(&event)).await;
    let message = stage.next_one(ONE, LONG).await;
    if stage.nature.keeps_the_text {
        assert_eq!(message.body, event.body);
    }
    assert_eq!(read(&message.body), read(&event.body));
    assert_eq!(message.receive_count, 1);
}

pub(crate) async fn every_queue_that_subscribes_gets_a_copy(stage: &Stage) {
    let (both, one) = (event(FOR_BOTH), event(FOR_ONE));
    stage.publish_all(&[both.clone(), one.clone()]).await;
    assert_eq!(
        ids(&stage.next_of(ONE, 2, LONG).await),
        ids_of(&[both.clone(), one])
    );
    assert_eq!(ids(&stage.next_of(OTHER, 1, LONG).await), ids_of(&[both]));
    assert!(stage.look(OTHER, LONG).await.is_empty());
}

pub(crate) async fn a_copy_in_one_queue_knows_nothing_of_the_other(stage: &Stage) {
    stage.publish_all(&[event(FOR_BOTH)]).await;
    let message = stage.next_one(ONE, LONG).await;
    stage.acknowledge(ONE, &[message]).await;
    assert_eq!(stage.next_one(OTHER, LONG).await.receive_count, 1);
}

pub(crate) async fn a_type_that_nobody_wants_is_taken_and_goes_nowhere(stage: &Stage) {
    let (lost, last) = (event(FOR_NOBODY), event(FOR_BOTH));
    stage.publish_all(&[lost, last.clone()]).await;
    for queue in [ONE, OTHER] {
        assert_eq!(
            ids(&stage.next_of(queue, 1, LONG).await),
            ids_of(std::slice::from_ref(&last))
        );
        assert!(stage.look(queue, LONG).await.is_empty());
    }
}

pub(crate) async fn the_same_event_published_twice_comes_twice(stage: &Stage) {
    let event = event(FOR_ONE);
    stage.publish_all(std::slice::from_ref(&event)).await;
    stage.publish_all(std::slice::from_ref(&event)).await;
    let messages = stage.next_of(ONE, 2, LONG).await;
    assert_ne!(messages[0].receipt, messages[1].receipt);
    assert_eq!(read(&messages[0].body), read(&messages[1].body));
}

pub(crate) async fn more_than_a_call_can_carry_arrives_whole(stage: &Stage) {
    let mut events: Vec<_> = (0..stage.transport.publish_batch())
        .map(|_| event(FOR_ONE))
        .collect();
    // Some are so large that they do not fit into one call, though each is allowed.
    events.extend((0..5).map(|_| sized(FOR_ONE, 100_000)));
    stage.publish_all(&events).await;
    let messages = stage.next_of(ONE, events.len(), LONG).await;
    assert_eq!(ids(&messages), ids_of(&events));
}

pub(crate) async fn three_of_ten_fail_and_seven_arrive(stage: &Stage) {
    let mut events: Vec<_> = (0..10).map(|_| event(FOR_ONE)).collect();
    events[2].kind = None;
    events[5] = sized(FOR_ONE, MAX_ENVELOPE_BYTES * 2);
    events[9].kind = None;
    let outcomes = stage.publish(&events).await;
    let failed: Vec<_> = (0..10).filter(|place| outcomes[*place].is_err()).collect();
    assert_eq!((outcomes.len(), failed), (10, vec![2, 5, 9]));
    let well: Vec<Pending> = [0, 1, 3, 4, 6, 7, 8]
        .map(|place: usize| events[place].clone())
        .into();
    assert_eq!(ids(&stage.next_of(ONE, 7, LONG).await), ids_of(&well));
    assert!(stage.look(ONE, LONG).await.is_empty());
}

pub(crate) async fn what_is_too_large_is_refused_alone(stage: &Stage) {
    let (small, large) = (event(FOR_ONE), sized(FOR_ONE, 256 * 1024 + 1));
    let outcomes = stage.publish(&[large.clone(), small.clone()]).await;
    let refusal = outcomes[0].as_ref().unwrap_err().to_string();
    assert!(refusal.contains("more than the bus takes"), "{refusal}");
    assert!(outcomes[1].is_ok());
    assert_eq!(ids(&stage.next_of(ONE, 1, LONG).await), ids_of(&[small]));
    // Alone it is refused as well.
    assert!(stage.publish(&[large]).await[0].is_err());
}

pub(crate) async fn the_largest_that_is_allowed_arrives(stage: &Stage) {
    let event = sized(FOR_ONE, MAX_ENVELOPE_BYTES);
    stage.publish_all(std::slice::from_ref(&event)).await;
    assert_eq!(read(&stage.next_one(ONE, LONG).await.body), read(&event.body));
}

pub(crate) async fn nothing_to_publish_is_nothing_to_answer(stage: &Stage) {
    assert!(stage.publish(&[]).await.is_empty());
    assert!(stage.transport.acknowledge(ONE, &[]).await.is_empty());
    stage.transport.give_back(ONE, &[]).await.unwrap();
    assert!(stage.operator.replay(ONE, &[]).await.is_empty());
}

pub(crate) async fn words_in_every_script_arrive_as_they_were(stage: &Stage) {
    let words = [
        "Grüße, žluťoučký kůň",
        "雨の散歩 ☂️ 👩🏽‍🎤",
        "مرحبا \u{202e}gnirts",
        "e\u{301} is not é",
        "\u{0}\u{1f}\u{7f}\u{85}\u{2028}\u{feff}",
        "the last ones: \u{fffd}\u{10ffff}",
        "neither of these is a character: \u{fffe}\u{ffff}",
    ];
    for words in words {
        let event = saying(FOR_ONE, words);
        stage.publish_all(std::slice::from_ref(&event)).await;
        let message = stage.next_one(ONE, LONG).await;
        assert_eq!(read(&message.body)["data"]["words"], words);
        // By the other way, too.
        stage.acknowledge(ONE, &[message]).await;
        stage.send(ONE, &event.body).await;
        let message = stage.next_one(ONE, LONG).await;
        assert_eq!(read(&message.body)["data"]["words"], words);
        stage.acknowledge(ONE, &[message]).await;
    }
}
