//! How often a message was received, how often is too often, and how many there are.

use crate::stage::{LONG, ONE, SHORT, Stage, until};
use chassis::transport::{Depth, MAX_RECEIVES};
use std::time::Duration;

pub(crate) async fn every_receive_is_counted(stage: &Stage) {
    stage.send(ONE, "counted").await;
    for count in 1..=3 {
        assert_eq!(stage.next_one(ONE, SHORT).await.receive_count, count);
    }
}

pub(crate) async fn the_fifth_receive_is_the_last(stage: &Stage) {
    stage.send(ONE, "failing").await;
    for count in 1..=MAX_RECEIVES {
        let message = stage.next_one(ONE, LONG).await;
        assert_eq!(message.receive_count, count);
        assert_eq!(stage.transport.depth(ONE).await.unwrap().dead, 0);
        stage
            .transport
            .retry_after(ONE, &message, Duration::ZERO)
            .await
            .unwrap();
    }
    until("it is put aside", async || {
        assert!(stage.look(ONE, LONG).await.is_empty(), "it came a sixth time");
        (stage.transport.depth(ONE).await.unwrap().dead == 1).then_some(())
    })
    .await;
    stage.until_quiet(ONE).await;
}

pub(crate) async fn a_retry_keeps_the_count(stage: &Stage) {
    stage.send(ONE, "again").await;
    let message = stage.next_one(ONE, LONG).await;
    stage.transport.retry_after(ONE, &message, SHORT).await.unwrap();
    assert_eq!(stage.next_one(ONE, LONG).await.receive_count, 2);
}

pub(crate) async fn giving_back_counts_as_each_transport_can(stage: &Stage) {
    stage.send(ONE, "not begun").await;
    let message = stage.next_one(ONE, LONG).await;
    stage.transport.give_back(ONE, &[message]).await.unwrap();
    let count = stage.next_one(ONE, LONG).await.receive_count;
    assert_eq!(count, if stage.nature.takes_receives_back { 1 } else { 2 });
    assert_eq!(stage.transport.takes_back(), stage.nature.takes_receives_back);
}

pub(crate) async fn the_depth_tells_what_is_ready_in_hand_and_later(stage: &Stage) {
    let depth = async || stage.transport.depth(ONE).await.unwrap();
    let becomes = async |wanted: Depth| {
        until("a depth", async || (depth().await == wanted).then_some(())).await;
    };
    becomes(Depth::default()).await;
    for body in ["a", "b"] {
        stage.send(ONE, body).await;
    }
    stage.transport.send(ONE, "later", LONG).await.unwrap();
    becomes(Depth {
        ready: 2,
        delayed: 1,
        ..Depth::default()
    })
    .await;
    assert!(!depth().await.is_quiet());

    let messages = stage.next_of(ONE, 2, LONG).await;
    becomes(Depth {
        in_flight: 2,
        delayed: 1,
        ..Depth::default()
    })
    .await;
    stage
        .transport
        .retry_after(ONE, &messages[0], LONG)
        .await
        .unwrap();
    becomes(if stage.nature.tells_retries_from_leases {
        Depth {
            in_flight: 1,
            delayed: 2,
            ..Depth::default()
        }
    } else {
        Depth {
            in_flight: 2,
            delayed: 1,
            ..Depth::default()
        }
    })
    .await;
    stage.acknowledge(ONE, &messages).await;
    becomes(Depth {
        delayed: 1,
        ..Depth::default()
    })
    .await;
}

pub(crate) async fn bus_and_queue_answer_where_there_is_one(stage: &Stage) {
    stage.transport.bus_answers().await.unwrap();
    stage.transport.answers(ONE).await.unwrap();
    assert!(stage.transport.answers("nobody").await.is_err());
}

pub(crate) async fn the_depth_counts_the_dead(stage: &Stage) {
    for body in ["a", "b", "c"] {
        stage.send(ONE, body).await;
    }
    stage.bury(ONE, 3).await;
    let depth = stage.transport.depth(ONE).await.unwrap();
    assert!(depth.is_quiet(), "{depth:?}");
    assert_eq!(depth.dead, 3);
}
