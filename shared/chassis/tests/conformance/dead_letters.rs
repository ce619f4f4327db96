//! What was put aside: looked at, sent again, thrown away.

use crate::stage::{FOR_BOTH, FOR_ONE, LONG, ONE, Stage, event, read};
use chassis::transport::{DeadLetterFilter, MAX_RECEIVES};

pub(crate) async fn dead_letters_are_listed_with_what_is_known_of_them(stage: &Stage) {
    assert!(stage.dead(ONE).await.is_empty());
    let (event, began) = (event(FOR_ONE), chrono::Utc::now());
    stage.send(ONE, &event.body).await;
    stage.send(ONE, "not json").await;
    stage.bury(ONE, 2).await;
    let letters = stage.dead(ONE).await;
    assert_eq!(letters.len(), 2);
    let known = letters
        .iter()
        .find(|letter| letter.event_id == Some(event.id))
        .unwrap();
    assert_eq!(known.kind.as_deref(), Some(FOR_ONE));
    assert_eq!(known.body, event.body);
    assert!(
        known.receive_count >= i32::try_from(MAX_RECEIVES).unwrap(),
        "{known:?}"
    );
    let close = chrono::TimeDelta::seconds(5);
    assert!(
        known.sent_at > began - close && known.sent_at < chrono::Utc::now() + close,
        "{known:?}"
    );
    assert_eq!(known.died_at.is_some(), stage.nature.knows_when_they_died);
    let unknown = letters.iter().find(|letter| letter.body == "not json").unwrap();
    assert_eq!((unknown.event_id, unknown.kind.as_deref()), (None, None));
    assert_ne!(known.id, unknown.id);
}

pub(crate) async fn a_list_can_be_filtered_and_continued(stage: &Stage) {
    let events: Vec<_> = [FOR_ONE, FOR_BOTH, FOR_ONE, FOR_ONE]
        .into_iter()
        .map(event)
        .collect();
    for event in &events {
        stage.send(ONE, &event.body).await;
    }
    stage.bury(ONE, 4).await;
    let list = async |filter: DeadLetterFilter, limit| {
        stage.operator.dead_letters(ONE, &filter, limit).await.unwrap()
    };
    let of_kind = DeadLetterFilter {
        kind: Some(FOR_ONE.to_owned()),
        ..DeadLetterFilter::default()
    };
    let all = stage.dead(ONE).await;
    let ids = |letters: &[chassis::transport::DeadLetter]| -> Vec<_> {
        letters.iter().map(|letter| letter.id.clone()).collect()
    };
    if stage.nature.lists_by_age {
        let died: Vec<_> = all.iter().map(|letter| letter.died_at).collect();
        assert!(died.is_sorted(), "{died:?}");
    }
    assert_eq!(list(of_kind.clone(), 10).await.len(), 3);
    let first = list(of_kind.clone(), 2).await;
    let rest = list(
        DeadLetterFilter {
            after: Some(first[1].id.clone()),
            ..of_kind
        },
        10,
    )
    .await;
    let pages = [ids(&first), ids(&rest)].concat();
    let wanted: Vec<_> = all
        .iter()
        .filter(|letter| letter.kind.as_deref() == Some(FOR_ONE))
        .cloned()
        .collect();
    assert_eq!(pages, ids(&wanted));

    let by_id = async |id: &str| {
        let filter = DeadLetterFilter {
            id: Some(id.to_owned()),
            ..DeadLetterFilter::default()
        };
        ids(&list(filter, 10).await)
    };
    assert_eq!(by_id(&all[2].id).await, [all[2].id.clone()]);
    assert!(by_id("nobody's").await.is_empty());
}

