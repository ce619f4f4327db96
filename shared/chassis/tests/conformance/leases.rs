//! Whose a message is, for how long, and what ends that.

use crate::stage::{LONG, MEANWHILE, ONE, SHORT, Stage, until};
use std::time::{Duration, Instant};

pub(crate) async fn what_is_received_is_nobody_elses(stage: &Stage) {
    stage.send(ONE, "mine").await;
    stage.next_one(ONE, LONG).await;
    for _ in 0..3 {
        assert!(stage.look(ONE, LONG).await.is_empty());
    }
}

pub(crate) async fn what_is_not_acknowledged_comes_again_when_its_lease_ends(stage: &Stage) {
    stage.send(ONE, "again").await;
    let received = Instant::now();
    let first = stage.next_one(ONE, SHORT).await;
    let second = stage.next_one(ONE, LONG).await;
    assert!(received.elapsed() > SHORT / 2, "after {:?}", received.elapsed());
    assert_eq!(second.body, first.body);
}

pub(crate) async fn a_lease_that_is_extended_outlasts_its_first_end(stage: &Stage) {
    stage.send(ONE, "slow").await;
    stage.send(ONE, "quick").await;
    let messages = stage.next_of(ONE, 2, MEANWHILE).await;
    let (slow, quick): (Vec<_>, Vec<_>) = messages.into_iter().partition(|message| message.body == "slow");
    stage.transport.extend(ONE, &slow, LONG).await.unwrap();
    // The one that was not extended comes when both would have.
    assert_eq!(stage.next_one(ONE, LONG).await.body, quick[0].body);
    assert!(stage.look(ONE, LONG).await.is_empty());
}

pub(crate) async fn what_is_acknowledged_never_comes_again(stage: &Stage) {
    stage.send(ONE, "done").await;
    let message = stage.next_one(ONE, LONG).await;
    stage.acknowledge(ONE, &[message]).await;
    // Nothing is left that could.
    stage.until_quiet(ONE).await;
    assert!(stage.dead(ONE).await.is_empty());
}

pub(crate) async fn acknowledging_touches_no_other(stage: &Stage) {
    for body in ["a", "b", "c"] {
        stage.send(ONE, body).await;
    }
    let messages = stage.next_of(ONE, 3, LONG).await;
    let (done, rest): (Vec<_>, Vec<_>) = messages.into_iter().partition(|message| message.body == "b");
    stage.acknowledge(ONE, &done).await;
    stage.transport.give_back(ONE, &rest).await.unwrap();
    let mut left: Vec<_> = stage
        .next_of(ONE, 2, LONG)
        .await
        .into_iter()
        .map(|message| message.body)
        .collect();
    left.sort();
    assert_eq!(left, ["a", "c"]);
}

pub(crate) async fn acknowledging_twice_is_no_harm(stage: &Stage) {
    stage.send(ONE, "done").await;
    stage.send(ONE, "not done").await;
    let messages = stage.next_of(ONE, 2, LONG).await;
    let (done, rest): (Vec<_>, Vec<_>) = messages.into_iter().partition(|message| message.body == "done");
    stage.acknowledge(ONE, &done).await;
    stage.acknowledge(ONE, &done).await;
    stage.transport.give_back(ONE, &rest).await.unwrap();
    assert_eq!(stage.next_one(ONE, LONG).await.body, "not done");
}

pub(crate) async fn acknowledging_after_the_lease_ended_is_in_time_if_nobody_else_came(stage: &Stage) {
    stage.send(ONE, "late").await;
    let message = stage.next_one(ONE, SHORT).await;
    until("the end of the lease", async || {
        (stage.transport.depth(ONE).await.unwrap().ready == 1).then_some(())
    })
    .await;
    stage.acknowledge(ONE, &[message]).await;
    stage.until_quiet(ONE).await;
}

pub(crate) async fn a_retry_waits_for_its_time(stage: &Stage) {
    stage.send(ONE, "again").await;
    let message = stage.next_one(ONE, LONG).await;
    let begun = Instant::now();
    stage
        .transport
        .retry_after(ONE, &message, MEANWHILE)
        .await
        .unwrap();
    assert!(stage.look(ONE, LONG).await.is_empty());
    assert_eq!(stage.next_one(ONE, LONG).await.body, "again");
    assert!(begun.elapsed() > MEANWHILE / 2, "after {:?}", begun.elapsed());
}

pub(crate) async fn a_retry_without_delay_comes_at_once(stage: &Stage) {
    stage.send(ONE, "again").await;
    let message = stage.next_one(ONE, LONG).await;
    stage
        .transport
        .retry_after(ONE, &message, Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(stage.next_one(ONE, LONG).await.body, "again");
}

pub(crate) async fn what_is_given_back_comes_at_once(stage: &Stage) {
    for body in ["a", "b"] {
        stage.send(ONE, body).await;
    }
    let messages = stage.next_of(ONE, 2, LONG).await;
    stage.transport.give_back(ONE, &messages).await.unwrap();
    assert_eq!(stage.next_of(ONE, 2, LONG).await.len(), 2);
}
