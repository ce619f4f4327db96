//! What comes out of a queue, how much, and when.

use crate::stage::{FOR_ONE, LONG, MEANWHILE, ONE, SHORT, Stage, event, ids, ids_of, until};
use chassis::transport::{BATCH, LONGEST_WAIT};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

pub(crate) async fn an_empty_queue_says_so_at_once(stage: &Stage) {
    let began = Instant::now();
    assert!(stage.look(ONE, LONG).await.is_empty());
    assert!(
        began.elapsed() < LONGEST_WAIT,
        "it waited for {:?}",
        began.elapsed()
    );
}

pub(crate) async fn no_more_than_ten_come_at_a_time(stage: &Stage) {
    for number in 0..12 {
        stage.send(ONE, &number.to_string()).await;
    }
    let (mut bodies, mut largest) = (BTreeSet::new(), 0);
    while bodies.len() < 12 {
        let messages = stage.next(ONE, LONG).await;
        largest = largest.max(messages.len());
        assert!(messages.len() <= BATCH, "{} at once", messages.len());
        bodies.extend(messages.into_iter().map(|message| message.body));
    }
    assert!(largest > 1, "they came one by one");
}

pub(crate) async fn all_of_many_come_in_whatever_order(stage: &Stage) {
    let events: Vec<_> = (0..35).map(|_| event(FOR_ONE)).collect();
    for some in events.chunks(9) {
        stage.publish_all(some).await;
    }
    let messages = stage.next_of(ONE, 35, LONG).await;
    assert_eq!(ids(&messages), ids_of(&events));
    for some in messages.chunks(BATCH) {
        stage.acknowledge(ONE, some).await;
    }
    stage.until_quiet(ONE).await;
}

pub(crate) async fn two_who_receive_at_once_share_nothing(stage: &Stage) {
    let events: Vec<_> = (0..30).map(|_| event(FOR_ONE)).collect();
    stage.publish_all(&events).await;
    until("all on the queue", async || {
        (stage.transport.depth(ONE).await.unwrap().ready == 30).then_some(())
    })
    .await;
    let (mut all, mut rounds) = (Vec::new(), 0);
    while all.len() < 30 {
        let look = || stage.look(ONE, LONG);
        let (one, two, three) = tokio::join!(look(), look(), look());
        all.extend([one, two, three].into_iter().flatten());
        rounds += 1;
        assert!(rounds < 30, "{} came", all.len());
    }
    assert_eq!(ids(&all), ids_of(&events));
}

pub(crate) async fn who_waits_gets_what_comes_meanwhile(stage: &Stage) {
    let (waiting, sending) = tokio::join!(
        async {
            if let Some(wake) = stage.transport.wake(ONE) {
                assert!(!stage.nature.waits_by_itself);
                let woken = wake.woken();
                assert!(stage.look(ONE, LONG).await.is_empty());
                woken.await;
                return stage.look(ONE, LONG).await;
            }
            assert!(stage.nature.waits_by_itself);
            stage.transport.receive(ONE, LONG, LONGEST_WAIT).await.unwrap()
        },
        async {
            // By the clock, on purpose: the other waits already.
            tokio::time::sleep(Duration::from_millis(300)).await;
            stage.send(ONE, "at last").await;
            Instant::now()
        }
    );
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].body, "at last");
    assert!(
        sending.elapsed() < LONGEST_WAIT / 2,
        "it came after {:?}",
        sending.elapsed()
    );
}

pub(crate) async fn a_wait_that_is_dropped_loses_nothing(stage: &Stage) {
    let wait = stage.transport.receive(ONE, SHORT, LONGEST_WAIT);
    if stage.nature.waits_by_itself {
        let dropped = tokio::time::timeout(Duration::from_millis(300), wait).await;
        assert!(dropped.is_err(), "it did not wait");
    } else {
        drop(wait);
    }
    // Perhaps into the hands of who has gone: then it comes when that lease ends.
    stage.feed_dropped_waits(ONE, 1).await;
    stage.send(ONE, "after it").await;
    let sent = if stage.nature.waits_by_itself { 2 } else { 1 };
    let messages = stage.next_of(ONE, sent, LONG).await;
    assert!(messages.iter().any(|message| message.body == "after it"));
}

pub(crate) async fn what_is_delayed_comes_later_and_not_before(stage: &Stage) {
    let sent = Instant::now();
    stage.transport.send(ONE, "later", MEANWHILE).await.unwrap();
    stage.send(ONE, "now").await;
    assert_eq!(stage.next_one(ONE, LONG).await.body, "now");
    assert_eq!(stage.next_one(ONE, LONG).await.body, "later");
    // Clocks of two machines, and SQS's whole seconds.
    assert!(
        sent.elapsed() > MEANWHILE / 2,
        "it came after {:?}",
        sent.elapsed()
    );
}

pub(crate) async fn bodies_that_nobody_can_read_survive(stage: &Stage) {
    for body in [
        "not json",
        "{",
        "null",
        "[[[",
        "<a b=\"c\">&amp;</a>",
        " leading and trailing \n",
    ] {
        stage.send(ONE, body).await;
        let message = stage.next_one(ONE, LONG).await;
        assert_eq!(message.body, body);
        stage.acknowledge(ONE, &[message]).await;
    }
}

pub(crate) async fn a_queue_that_is_not_there_is_an_error(stage: &Stage) {
    let nowhere = "nobodys-queue; DROP SCHEMA bus";
    assert!(
        stage
            .transport
            .receive(nowhere, LONG, Duration::ZERO)
            .await
            .is_err()
    );
    assert!(stage.transport.send(nowhere, "x", Duration::ZERO).await.is_err());
    assert!(stage.transport.depth(nowhere).await.is_err());
    assert!(stage.transport.take_over(nowhere).await.is_err());
    stage.transport.take_over(ONE).await.unwrap();
    // Nor is one that would try for ever, for it has no dead letters of its own.
    assert!(stage.transport.take_over(&format!("{ONE}-dead")).await.is_err());
}