pub(crate) async fn looking_changes_nothing(stage: &Stage) {
    for body in ["a", "b"] {
        stage.send(ONE, body).await;
    }
    stage.bury(ONE, 2).await;
    let bodies = async || -> Vec<_> {
        stage
            .dead(ONE)
            .await
            .into_iter()
            .map(|letter| letter.body)
            .collect()
    };
    let first = bodies().await;
    for _ in 0..6 {
        assert_eq!(bodies().await, first);
    }
    assert_eq!(stage.transport.depth(ONE).await.unwrap().dead, 2);
    assert!(stage.look(ONE, LONG).await.is_empty());
}

pub(crate) async fn what_is_replayed_comes_anew_and_is_no_longer_dead(stage: &Stage) {
    let event = event(FOR_ONE);
    stage.send(ONE, &event.body).await;
    stage.bury(ONE, 1).await;
    let letters = stage.dead(ONE).await;
    assert!(stage.operator.replay(ONE, &letters).await.remove(0).unwrap());
    let message = stage.next_one(ONE, LONG).await;
    assert_eq!(
        (read(&message.body), message.receive_count),
        (read(&event.body), 1)
    );
    assert!(stage.dead(ONE).await.is_empty());
    // It may die again, and is found again.
    stage
        .transport
        .retry_after(ONE, &message, std::time::Duration::ZERO)
        .await
        .unwrap();
    stage.bury(ONE, 1).await;
    assert_eq!(stage.dead(ONE).await[0].event_id, Some(event.id));
}

pub(crate) async fn replaying_twice_sends_once(stage: &Stage) {
    stage.send(ONE, "once").await;
    stage.bury(ONE, 1).await;
    let letters = stage.dead(ONE).await;
    assert!(stage.operator.replay(ONE, &letters).await.remove(0).unwrap());
    assert!(!stage.operator.replay(ONE, &letters).await.remove(0).unwrap());
    stage.next_one(ONE, LONG).await;
    assert!(stage.look(ONE, LONG).await.is_empty());
}

pub(crate) async fn what_is_discarded_is_gone(stage: &Stage) {
    stage.send(ONE, "away").await;
    stage.bury(ONE, 1).await;
    let letters = stage.dead(ONE).await;
    assert!(stage.operator.discard(ONE, &letters).await.remove(0).unwrap());
    assert!(!stage.operator.discard(ONE, &letters).await.remove(0).unwrap());
    assert!(!stage.operator.replay(ONE, &letters).await.remove(0).unwrap());
    assert!(stage.dead(ONE).await.is_empty());
    assert!(stage.look(ONE, LONG).await.is_empty());
}

pub(crate) async fn changing_one_leaves_the_others(stage: &Stage) {
    for number in 0..12 {
        stage.send(ONE, &format!("number {number}")).await;
    }
    stage.bury(ONE, 12).await;
    let letters = stage.dead(ONE).await;
    assert!(
        stage
            .operator
            .discard(ONE, &letters[..1])
            .await
            .remove(0)
            .unwrap()
    );
    let outcomes = stage.operator.replay(ONE, &letters[..4]).await;
    let outcomes: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
    assert_eq!(outcomes, [false, true, true, true]);
    let bodies = |letters: &[chassis::transport::DeadLetter]| -> Vec<_> {
        letters.iter().map(|letter| letter.body.clone()).collect()
    };
    assert_eq!(bodies(&stage.dead(ONE).await), bodies(&letters[4..]));
    let mut again: Vec<_> = stage
        .next_of(ONE, 3, LONG)
        .await
        .into_iter()
        .map(|message| message.body)
        .collect();
    let mut wanted = bodies(&letters[1..4]);
    again.sort();
    wanted.sort();
    assert_eq!(again, wanted);
}

pub(crate) async fn a_body_that_nobody_can_read_can_be_replayed(stage: &Stage) {
    stage.send(ONE, "not json").await;
    stage.bury(ONE, 1).await;
    let letters = stage.dead(ONE).await;
    assert!(stage.operator.replay(ONE, &letters).await.remove(0).unwrap());
    assert_eq!(stage.next_one(ONE, LONG).await.body, "not json");
}
